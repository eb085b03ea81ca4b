/* library: the standard library's formula files (library/NAME.mg), embedded
 * in the binary by the build. Layer formula. */
#ifndef MG_FORMULA_LIBRARY_H
#define MG_FORMULA_LIBRARY_H

#include <stddef.h>

/* One file: its name without folder, and its bytes within
 * mg_library_source (so no 0 stands behind them). */
typedef struct {
    const char *name;
    const char *text;
    size_t length;
} mg_library_file;

/* All files one after the other, in the order of their names, and a 0. */
extern const char mg_library_source[];
extern const size_t mg_library_source_length;

/* The files by themselves, in the same order. */
extern const mg_library_file mg_library_files[];
extern const size_t mg_library_file_count;

#endif
