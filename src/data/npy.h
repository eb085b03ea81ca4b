/* npy: NumPy's format for one array, versions 1 to 3. Reads f4, f8, i4, i8, u1
 * and b1 of either byte order in C order; the file is not trusted.
 * Layer data. */
#ifndef MG_DATA_NPY_H
#define MG_DATA_NPY_H

#include "tensor/tensor.h"

/* The array in a file's bytes, as a dense tensor in the arena. `name` is the
 * file's, for messages; MG_BAD_DATA if the bytes are no such array. */
mg_status mg_npy_parse(mg_arena *arena, const char *name, const char *bytes,
                       size_t length, mg_tensor *out);

/* The same from a file. */
mg_status mg_npy_read(mg_arena *arena, const char *path, mg_tensor *out);

/* Appends what stands before an array's elements: version 1, this machine's
 * byte order, C order. */
void mg_npy_header(mg_text *text, const mg_type *type);

#endif
