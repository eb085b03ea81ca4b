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
    /* Of tiles (tiles.c): y is cut into rectangles, and these into parts,
     * which are the shares of threads. */
    int64_t row_cuts, column_cuts, parts;
    int64_t rows, columns, depth; /* of a block: what stays in near caches */
    bool packs_a, packs_b;        /* copied before they are used */
    bool follows_rows;            /* y is wanted by rows */
    bool keeps_b;                 /* copied whole, and kept (keep.c) */
    bool b_is_far;                /* its first reading fetches ahead */
    bool turns_y;                 /* made by rows, then written by columns */
    int64_t tile_rows;            /* at most the set's */
    int64_t a_copy, y_copy;       /* where they stand in scratch memory */
    size_t scratch;               /* floats of a part */
} mg_product_plan;

/* One run, as its threads see it. */
typedef struct {
    const mg_product_plan *plan;
    const float *a, *b;
    const float *c; /* NULL: the product alone */
    float factor;
    float *y;
    const float *kept; /* panels of b, or NULL */
    float *scratch;
    mg_then_fn *then; /* or NULL */
    void *data;
} mg_product_job;

mg_product_job mg_product_job_of(const mg_step *step, void *const arg[]);

/* The job of the l-th product alone. */
mg_product_job mg_product_job_at(const mg_product_job *all, int64_t l);

/* Puts the sum of row i and that column where it belongs. */
void mg_product_finish(const mg_product_job *job, int64_t i, int64_t column,
                       float sum);

/* y^T = b^T a^T. */
void mg_product_exchange(mg_product *p);

/* Chooses the blocks of a product by tiles; p->product may be exchanged. */
void mg_plan_tiles(mg_product_plan *p, int threads);

/* Whether b is a variable that the plan does not change, and one for all
 * products: copied once, it is read faster than where it stands. */
bool mg_product_keeps_b(const mg_graph *g, const mg_step *step,
                        const mg_product *p);

/* The elements of all panels of b. */
size_t mg_tiles_kept(const mg_product_plan *p);

/* Copies b into these panels. */
void mg_tiles_keep(const mg_product_plan *p, const float *b, float *kept,
                   mg_pool *pool);

/* As mg_kernel.bind and .unbind. */
mg_status mg_product_bind(mg_ctx *ctx, const mg_step *step, void **bound);
void mg_product_unbind(const mg_step *step, void *bound);

/* The panels of b, copied anew if b may have changed; or NULL. */
const float *mg_product_kept(const mg_step *step, void *const arg[],
                             mg_frame *frame);

mg_step_fn mg_run_tiles;
mg_step_then_fn mg_run_tiles_then;

/* Where rows of a meet one or two vectors (mg_product_is_dots, n <= 2). */
mg_step_fn mg_run_dots;

/* Where nothing is summed: rows of y are numbers times the row b, added to c or
 * not. */
bool mg_product_is_rows(const mg_product *p);
mg_step_fn mg_run_rows;

/* Over how many rows with `work` multiplications each a thread goes: all get as
 * much, and as many rows as in any other of these steps on the same matrix, so
 * that its lines stay with the processor that had them last. */
int64_t mg_vector_grain(int64_t rows, int64_t work, int threads);

/* Products of f64 by plain loops. */
mg_step_fn mg_run_product_f64;

#endif
