/* reduction: sorting the axes of a reduction. Layer kernels. */
#include "kernels/reduction.h"

#include <string.h>

/* Narrower columns than this are folded as rows. */
#define LEAST_WIDTH 4

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
            mg_axes_append(&r->reduced, dim, x->stride[axis], 0);
        else
            mg_axes_append(&r->kept, dim, x->stride[axis], y->stride[at]);
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
        mg_axes_remove(&r.kept, wide);
    }
    if (inner < 0)
        inner = r.reduced.rank - 1;
    r.n = 1;
    if (inner >= 0) {
        r.n = r.reduced.dim[inner];
        r.step = r.reduced.stride[0][inner];
        mg_axes_remove(&r.reduced, inner);
    }
    r.rows = mg_axes_size(&r.kept);
    r.folds = mg_axes_size(&r.reduced);
    *out = r;
}

static const mg_reducing reducing[] = {
    {&mg_op_sum, MG_SUM_FOLD, false},     {&mg_op_mean, MG_SUM_FOLD, true},
    {&mg_op_var, MG_SUM_FOLD, true},      {&mg_op_prod, MG_PRODUCT_FOLD, false},
    {&mg_op_max, MG_LARGEST_FOLD, false}, {&mg_op_min, MG_SMALLEST_FOLD, false},
};

const mg_reducing *mg_reducing_of(const mg_op *op)
{
    for (size_t i = 0; i < sizeof reducing / sizeof *reducing; i++)
        if (reducing[i].op == op)
            return &reducing[i];
    return NULL;
}
