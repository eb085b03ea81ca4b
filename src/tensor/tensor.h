/* tensor: element types, shapes, strides and data. A tensor is a view: it
 * says where its elements stand and owns nothing. Layer tensor. */
#ifndef MG_TENSOR_TENSOR_H
#define MG_TENSOR_TENSOR_H

#include "base/arena.h"
#include "base/text.h"

/* ---- Element types ---- */

size_t mg_dtype_size(mg_dtype dtype);
const char *mg_dtype_name(mg_dtype dtype); /* "f32", ... */
/* As messages put it: "real numbers", "integers", "truth values". */
const char *mg_dtype_words(mg_dtype dtype);
bool mg_dtype_find(const char *name, size_t length, mg_dtype *out);
bool mg_dtype_is_real(mg_dtype dtype);    /* f32 and f64 */
bool mg_dtype_is_integer(mg_dtype dtype); /* i32, i64, u8 */

/* ---- Shapes ---- */

mg_shape mg_shape_of(int rank, const int64_t dim[]);
bool mg_shape_equal(const mg_shape *a, const mg_shape *b);
/* The size of an axis; negative axes count from the last, -1. */
int64_t mg_dim(const mg_shape *shape, int axis);
/* Elements of a valid shape (mg_shape_check bounds the product). */
int64_t mg_shape_size(const mg_shape *shape);
/* Refuses negative sizes, too many axes, and more than 2^40 elements. */
mg_status mg_shape_check(mg_ctx *ctx, const mg_shape *shape);
void mg_shape_append(mg_shape *shape, int64_t dim);
void mg_shape_insert(mg_shape *shape, int axis, int64_t dim);
void mg_shape_remove(mg_shape *shape, int axis);
/* NumPy's broadcasting of two shapes; false if they do not fit. */
bool mg_shape_broadcast(const mg_shape *a, const mg_shape *b, mg_shape *out);
/* "[28, 28]"; "[]" for a number. */
void mg_text_shape(mg_text *text, const mg_shape *shape);
#define MG_SHAPE_TEXT_SIZE 200
const char *mg_shape_text(const mg_shape *shape,
                          char buffer[MG_SHAPE_TEXT_SIZE]);

/* ---- Tensors ---- */

/* A tensor over data with its axes in C order. */
mg_tensor mg_tensor_dense(mg_type type, void *data);
bool mg_tensor_is_dense(const mg_tensor *t);
size_t mg_type_bytes(const mg_type *type);

/* A dense tensor of zeros in the arena. */
mg_status mg_tensor_alloc(mg_arena *arena, mg_type type, mg_tensor *out);

/* The view of t in a larger shape, strides 0 where it repeats. The shapes
 * must fit. */
mg_tensor mg_tensor_broadcast(const mg_tensor *t, const mg_shape *shape);

/* The offset in elements of the index-th element in C order. */
int64_t mg_tensor_offset(const mg_tensor *t, int64_t index);

/* One element by its number in C order, as a double: exact for reals and for
 * integers up to 2^53. Slow, for references and tools. Setting converts:
 * reals are rounded to the type, truth values become 0 and 1. */
double mg_tensor_get(const mg_tensor *t, int64_t index);
void mg_tensor_set(const mg_tensor *t, int64_t index, double value);

/* Copies x into y: equal shapes, any strides, any element types. */
void mg_tensor_copy(const mg_tensor *x, const mg_tensor *y);

#endif
