# Each tests/fuzz/targets/NAME.c is a program fuzz_NAME: with MATGRAD_FUZZ a
# fuzzer (tests/fuzz/run), else a test that feeds it the files of
# tests/fuzz/seeds/NAME and tests/fuzz/found/NAME.
if(NOT CMAKE_SYSTEM_NAME STREQUAL Linux)
    return() # the budget asks malloc for the size of blocks
endif()
set(MATGRAD_FUZZ_DIR ${PROJECT_SOURCE_DIR}/tests/fuzz)
add_custom_target(fuzz)

function(matgrad_add_fuzz_target file)
    get_filename_component(name ${file} NAME_WE)
    set(target fuzz_${name})
    add_executable(${target} ${file} ${MATGRAD_FUZZ_DIR}/shared.c
                   ${MATGRAD_FUZZ_DIR}/data.c)
    set_target_properties(${target} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}
                               ${PROJECT_SOURCE_DIR}/src)
    target_compile_definitions(${target} PRIVATE ${MATGRAD_DEFINITIONS})
    target_link_libraries(${target} PRIVATE matgrad_static)
    add_dependencies(fuzz ${target})
    if(name STREQUAL arguments)
        target_link_libraries(${target} PRIVATE matgrad_cli)
    endif()
    if(MATGRAD_FUZZ)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        return()
    endif()
    target_sources(${target} PRIVATE ${MATGRAD_FUZZ_DIR}/replay.c)
    add_test(NAME fuzz/${name} COMMAND ${target}
             ${MATGRAD_FUZZ_DIR}/seeds/${name}
             ${MATGRAD_FUZZ_DIR}/found/${name})
    set_tests_properties(fuzz/${name} PROPERTIES TIMEOUT 300)
endfunction()

file(GLOB targets CONFIGURE_DEPENDS ${MATGRAD_FUZZ_DIR}/targets/*.c)
foreach(file IN LISTS targets)
    matgrad_add_fuzz_target(${file})
endforeach()
