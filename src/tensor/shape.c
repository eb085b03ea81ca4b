/* shape: sizes of axes. A shape that was given too many axes has rank
 * MG_MAX_RANK + 1 and keeps it, so that the next check refuses it; no function
 * here touches the sizes that it has no room for. Layer tensor. */
#include "tensor/tensor.h"

#include <inttypes.h>
#include <stdio.h>

#define SHAPE_SIZE_MOST (INT64_C(1) << 40)

static int stored_rank(const mg_shape *shape)
{
    return shape->rank > MG_MAX_RANK ? MG_MAX_RANK : shape->rank;
}

mg_shape mg_shape_of(int rank, const int64_t dim[])
{
    mg_shape shape = {.rank = rank > MG_MAX_RANK ? MG_MAX_RANK + 1 : rank};
    for (int i = 0; i < stored_rank(&shape); i++)
        shape.dim[i] = dim[i];
    return shape;
}

bool mg_shape_equal(const mg_shape *a, const mg_shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (int i = 0; i < stored_rank(a); i++)
        if (a->dim[i] != b->dim[i])
            return false;
    return true;
}

int64_t mg_dim(const mg_shape *shape, int axis)
{
    return shape->dim[axis < 0 ? axis + shape->rank : axis];
}

int64_t mg_shape_size(const mg_shape *shape)
{
    int64_t size = 1;
    for (int i = 0; i < stored_rank(shape); i++)
        size *= shape->dim[i];
    return size;
}

/* Axes of size 0 are left out of the bound: strides and the sizes of slices
 * stay within it too. */
mg_status mg_shape_check(mg_ctx *ctx, const mg_shape *shape)
{
    char text[MG_SHAPE_TEXT_SIZE];
    if (shape->rank < 0 || shape->rank > MG_MAX_RANK)
        return mg_fail(ctx, MG_BAD_SHAPE, "shape: more than %d axes",
                       MG_MAX_RANK);
    int64_t size = 1;
    for (int i = 0; i < shape->rank; i++) {
        const int64_t dim = shape->dim[i];
        if (dim < 0)
            return mg_fail(ctx, MG_BAD_SHAPE, "shape: %s has a negative size",
                           mg_shape_text(shape, text));
        if (dim > 0 && size > SHAPE_SIZE_MOST / dim)
            return mg_fail(ctx, MG_BAD_SHAPE,
                           "shape: %s has more than 2^40 elements",
                           mg_shape_text(shape, text));
        size *= dim > 0 ? dim : 1;
    }
    return MG_OK;
}

void mg_shape_append(mg_shape *shape, int64_t dim)
{
    mg_shape_insert(shape, stored_rank(shape), dim);
}

void mg_shape_insert(mg_shape *shape, int axis, int64_t dim)
{
    if (shape->rank >= MG_MAX_RANK) {
        shape->rank = MG_MAX_RANK + 1;
        return;
    }
    if (axis < 0)
        axis += shape->rank + 1;
    for (int i = shape->rank; i > axis; i--)
        shape->dim[i] = shape->dim[i - 1];
    shape->dim[axis] = dim;
    shape->rank++;
}

void mg_shape_remove(mg_shape *shape, int axis)
{
    if (shape->rank > MG_MAX_RANK)
        return;
    if (axis < 0)
        axis += shape->rank;
    shape->rank--;
    for (int i = axis; i < shape->rank; i++)
        shape->dim[i] = shape->dim[i + 1];
    shape->dim[shape->rank] = 0;
}

bool mg_shape_broadcast(const mg_shape *a, const mg_shape *b, mg_shape *out)
{
    const int rank = a->rank > b->rank ? a->rank : b->rank;
    if (rank > MG_MAX_RANK)
        return false;
    mg_shape both = {.rank = rank};
    for (int i = 0; i < rank; i++) {
        const int in_a = i - (rank - a->rank), in_b = i - (rank - b->rank);
        const int64_t da = in_a < 0 ? 1 : a->dim[in_a];
        const int64_t db = in_b < 0 ? 1 : b->dim[in_b];
        if (da != db && da != 1 && db != 1)
            return false;
        both.dim[i] = da == 1 ? db : da;
    }
    *out = both;
    return true;
}

const char *mg_shape_text(const mg_shape *shape,
                          char buffer[MG_SHAPE_TEXT_SIZE])
{
    size_t used = 1;
    buffer[0] = '[';
    for (int i = 0; i < stored_rank(shape); i++)
        used +=
            (size_t)snprintf(buffer + used, MG_SHAPE_TEXT_SIZE - used,
                             i > 0 ? ", %" PRId64 : "%" PRId64, shape->dim[i]);
    const bool cut = shape->rank > MG_MAX_RANK;
    snprintf(buffer + used, MG_SHAPE_TEXT_SIZE - used, cut ? ", ...]" : "]");
    return buffer;
}

void mg_text_shape(mg_text *text, const mg_shape *shape)
{
    char buffer[MG_SHAPE_TEXT_SIZE];
    mg_text_puts(text, mg_shape_text(shape, buffer));
}
