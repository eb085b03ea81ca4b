# Developers' tools, built on request alone (make bench): bench/steps.c does so
# many steps of a plan, bench/bound.c times the dense library.
function(matgrad_bench name)
    list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/bench/)
    add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}
                               ${PROJECT_SOURCE_DIR}/src)
    target_compile_options(${name} PRIVATE -ffp-contract=off)
    target_link_libraries(${name} PRIVATE matgrad_static)
    add_dependencies(bench ${name})
endfunction()

add_custom_target(bench)
matgrad_bench(steps steps.c)
if(MATGRAD_HAVE_ONEDNN AND NOT CMAKE_CROSSCOMPILING)
    matgrad_bench(bound bound.c library.c peak.c)
    target_include_directories(bound SYSTEM PRIVATE ${MATGRAD_DNNL_INCLUDE})
    check_c_compiler_flag(-march=native MATGRAD_COMPILES_NATIVE)
    if(MATGRAD_COMPILES_NATIVE)
        set_source_files_properties(${PROJECT_SOURCE_DIR}/bench/peak.c
            PROPERTIES COMPILE_OPTIONS "-march=native;-ffp-contract=fast")
    endif()
endif()
