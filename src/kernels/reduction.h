/* reduction: the axes of a reducing step, sorted into kept and reduced ones
 * and collapsed. Layer kernels. */
#ifndef MG_KERNELS_REDUCTION_H
#define MG_KERNELS_REDUCTION_H

#include "optimise/plan.h"

/* Axes with the strides of two tensors, x and y. */
typedef struct {
    int rank;
    int64_t dim[MG_MAX_RANK];
    int64_t stride[2][MG_MAX_RANK];
} mg_axes;

int64_t mg_axes_size(const mg_axes *axes);

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

/* y[kept] = fold over (reduced, n) of x; with a width, for so many elements
 * of x and y that stand side by side at once. */
typedef struct {
    mg_axes kept; /* less the width */
    int64_t rows; /* their elements */
    int64_t width;
    mg_axes reduced; /* less the innermost loop */
    int64_t folds;   /* their elements */
    int64_t n, step; /* the innermost loop */
} mg_reduction;

/* Of a step that reduces operand 0 into operand 1. */
void mg_reduction_of(const mg_step *step, mg_reduction *out);

/* The kernel for argmax, argmin, any and all. */
mg_status mg_pick_take(mg_arena *arena, mg_step *step, bool *taken);

#endif
