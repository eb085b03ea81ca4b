# cmake --install: headers, libraries, pkg-config file, CMake package. The
# installed tree may be moved: all paths are relative to the files themselves.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/matgrad TYPE INCLUDE)
install(TARGETS matgrad_shared EXPORT matgrad-shared)
install(TARGETS matgrad_static EXPORT matgrad-static)
if(TARGET matgrad)
    install(TARGETS matgrad)
endif()

set(MATGRAD_LIBS_PRIVATE)
foreach(library IN LISTS MATGRAD_PLAIN_LIBRARIES)
    string(APPEND MATGRAD_LIBS_PRIVATE "-l${library} ")
endforeach()
if(ZLIB::ZLIB IN_LIST MATGRAD_PACKAGES)
    string(APPEND MATGRAD_LIBS_PRIVATE "-lz ")
endif()
if(OpenMP::OpenMP_C IN_LIST MATGRAD_PACKAGES)
    list(GET OpenMP_C_LIB_NAMES 0 runtime)
    string(APPEND MATGRAD_LIBS_PRIVATE "-l${runtime} ")
endif()
if(Threads::Threads IN_LIST MATGRAD_PACKAGES)
    string(APPEND MATGRAD_LIBS_PRIVATE "-pthread ")
endif()
if(NOT MSVC)
    string(APPEND MATGRAD_LIBS_PRIVATE "-lm")
endif()
file(RELATIVE_PATH MATGRAD_PREFIX_FROM_PC
     ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig
     ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" MATGRAD_PREFIX_FROM_PC ${MATGRAD_PREFIX_FROM_PC})
configure_file(${PROJECT_SOURCE_DIR}/cmake/matgrad.pc.in
               ${PROJECT_BINARY_DIR}/matgrad.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/matgrad.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# find_package(matgrad) gives matgrad::matgrad and matgrad::matgrad_static.
set(MATGRAD_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/matgrad)
foreach(kind shared static)
    install(EXPORT matgrad-${kind} NAMESPACE matgrad::
            DESTINATION ${MATGRAD_CMAKE_DIR})
endforeach()
configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/matgrad-config.cmake.in
    ${PROJECT_BINARY_DIR}/matgrad-config.cmake
    INSTALL_DESTINATION ${MATGRAD_CMAKE_DIR}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/matgrad-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/matgrad-config.cmake
              ${PROJECT_BINARY_DIR}/matgrad-config-version.cmake
        DESTINATION ${MATGRAD_CMAKE_DIR})
