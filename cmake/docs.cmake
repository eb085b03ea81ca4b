# print_docs, which writes the pages of docs/ that are made from sources.
add_executable(print_docs ${PROJECT_SOURCE_DIR}/tools/print_docs.c)
target_include_directories(print_docs PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(print_docs PRIVATE matgrad_static)
