# cmake --install: headers, libraries, pkg-config file, CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/matgrad TYPE INCLUDE)
install(TARGETS matgrad_static)
install(TARGETS matgrad_shared EXPORT matgrad)
if(TARGET matgrad)
    install(TARGETS matgrad)
endif()

list(JOIN MATGRAD_REQUIRES " " MATGRAD_REQUIRES_TEXT)
set(MATGRAD_LIBS_PRIVATE "-lm")
if(MATGRAD_HAVE_ONEDNN)
    string(APPEND MATGRAD_LIBS_PRIVATE " -ldnnl")
endif()
if(CMAKE_USE_PTHREADS_INIT)
    string(APPEND MATGRAD_LIBS_PRIVATE " -pthread")
endif()
if(OpenMP_C_FOUND)
    string(APPEND MATGRAD_LIBS_PRIVATE " ${OpenMP_C_FLAGS}")
endif()
# The installed tree may be moved: paths are relative to the file itself.
file(RELATIVE_PATH MATGRAD_PREFIX_FROM_PC
     ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig
     ${CMAKE_INSTALL_PREFIX})
configure_file(${PROJECT_SOURCE_DIR}/cmake/matgrad.pc.in
               ${PROJECT_BINARY_DIR}/matgrad.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/matgrad.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# matgrad::matgrad for find_package, the shared library.
set(MATGRAD_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/matgrad)
install(EXPORT matgrad FILE matgrad-config.cmake NAMESPACE matgrad::
        DESTINATION ${MATGRAD_CMAKE_DIR})
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/matgrad-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/matgrad-config-version.cmake
        DESTINATION ${MATGRAD_CMAKE_DIR})
