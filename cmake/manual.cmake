# Manual pages and completion, made by the command from its own tables. A
# program for another machine cannot be run here: then they are left out.
if(CMAKE_CROSSCOMPILING OR NOT TARGET matgrad)
    return()
endif()
add_executable(print_manual ${PROJECT_SOURCE_DIR}/tools/print_manual.c)
target_compile_definitions(print_manual PRIVATE
    MATGRAD_VERSION="${PROJECT_VERSION}")
target_include_directories(print_manual PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(print_manual PRIVATE matgrad_cli matgrad_static)

set(MATGRAD_MANUAL ${PROJECT_BINARY_DIR}/manual)
set(MATGRAD_COMPLETION ${PROJECT_BINARY_DIR}/completion)
file(MAKE_DIRECTORY ${MATGRAD_MANUAL} ${MATGRAD_COMPLETION})

add_custom_command(
    OUTPUT ${MATGRAD_MANUAL}/matgrad.1 ${MATGRAD_COMPLETION}/matgrad.bash
           ${MATGRAD_COMPLETION}/matgrad.zsh
    COMMAND print_manual ${MATGRAD_MANUAL}
    COMMAND matgrad completion bash >${MATGRAD_COMPLETION}/matgrad.bash
    COMMAND matgrad completion zsh >${MATGRAD_COMPLETION}/matgrad.zsh
    DEPENDS print_manual matgrad
    COMMENT "Writing manual pages and completion")
add_custom_target(manual ALL DEPENDS ${MATGRAD_MANUAL}/matgrad.1)
add_dependencies(product manual)

install(DIRECTORY ${MATGRAD_MANUAL}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${MATGRAD_COMPLETION}/matgrad.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME matgrad)
install(FILES ${MATGRAD_COMPLETION}/matgrad.zsh
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions
        RENAME _matgrad)
