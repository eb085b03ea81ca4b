# build/matgrad, the command line.
file(GLOB MATGRAD_CLI_SOURCES CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/src/cli/*.c)
list(REMOVE_ITEM MATGRAD_CLI_SOURCES ${PROJECT_SOURCE_DIR}/src/cli/main.c)
if(EXISTS ${PROJECT_SOURCE_DIR}/src/cli/main.c)
    matgrad_embed(template templates cli/template.h MATGRAD_TEMPLATES)
    # Apart from main, for what prints the manual from the same tables.
    add_library(matgrad_cli OBJECT ${MATGRAD_CLI_SOURCES} ${MATGRAD_TEMPLATES})
    add_executable(matgrad ${PROJECT_SOURCE_DIR}/src/cli/main.c)
    foreach(target matgrad_cli matgrad)
        target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src
                                   ${PROJECT_SOURCE_DIR}/include)
        target_compile_definitions(${target} PRIVATE ${MATGRAD_DEFINITIONS}
            MATGRAD_VERSION="${PROJECT_VERSION}")
        target_compile_options(${target} PRIVATE -ffp-contract=off)
    endforeach()
    target_link_libraries(matgrad PRIVATE matgrad_cli matgrad_static)
else()
    message(STATUS "src/cli/main.c is missing: no executable")
endif()
