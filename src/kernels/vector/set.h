/* set: the functions that one instruction set offers: elementwise blocks,
 * folds of reductions, the tile of matrix products. Layer kernels. */
#ifndef MG_KERNELS_VECTOR_SET_H
#define MG_KERNELS_VECTOR_SET_H

#include "base/philox.h"
#include "graph/op.h"
#include "kernels/vector/isa.h"

/* ---- Elementwise ---- */

#define MG_BLOCK_SOURCES 3

/* What the block for any operation and types must know. */
typedef struct {
    const mg_op *op;
    mg_dtype from[MG_BLOCK_SOURCES], to;
} mg_block_op;

/* target[i * target_step] = op(source[0][i * step[0]], ...), i < n. Steps
 * are in elements, 0 for one that stays. The target may be a source's memory
 * if their steps are equal. */
typedef struct {
    int64_t n;
    const void *source[MG_BLOCK_SOURCES];
    int64_t step[MG_BLOCK_SOURCES];
    void *target;
    int64_t target_step;
    const mg_block_op *op;
} mg_block;

typedef void mg_block_fn(const mg_block *block);

/* A block function with target step 1 only, and for what it stands. */
typedef struct {
    const mg_op *op;
    mg_dtype from; /* of the sources; where's condition is a truth value */
    mg_dtype to;
    mg_block_fn *run;
    int picoseconds; /* rough cost of an element, to decide about threads */
} mg_block_entry;

/* ---- Reductions ---- */

typedef enum {
    MG_SUM_FOLD,
    MG_PRODUCT_FOLD,
    MG_LARGEST_FOLD,  /* NaN if one is */
    MG_SMALLEST_FOLD, /* likewise */
    MG_SQUARES_FOLD,  /* sum of (x - center)^2 */
    MG_FOLDS,
} mg_fold_kind;

/* Folds n elements, `step` apart, into so_far. */
typedef double mg_fold_row_fn(double so_far, const float *x, int64_t n,
                              int64_t step, float center);

/* Columns that are folded side by side. */
#define MG_FOLD_WIDTH 128

/* so_far[j] takes in x[i * stride + j] for i < n, j < width. */
typedef struct {
    const float *x;
    int64_t n, stride;
    int64_t width;       /* at most MG_FOLD_WIDTH */
    const float *center; /* [width] */
    double *so_far;      /* [width] */
} mg_fold_columns;

typedef void mg_fold_columns_fn(const mg_fold_columns *columns);

/* Folds block->n rows of `length` elements each, one behind the other where
 * there are several, step[0] apart within a row, divides, and writes target:
 * one number a row. */
typedef void mg_fold_rows_fn(const mg_block *block, int64_t length,
                             double divisor);

/* so_far[j] takes in part[j], both folds of columns, for j < n. */
typedef void mg_fold_join_fn(double *so_far, const double *part, int64_t n);

typedef struct {
    double start; /* the fold of nothing */
    mg_fold_rows_fn *rows;
    mg_fold_row_fn *row;
    mg_fold_columns_fn *columns;
    mg_fold_join_fn *join;
} mg_fold_entry;

/* ---- Products ---- */

/* The tile of a product: y[i][j] = sum over p < k of a[i][p] b[p][j] for
 * i < m, j < n; with c, y[i][j] = c[i][j] + factor times that, where c may be
 * y. All tile_columns columns of b are read, side by side; strides in
 * elements. */
typedef struct {
    int64_t m, n, k; /* 1 <= m <= tile_rows, 1 <= n <= tile_columns */
    const float *a, *b;
    const float *c; /* or NULL */
    float *y;
    int64_t a_row, a_column, b_row, c_row, c_column, y_row, y_column;
    float factor;
    bool far; /* b comes from a far cache: it is fetched ahead */
} mg_tile;

typedef void mg_tile_fn(const mg_tile *tile);

/* y[i * columns + j] = x[i * row + j * column], i < k, j < width <= columns. */
typedef struct {
    const float *x;
    int64_t row, column;
    int64_t k, width;
    int64_t columns;
    float *y;
} mg_pack;

typedef void mg_pack_fn(const mg_pack *pack);

/* y[i] = the sum of a[i][p] b[p] over p < k, for i < n; a_row apart stand the
 * rows of a. */
typedef struct {
    const float *a, *b;
    float *y;
    int64_t a_row, n, k;
} mg_dots;

typedef void mg_dots_fn(const mg_dots *dots);

/* y[i] = c[i] + a b[i] over i < n, without c (NULL) a b[i]; c may be y. */
typedef void mg_add_row_fn(const float *c, float a, const float *b, float *y,
                           int64_t n);

/* A matrix w of n rows and k columns, used backwards and updated in one pass:
 *   z[p] += the sum of g[i] w[i][p] over i < n,
 *   y[i][p] = w[i][p] + factor g[i] x[p],  y may be w. */
typedef struct {
    const float *w, *g, *x;
    float *y, *z;
    float factor;
    int64_t w_row, y_row, g_step;
    int64_t n, k;
} mg_turn;

typedef void mg_turn_fn(const mg_turn *turn);

/* A matrix w of n rows and k columns, updated and used in one pass:
 *   y[i][p] = w[i][p] + factor g[i] x[p],  y may be w,
 *   z[i] = the sum of y[i][p] b[p] over p < k, as by dots. */
typedef struct {
    const float *w, *g, *x, *b;
    float *y, *z;
    float factor;
    int64_t w_row, y_row, g_step;
    int64_t n, k;
} mg_updated_dots;

typedef void mg_updated_dots_fn(const mg_updated_dots *dots);

/* y[i] = factor x[i] as bf16, the upper half of f32, rounded to nearest, ties
 * to even; NaN stays NaN. */
typedef void mg_narrow_fn(const float *x, float factor, uint16_t *y, int64_t n);

/* y[r * length + i] = x[r * step], r < rows, i < length: of any type of four
 * bytes. */
typedef void mg_spread_fn(const uint32_t *x, int64_t step, int64_t rows,
                          int64_t length, uint32_t *y);

/* Asks for the cache lines of memory that will soon be written, by this thread
 * alone. */
typedef void mg_claim_fn(void *y, int64_t bytes);

/* ---- Random numbers ---- */

/* n uniform numbers of the stream into y, from number `first` on. */
typedef void mg_draw_fn(const mg_stream *stream, int64_t first, int64_t n,
                        float *y);

/* ---- The set ---- */

typedef struct {
    const char *name;
    const mg_block_entry *const *blocks; /* families, each ended by op NULL;
                                            the array ended by NULL */
    const mg_fold_entry *fold;           /* [MG_FOLDS] */
    mg_tile_fn *tile;
    int64_t tile_rows, tile_columns;
    mg_pack_fn *pack;
    mg_dots_fn *dots;
    mg_add_row_fn *add_row;
    mg_turn_fn *turn;
    mg_updated_dots_fn *updated_dots;
    mg_narrow_fn *narrow;
    mg_claim_fn *claim;
    mg_spread_fn *spread;
    mg_draw_fn *draw_uniform;
} mg_vector_set;

/* The best set that this processor runs; the one that all of them run. */
const mg_vector_set *mg_vector_best(void);
const mg_vector_set *mg_vector_baseline(void);
/* The index-th set that this processor runs, best last; NULL at the end. */
const mg_vector_set *mg_vector_at(int index);

/* The entry for an operation, or NULL. */
const mg_block_entry *mg_block_find(const mg_vector_set *set, const mg_op *op,
                                    mg_dtype from, mg_dtype to);

/* The block for any operation with a scalar function and any types. */
void mg_block_any(const mg_block *block);

#endif
