/* copy: elements of one view into another of equal shape and element type.
 * Layer kernels. */
#ifndef MG_KERNELS_COPY_H
#define MG_KERNELS_COPY_H

#include "base/parallel.h"
#include "kernels/axes.h"
#include "tensor/tensor.h"

/* Outer loops, in them v, in it u, along which y (if it can) stands side by
 * side; v is where x does, unless that is u too. Strides in elements. */
typedef struct {
    size_t size; /* of an element */
    mg_axes outer;
    int64_t count; /* elements of outer */
    int64_t u, v;  /* sizes */
    int64_t x_u, x_v, y_u, y_v;
    int64_t x_offset, y_offset; /* of the first elements */
} mg_copy;

/* The copy of view x into view y; the offsets stay 0. */
mg_copy mg_copy_of(const mg_tensor *x, const mg_tensor *y);

void mg_copy_run(const mg_copy *copy, const void *x, void *y, mg_pool *pool);

#endif
