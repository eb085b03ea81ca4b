/* npy: NumPy's format for one array, versions 1 to 3; the file is not trusted.
 * Elements are read in either byte order, the array in either order of axes:
 *   f2 f4 -> f32   f8 -> f64   i1 i2 u2 i4 -> i32   u4 i8 u8 -> i64
 *   u1 -> u8       b1 -> bool   U, S: texts
 * Layer data. */
#ifndef MG_DATA_NPY_H
#define MG_DATA_NPY_H

#include "tensor/tensor.h"

/* The array in a file's bytes, as a dense tensor in the arena. `name` is the
 * file's, for messages; MG_BAD_DATA if the bytes are no such array, or texts.
 */
mg_status mg_npy_parse(mg_arena *arena, const char *name, const char *bytes,
                       size_t length, mg_tensor *out);

/* The same from a file. */
mg_status mg_npy_read(mg_arena *arena, const char *path, mg_tensor *out);

/* Appends what stands before an array's elements: version 1, this machine's
 * byte order, C order. */
void mg_npy_header(mg_text *text, const mg_type *type);

/* ---- Step by step, for arrays that do not stand in memory ---- */

/* What says how long the header is. */
#define MG_NPY_START 12

/* Where the elements begin in a file that begins with these bytes, at least
 * MG_NPY_START unless the file is shorter. */
mg_status mg_npy_start(mg_ctx *ctx, const char *name, const char *bytes,
                       size_t length, size_t *start);

/* What a header says. */
typedef struct {
    mg_type type;    /* of the array as it is read; texts: i64 */
    char letter;     /* of the element type: f i u b; U S: texts */
    size_t width;    /* bytes of one element in the file */
    bool swapped;    /* the other byte order than this machine's */
    bool fortran;    /* the first axis runs fastest */
    int64_t count;   /* elements */
    uint64_t length; /* bytes of all of them, below 2^60 */
} mg_npy;

/* Reads all that stands before the elements, `start` bytes. */
mg_status mg_npy_describe(mg_ctx *ctx, const char *name, const char *bytes,
                          size_t start, mg_npy *out);

static inline bool mg_npy_is_text(const mg_npy *npy)
{
    return npy->letter == 'U' || npy->letter == 'S';
}

/* n elements as they follow one another in the file, made into elements of
 * type; not of texts. MG_BAD_DATA for a truth value that is none and for an
 * integer above 2^63 - 1. */
mg_status mg_npy_convert(mg_ctx *ctx, const char *name, const mg_npy *npy,
                         const void *bytes, size_t n, void *out);

/* All elements, in their order in the file and of type, into C order: copied
 * or transposed. */
void mg_npy_arrange(const mg_npy *npy, void *elements, void *out);

/* One text of the file, `width` bytes, as UTF-8 at the end of `text`; false if
 * it is not valid Unicode. Zeros at its end are no part of it. */
bool mg_npy_text(const mg_npy *npy, const char *bytes, mg_text *text);

#endif
