/* axes: see axes.h. Layer kernels. */
#include "kernels/axes.h"

int64_t mg_axes_size(const mg_axes *axes)
{
    int64_t size = 1;
    for (int i = 0; i < axes->rank; i++)
        size *= axes->dim[i];
    return size;
}

void mg_axes_append(mg_axes *axes, int64_t dim, int64_t x_stride,
                    int64_t y_stride)
{
    int at = axes->rank;
    if (dim == 1)
        return;
    if (at > 0 && axes->stride[0][at - 1] == x_stride * dim &&
        axes->stride[1][at - 1] == y_stride * dim) {
        at--;
        axes->dim[at] *= dim;
    } else {
        axes->dim[at] = dim;
        axes->rank++;
    }
    axes->stride[0][at] = x_stride;
    axes->stride[1][at] = y_stride;
}

void mg_axes_remove(mg_axes *axes, int axis)
{
    axes->rank--;
    for (int i = axis; i < axes->rank; i++) {
        axes->dim[i] = axes->dim[i + 1];
        for (int k = 0; k < 2; k++)
            axes->stride[k][i] = axes->stride[k][i + 1];
    }
}
