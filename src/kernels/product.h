/* product: a matmul or gemm step as matrices with strides and leading axes.
 *   y[l][i][j] = sum over p of a[l][i][p] b[l][p][j],  i < m, j < n, p < k
 * or c[l][i][j] plus or minus a number times that. Layer kernels. */
#ifndef MG_KERNELS_PRODUCT_H
#define MG_KERNELS_PRODUCT_H

#include "optimise/plan.h"

/* Strides of a matrix in elements. */
typedef struct {
    int64_t row, column;
    int64_t lead[MG_MAX_RANK]; /* 0 where it is shared */
} mg_matrix;

typedef struct {
    int64_t m, n, k;
    mg_shape lead;
    int64_t count; /* products: the size of lead */
    mg_matrix a, b, y;
    mg_matrix c; /* of what the product is added to, */
    bool adds;   /* if it is */
} mg_product;

/* The operands of such a step, after a and b. */
enum { MG_PRODUCT_C = 2, MG_PRODUCT_FACTOR = 3 };

/* Whether a step is a product with operands of this type. */
bool mg_is_product(const mg_step *step, mg_dtype dtype);

/* The number that the sums are multiplied by. */
double mg_product_factor(const mg_step *step, void *const arg[]);

/* Of a matmul step: transposes become strides, vectors matrices, and leading
 * axes that share b and walk on as the rows of a and y become rows. */
void mg_product_of(const mg_step *step, mg_product *out);

/* Of a node of the step's group; from: which of its operands are the node's
 * inputs and, last, its value. False: it is no product of f32 without leading
 * axes. */
bool mg_product_within(const mg_step *step, const mg_node *node,
                       const int from[], mg_product *out);

/* Two matrices that are walked alike, row by row. */
bool mg_matrix_rows_alike(const mg_matrix *a, const mg_matrix *b, int64_t rows);

/* As mg_kernel.in_place: y may stand over what the product is added to. */
bool mg_product_in_place(const mg_step *step, int i, int o);

/* Whether a or b is next to a vector, and rows of a meet columns of b that
 * stand side by side too: then dots read each of them once, in order. */
bool mg_product_is_dots(const mg_product *p);

/* The offset of the index-th of the products in a, b or y. */
int64_t mg_product_offset(const mg_product *p, const mg_matrix *matrix,
                          int64_t index);

#endif
