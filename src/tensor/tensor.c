/* tensor: views of data: offsets, single elements, copies. Written for
 * clearness: kernels have their own loops. Layer tensor. */
#include "tensor/tensor.h"

#include <math.h>
#include <string.h>

/* Strides of axes in C order; an axis of size 0 counts as 1. */
mg_tensor mg_tensor_dense(mg_type type, void *data)
{
    mg_tensor t = {.type = type, .data = data};
    int64_t stride = 1;
    for (int i = type.shape.rank - 1; i >= 0; i--) {
        t.stride[i] = stride;
        stride *= type.shape.dim[i] > 0 ? type.shape.dim[i] : 1;
    }
    return t;
}

bool mg_tensor_is_dense(const mg_tensor *t)
{
    const mg_shape *shape = &t->type.shape;
    if (mg_shape_size(shape) == 0)
        return true;
    int64_t stride = 1;
    for (int i = shape->rank - 1; i >= 0; i--) {
        if (shape->dim[i] != 1 && t->stride[i] != stride)
            return false;
        stride *= shape->dim[i];
    }
    return true;
}

/* SIZE_MAX, which no allocation grants, where a small size_t overflows. */
size_t mg_type_bytes(const mg_type *type)
{
    const uint64_t bytes = (uint64_t)mg_shape_size(&type->shape) *
                           (uint64_t)mg_dtype_size(type->dtype);
    return bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes;
}

mg_status mg_tensor_alloc(mg_arena *arena, mg_type type, mg_tensor *out)
{
    MG_TRY(mg_shape_check(arena->ctx, &type.shape));
    void *data = mg_arena_alloc_aligned(arena, mg_type_bytes(&type), 1);
    if (!data)
        return MG_NO_MEMORY;
    *out = mg_tensor_dense(type, data);
    return MG_OK;
}

mg_tensor mg_tensor_broadcast(const mg_tensor *t, const mg_shape *shape)
{
    mg_tensor view = {.type = {t->type.dtype, *shape}, .data = t->data};
    const int added = shape->rank - t->type.shape.rank;
    for (int i = added; i < shape->rank; i++)
        if (t->type.shape.dim[i - added] == shape->dim[i])
            view.stride[i] = t->stride[i - added];
    return view;
}

int64_t mg_tensor_offset(const mg_tensor *t, int64_t index)
{
    int64_t offset = 0;
    for (int i = t->type.shape.rank - 1; i >= 0; i--) {
        const int64_t dim = t->type.shape.dim[i];
        offset += index % dim * t->stride[i];
        index /= dim;
    }
    return offset;
}

static double load(const mg_tensor *t, int64_t offset)
{
    switch (t->type.dtype) {
    case MG_F32:
        return (double)((const float *)t->data)[offset];
    case MG_F64:
        return ((const double *)t->data)[offset];
    case MG_I32:
        return (double)((const int32_t *)t->data)[offset];
    case MG_I64:
        return (double)((const int64_t *)t->data)[offset];
    case MG_BOOL:
        return ((const uint8_t *)t->data)[offset] != 0 ? 1 : 0;
    case MG_U8:
        return (double)((const uint8_t *)t->data)[offset];
    }
    return 0;
}

/* Towards zero; what does not fit, and C leaves undefined, becomes the nearest
 * value that does, and "not a number" becomes 0. The bounds are exact as
 * doubles: above is the first value too large. */
static int64_t to_integer(double value, int64_t least, int64_t most,
                          double above)
{
    if (isnan(value))
        return 0;
    if (value >= above)
        return most;
    return value <= (double)least ? least : (int64_t)value;
}

static void store(const mg_tensor *t, int64_t offset, double value)
{
    switch (t->type.dtype) {
    case MG_F32:
        ((float *)t->data)[offset] = (float)value;
        break;
    case MG_F64:
        ((double *)t->data)[offset] = value;
        break;
    case MG_I32:
        ((int32_t *)t->data)[offset] =
            (int32_t)to_integer(value, INT32_MIN, INT32_MAX, 0x1p31);
        break;
    case MG_I64:
        ((int64_t *)t->data)[offset] =
            to_integer(value, INT64_MIN, INT64_MAX, 0x1p63);
        break;
    case MG_BOOL:
        ((uint8_t *)t->data)[offset] = value != 0 ? 1 : 0;
        break;
    case MG_U8:
        ((uint8_t *)t->data)[offset] =
            (uint8_t)to_integer(value, 0, UINT8_MAX, 0x1p8);
        break;
    }
}

double mg_tensor_get(const mg_tensor *t, int64_t index)
{
    return load(t, mg_tensor_offset(t, index));
}

void mg_tensor_set(const mg_tensor *t, int64_t index, double value)
{
    store(t, mg_tensor_offset(t, index), value);
}

/* The innermost axis: n elements from the given offsets on. */
static void copy_row(const mg_tensor *x, int64_t from, int64_t x_stride,
                     const mg_tensor *y, int64_t to, int64_t y_stride,
                     int64_t n)
{
    const size_t size = mg_dtype_size(x->type.dtype);
    if (x->type.dtype != y->type.dtype) {
        for (int64_t i = 0; i < n; i++)
            store(y, to + i * y_stride, load(x, from + i * x_stride));
        return;
    }
    const unsigned char *source = x->data;
    unsigned char *target = y->data;
    const ptrdiff_t bytes = (ptrdiff_t)size;
    if (x_stride == 1 && y_stride == 1) {
        memmove(target + to * bytes, source + from * bytes, (size_t)n * size);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        memcpy(target + (to + i * y_stride) * bytes,
               source + (from + i * x_stride) * bytes, size);
}

void mg_tensor_copy(const mg_tensor *x, const mg_tensor *y)
{
    const mg_shape *shape = &x->type.shape;
    const int64_t size = mg_shape_size(shape);
    if (size == 0)
        return;
    if (shape->rank == 0 || (mg_tensor_is_dense(x) && mg_tensor_is_dense(y))) {
        copy_row(x, 0, 1, y, 0, 1, size);
        return;
    }
    const int last = shape->rank - 1;
    const int64_t n = shape->dim[last];
    for (int64_t index = 0; index < size; index += n)
        copy_row(x, mg_tensor_offset(x, index), x->stride[last], y,
                 mg_tensor_offset(y, index), y->stride[last], n);
}
