# libmatgrad.a and libmatgrad.so, from object libraries that differ in flags.

# The formula files of a folder as a C source, which `out` then names; header
# declares them.
function(matgrad_embed name folder header out)
    file(GLOB formulas CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.mg)
    set(output ${PROJECT_BINARY_DIR}/generated/${name}.c)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DHEADER=${header}
                -DOUTPUT=${output} "-DFILES=${formulas}"
                -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${formulas} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        COMMENT "Embedding ${folder}/*.mg"
        VERBATIM)
    set(${out} ${output} PARENT_SCOPE)
endfunction()

matgrad_embed(library library formula/library.h MATGRAD_EMBEDDED)

set(MATGRAD_OBJECTS)
function(matgrad_objects name)
    add_library(${name} OBJECT ${ARGN})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src
                               ${PROJECT_SOURCE_DIR}/include)
    target_compile_definitions(${name} PRIVATE ${MATGRAD_DEFINITIONS})
    target_link_libraries(${name} PRIVATE ${MATGRAD_LIBRARIES})
    # A static program that is linked with --gc-sections takes what it uses.
    if(NOT MSVC)
        target_compile_options(${name} PRIVATE -ffunction-sections
                               -fdata-sections)
    endif()
    set(MATGRAD_OBJECTS ${MATGRAD_OBJECTS} $<TARGET_OBJECTS:${name}>
        PARENT_SCOPE)
endfunction()

# Contraction (a * b + c in one rounding) is allowed in the kernels alone, so
# that references and passes give the same bits with every compiler.
matgrad_objects(matgrad_core ${MATGRAD_SOURCES} ${MATGRAD_EMBEDDED})
target_compile_options(matgrad_core PRIVATE -ffp-contract=off)

if(MATGRAD_VECTOR_SOURCES)
    foreach(isa IN LISTS MATGRAD_ISAS)
        matgrad_objects(matgrad_vector_${isa} ${MATGRAD_VECTOR_SOURCES})
        target_compile_definitions(matgrad_vector_${isa} PRIVATE MG_ISA=${isa})
        target_compile_options(matgrad_vector_${isa} PRIVATE
                               ${MATGRAD_FLAGS_${isa}} -ffp-contract=fast
                               -fno-math-errno -fno-trapping-math)
    endforeach()
endif()

if(MATGRAD_HAVE_ONEDNN AND MATGRAD_ONEDNN_SOURCES)
    matgrad_objects(matgrad_onednn ${MATGRAD_ONEDNN_SOURCES})
    target_include_directories(matgrad_onednn SYSTEM PRIVATE
                               ${MATGRAD_DNNL_INCLUDE})
endif()

set_source_files_properties(${PROJECT_SOURCE_DIR}/src/base/ctx.c PROPERTIES
    COMPILE_DEFINITIONS MATGRAD_VERSION="${PROJECT_VERSION}")

add_library(matgrad_static STATIC ${MATGRAD_OBJECTS})
add_library(matgrad_shared SHARED ${MATGRAD_OBJECTS})
set_target_properties(matgrad_shared PROPERTIES EXPORT_NAME matgrad)
foreach(library matgrad_static matgrad_shared)
    set_target_properties(${library} PROPERTIES OUTPUT_NAME matgrad)
    target_include_directories(${library} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:include>)
endforeach()
target_link_libraries(matgrad_static PUBLIC ${MATGRAD_LIBRARIES})
target_link_libraries(matgrad_shared PRIVATE ${MATGRAD_LIBRARIES})

# Before 1.0 a minor version may change the interface, so it names the ABI.
set(MATGRAD_ABI ${PROJECT_VERSION_MAJOR})
if(MATGRAD_ABI EQUAL 0)
    set(MATGRAD_ABI 0.${PROJECT_VERSION_MINOR})
endif()
set_target_properties(matgrad_shared PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${MATGRAD_ABI})

# Only what the public header declares leaves the shared library. One script
# serves GNU's linkers for ELF and Windows and LLVM's.
if(NOT APPLE AND NOT MSVC)
    set(script ${PROJECT_BINARY_DIR}/generated/matgrad.map)
    set(include ${PROJECT_SOURCE_DIR}/include)
    add_custom_command(
        OUTPUT ${script}
        COMMAND ${CMAKE_COMMAND} -DINCLUDE=${include} -DOUTPUT=${script}
                -DNODE=MATGRAD_${MATGRAD_ABI}
                -P ${PROJECT_SOURCE_DIR}/cmake/symbols.cmake
        DEPENDS ${include}/matgrad/matgrad.h ${include}/matgrad/ops.def
                ${PROJECT_SOURCE_DIR}/cmake/symbols.cmake
        COMMENT "Listing the public symbols"
        VERBATIM)
    target_sources(matgrad_shared PRIVATE ${script})
    target_link_options(matgrad_shared PRIVATE -Wl,--version-script=${script})
    set_target_properties(matgrad_shared PROPERTIES LINK_DEPENDS ${script})
endif()

# What a folder uses must exist in the library. (The sanitisers' symbols are in
# the program.)
if(MATGRAD_WERROR AND NOT MATGRAD_SANITIZE AND NOT APPLE)
    target_link_options(matgrad_shared PRIVATE -Wl,--no-undefined)
endif()
