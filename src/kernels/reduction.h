/* reduction: the axes of a reducing step, sorted into kept and reduced ones
 * and collapsed. Layer kernels. */
#ifndef MG_KERNELS_REDUCTION_H
#define MG_KERNELS_REDUCTION_H

#include "kernels/axes.h"
#include "optimise/plan.h"

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
