/* reduction: sorting the axes of a reduction. Layer kernels. */
#include "kernels/reduction.h"

#include <string.h>

/* Narrower columns than this are folded as rows. */
#define LEAST_WIDTH 4

int64_t mg_axes_size(const mg_axes *axes)
{
    int64_t size = 1;
    for (int i = 0; i < axes->rank; i++)
        size *= axes->dim[i];
    return size;
}

/* Appends an axis, as one with the last if both tensors walk them so. */
static void append(mg_axes *axes, int64_t dim, int64_t x_stride,
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

static void remove_axis(mg_axes *axes, int axis)
{
    axes->rank--;
    for (int i = axis; i < axes->rank; i++) {
        axes->dim[i] = axes->dim[i + 1];
        for (int k = 0; k < 2; k++)
            axes->stride[k][i] = axes->stride[k][i + 1];
    }
}

static bool is_reduced(const mg_node *node, int axis)
{
    for (int i = 1; i < node->n_attrs; i++)
        if (node->attr[i] == axis)
            return true;
    return false;
}

static void sort_axes(const mg_step *step, mg_reduction *r)
{
    const mg_tensor *const x = &step->operand[0].tensor;
    const mg_tensor *const y = &step->operand[1].tensor;
    const bool keeps = step->node->attr[0] != 0;
    int at = 0;
    for (int axis = 0; axis < x->type.shape.rank; axis++) {
        const int64_t dim = x->type.shape.dim[axis];
        const bool reduced = is_reduced(step->node, axis);
        if (reduced)
            append(&r->reduced, dim, x->stride[axis], 0);
        else
            append(&r->kept, dim, x->stride[axis], y->stride[at]);
        at += !reduced || keeps ? 1 : 0;
    }
}

/* The axis along which x (and y, unless it is a reduced one) stands side by
 * side, or -1. */
static int contiguous(const mg_axes *axes, bool y_too)
{
    for (int i = 0; i < axes->rank; i++)
        if (axes->stride[0][i] == 1 && (!y_too || axes->stride[1][i] == 1))
            return i;
    return -1;
}

void mg_reduction_of(const mg_step *step, mg_reduction *out)
{
    mg_reduction r;
    memset(&r, 0, sizeof r);
    sort_axes(step, &r);
    const int wide = contiguous(&r.kept, true);
    int inner = contiguous(&r.reduced, false);
    if (inner < 0 && wide >= 0 && r.kept.dim[wide] >= LEAST_WIDTH) {
        r.width = r.kept.dim[wide];
        remove_axis(&r.kept, wide);
    }
    if (inner < 0)
        inner = r.reduced.rank - 1;
    r.n = 1;
    if (inner >= 0) {
        r.n = r.reduced.dim[inner];
        r.step = r.reduced.stride[0][inner];
        remove_axis(&r.reduced, inner);
    }
    r.rows = mg_axes_size(&r.kept);
    r.folds = mg_axes_size(&r.reduced);
    *out = r;
}
