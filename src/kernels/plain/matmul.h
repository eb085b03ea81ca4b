/* matmul: what the files of the plain products share. Layer kernels. */
#ifndef MG_KERNELS_PLAIN_MATMUL_H
#define MG_KERNELS_PLAIN_MATMUL_H

#include "kernels/product.h"
#include "kernels/vector/set.h"

/* How a product is done; step->data of these kernels. */
typedef struct {
    mg_product product; /* transposed as a whole where `swapped` */
    const mg_vector_set *set;
    bool swapped; /* a and b have changed places */
    bool packs;   /* every panel of b is copied before it is used */
    int64_t panels;
    int64_t tile_rows; /* at most the set's */
} mg_product_plan;

/* Copies k rows of `width` columns of b into a panel [k][columns]; what the
 * panel has more is zero. */
void mg_pack_panel(const mg_matrix *strides, const float *b, int64_t k,
                   int64_t width, int64_t columns, float *panel);

/* Products of f64 by plain loops. */
mg_step_fn mg_run_product_f64;

#endif
