/* axes: loops over two tensors at once. Layer kernels. */
#ifndef MG_KERNELS_AXES_H
#define MG_KERNELS_AXES_H

#include <stdint.h>

#include "matgrad/matgrad.h"

/* Axes with the strides of two tensors, x and y. */
typedef struct {
    int rank;
    int64_t dim[MG_MAX_RANK];
    int64_t stride[2][MG_MAX_RANK];
} mg_axes;

int64_t mg_axes_size(const mg_axes *axes);

/* Appends an axis, as one with the last if both tensors walk them so; an axis
 * of one element is none. */
void mg_axes_append(mg_axes *axes, int64_t dim, int64_t x_stride,
                    int64_t y_stride);
void mg_axes_remove(mg_axes *axes, int axis);

/* The offset in tensor 0 or 1 of the index-th element in C order. */
static inline int64_t mg_axes_offset(const mg_axes *axes, int64_t index,
                                     int tensor)
{
    if (axes->rank == 0)
        return 0;
    int64_t offset = 0;
    for (int i = axes->rank - 1; i > 0; i--) {
        offset += index % axes->dim[i] * axes->stride[tensor][i];
        index /= axes->dim[i];
    }
    return offset + index * axes->stride[tensor][0];
}

#endif
