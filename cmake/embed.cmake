# Writes OUTPUT, a C file that holds the text of FILES in the order of their
# names, as HEADER declares them under NAME:
#   cmake -DNAME=library -DHEADER=formula/library.h -DOUTPUT=...
#         -DFILES="a.mg;b.mg" -P embed.cmake
list(SORT FILES)
set(literals "")
set(rows "")
set(offset 0)
foreach(file IN LISTS FILES)
    file(READ ${file} text)
    file(SIZE ${file} length)
    get_filename_component(name ${file} NAME)
    # A question mark could begin a trigraph.
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "?" "\\?" text "${text}")
    string(REPLACE "\t" "\\t" text "${text}")
    string(REPLACE "\r" "\\r" text "${text}")
    string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
    string(APPEND literals "    /* ${name} */\n    \"${text}\"\n")
    string(APPEND rows "    {\"${name}\", mg_${NAME}_source + ${offset}, "
           "${length}},\n")
    math(EXPR offset "${offset} + ${length}")
endforeach()
list(LENGTH FILES count)
file(WRITE ${OUTPUT} "/* Made from formula files by cmake/embed.cmake. */
#include \"${HEADER}\"

const char mg_${NAME}_source[] =
${literals}    \"\";
const size_t mg_${NAME}_source_length = ${offset};

const mg_library_file mg_${NAME}_files[] = {
${rows}    {NULL, NULL, 0},
};
const size_t mg_${NAME}_file_count = ${count};

_Static_assert(sizeof mg_${NAME}_source == ${offset} + 1,
               \"${NAME}: a carriage return was lost\");
")
