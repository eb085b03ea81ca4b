/* data: data files for fuzz targets. An input's first line is the keys behind
 * the question mark of the file's name, the rest is the file. */
#ifndef MG_TESTS_FUZZ_DATA_H
#define MG_TESTS_FUZZ_DATA_H

#include "tests/fuzz/fuzz.h"

/* Opens the file under that ending ("csv"), describes its columns, and lets
 * each network (formula texts, NULL behind the last) take and gather rows. */
void fuzz_data(mg_ctx *ctx, const char *ending, const char *text, size_t length,
               const char *const formulas[]);

#endif
