/* npy_files: .npy files side by side, each a column named by its file's stem.
 * A large one in C order is not kept in memory: rows are read when they are
 * wanted. Layer data. */
#ifndef MG_DATA_NPY_FILES_H
#define MG_DATA_NPY_FILES_H

#include "data/dataset.h"
#include "data/query.h"

mg_status mg_npy_files_open(mg_ctx *ctx, size_t n, const mg_query query[],
                            mg_dataset **out);

#endif
