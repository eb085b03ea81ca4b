# A linker's version script: what matgrad.h and ops.def declare leaves the
# library, under one version node. Run at build time:
#   cmake -DINCLUDE=FOLDER -DNODE=NAME -DOUTPUT=matgrad.map -P symbols.cmake
file(READ ${INCLUDE}/matgrad/matgrad.h header)
file(READ ${INCLUDE}/matgrad/ops.def operations)
set(comment "/\\*([^*]|\\*+[^*/])*\\*+/")
string(REGEX REPLACE "${comment}" "" header "${header}")
string(REGEX REPLACE "${comment}" "" operations "${operations}")
# Types: what is left are functions.
string(REPLACE "extern \"C\" {" "" header "${header}")
string(REGEX REPLACE "{[^}]*}" "" header "${header}")
string(REGEX REPLACE "typedef[^;]*;" "" header "${header}")
string(REGEX MATCHALL "mg_[a-z0-9_]+\\(" functions "${header}")
string(REGEX MATCHALL "MG_OP\\([a-z0-9_]+" builders "${operations}")
list(TRANSFORM functions REPLACE "\\($" "")
list(TRANSFORM builders REPLACE "^MG_OP\\(" "mg_")
list(APPEND functions ${builders})
list(SORT functions)
list(JOIN functions ";\n    " names)
file(WRITE ${OUTPUT} "${NODE} {\nglobal:\n    ${names};\nlocal:\n    *;\n};\n")
