/* reduction: the axes of a reducing step, sorted into kept and reduced ones
 * and collapsed. Layer kernels. */
#ifndef MG_KERNELS_REDUCTION_H
#define MG_KERNELS_REDUCTION_H

#include "kernels/axes.h"
#include "kernels/vector/set.h"
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

/* How an operation reduces: var takes a second fold. */
typedef struct {
    const mg_op *op;
    mg_fold_kind fold;
    bool divides; /* by the number of elements */
} mg_reducing;

/* That of an operation, or NULL: it is none of sum mean var prod max min. */
const mg_reducing *mg_reducing_of(const mg_op *op);

/* The kernel for argmax, argmin, any and all. */
mg_status mg_pick_take(mg_arena *arena, mg_step *step, bool *taken);

#endif
