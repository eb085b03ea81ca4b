/* fold: sums, products, extremes and squares of rows and of columns. Blocks
 * are folded in f32, many partial results side by side (at most 32 + 2 + 4
 * roundings), and joined in f64: the error of a sum stays below 40 units of
 * rounding of the sum of magnitudes.
 * Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/transpose.h"

#include <math.h>

/* Elements of a row, or rows of a column, that are folded in f32. */
#define ROW_BLOCK (32 * 4 * MG_LANES)
#define COLUMN_BLOCK 32

/* A fold of one kind: takes in an element, joins two partial results or those
 * of all lanes. All are inlined. center is subtracted by squares alone. */
typedef mg_lanes lanes_take(mg_lanes partial, mg_lanes x, mg_lanes center);
typedef double lanes_total(mg_lanes partial);
typedef float float_take(float partial, float x, float center);
typedef double double_join(double a, double b);

MG_INLINE mg_lanes lanes_multiply(mg_lanes a, mg_lanes b)
{
    return a * b;
}

/* Once NaN, always NaN: it is no less than anything. */
MG_INLINE mg_lanes lanes_larger(mg_lanes a, mg_lanes b)
{
    return lanes_pick((b > a) | (b != b), b, a);
}

MG_INLINE mg_lanes lanes_smaller(mg_lanes a, mg_lanes b)
{
    return lanes_pick((b < a) | (b != b), b, a);
}

MG_INLINE mg_lanes take_sum(mg_lanes a, mg_lanes x, mg_lanes center)
{
    (void)center;
    return a + x;
}

MG_INLINE mg_lanes take_product(mg_lanes a, mg_lanes x, mg_lanes center)
{
    (void)center;
    return a * x;
}

MG_INLINE mg_lanes take_largest(mg_lanes a, mg_lanes x, mg_lanes center)
{
    (void)center;
    return lanes_larger(a, x);
}

MG_INLINE mg_lanes take_smallest(mg_lanes a, mg_lanes x, mg_lanes center)
{
    (void)center;
    return lanes_smaller(a, x);
}

MG_INLINE mg_lanes take_square(mg_lanes a, mg_lanes x, mg_lanes center)
{
    const mg_lanes rest = x - center;
    return a + rest * rest;
}

MG_INLINE float take_sum_1(float a, float x, float center)
{
    (void)center;
    return a + x;
}

MG_INLINE float take_product_1(float a, float x, float center)
{
    (void)center;
    return a * x;
}

MG_INLINE float take_largest_1(float a, float x, float center)
{
    (void)center;
    return x > a || x != x ? x : a;
}

MG_INLINE float take_smallest_1(float a, float x, float center)
{
    (void)center;
    return x < a || x != x ? x : a;
}

MG_INLINE float take_square_1(float a, float x, float center)
{
    const float rest = x - center;
    return a + rest * rest;
}

MG_INLINE double add(double a, double b)
{
    return a + b;
}

MG_INLINE double multiply(double a, double b)
{
    return a * b;
}

MG_INLINE double larger(double a, double b)
{
    return b > a || b != b ? b : a;
}

MG_INLINE double smaller(double a, double b)
{
    return b < a || b != b ? b : a;
}

/* ---- All lanes ---- */

MG_INLINE double total_sum(mg_lanes x)
{
    return (double)lanes_sum(x);
}

/* In f64: large and small partial results may meet. */
MG_INLINE double total_product(mg_lanes x)
{
    double product = 1;
    for (int k = 0; k < MG_LANES; k++)
        product *= (double)x[k];
    return product;
}

MG_INLINE double total_largest(mg_lanes x)
{
    return (double)lanes_joined(x, lanes_larger);
}

MG_INLINE double total_smallest(mg_lanes x)
{
    return (double)lanes_joined(x, lanes_smaller);
}

/* ---- Rows ---- */

/* Whole vectors of at most ROW_BLOCK elements; n is a multiple of 4 LANES. */
MG_INLINE double fold_block(const float *x, int64_t n, float center,
                            float start, lanes_take *take, lanes_join *join,
                            lanes_total *total)
{
    const mg_lanes c = lanes_of(center), s = lanes_of(start);
    mg_lanes partial[4] = {s, s, s, s};
    for (int64_t i = 0; i < n; i += 4 * MG_LANES) {
        partial[0] = take(partial[0], lanes_at(x + i), c);
        partial[1] = take(partial[1], lanes_at(x + i + MG_LANES), c);
        partial[2] = take(partial[2], lanes_at(x + i + 2 * MG_LANES), c);
        partial[3] = take(partial[3], lanes_at(x + i + 3 * MG_LANES), c);
    }
    return total(
        join(join(partial[0], partial[1]), join(partial[2], partial[3])));
}

/* Lanes from `begin` on, up to `end`. */
MG_INLINE mg_lane_masks lanes_inside(int begin, int end)
{
    mg_lane_masks inside;
    for (int k = 0; k < MG_LANES; k++)
        inside[k] = k >= begin && k < end ? -1 : 0;
    return inside;
}

/* The last elements of a row, fewer than 4 LANES of them. Lanes stand in front
 * of them too, so that nothing behind the row is read. */
MG_INLINE double fold_end(const float *end, int64_t left, float center,
                          float start, lanes_take *take, lanes_total *total)
{
    const mg_lanes c = lanes_of(center);
    mg_lanes partial = lanes_of(start);
    for (; left >= MG_LANES; left -= MG_LANES)
        partial = take(partial, lanes_at(end - left), c);
    const mg_lanes last = take(partial, lanes_at(end - MG_LANES), c);
    return total(lanes_pick(lanes_inside(MG_LANES - (int)left, MG_LANES), last,
                            partial));
}

MG_INLINE double fold_row(double so_far, const float *x, int64_t n,
                          int64_t step, float center, float start,
                          lanes_take *take, lanes_join *join,
                          float_take *take_1, double_join *finish,
                          lanes_total *total)
{
    int64_t done = 0;
    if (step == 1 && n >= MG_LANES) {
        for (int64_t whole = n / (4 * MG_LANES) * (4 * MG_LANES);
             done < whole;) {
            const int64_t left = whole - done;
            const int64_t count = left < ROW_BLOCK ? left : ROW_BLOCK;
            so_far = finish(so_far, fold_block(x + done, count, center, start,
                                               take, join, total));
            done += count;
        }
        return done == n ? so_far
                         : finish(so_far, fold_end(x + n, n - done, center,
                                                   start, take, total));
    }
    while (done < n) {
        const int64_t end = n - done < 32 ? n : done + 32;
        float part = start;
        for (; done < end; done++)
            part = take_1(part, x[done * step], center);
        so_far = finish(so_far, (double)part);
    }
    return so_far;
}

/* A row of fewer elements than a vector has lanes, which are those `inside`. */
MG_INLINE double fold_short(const float *x, mg_lane_masks inside, float start,
                            lanes_take *take, lanes_total *total)
{
    const mg_lanes s = lanes_of(start);
    return total(take(s, lanes_pick(inside, lanes_at(x), s), lanes_of(0)));
}

/* Rows shorter than a vector that stand one behind the other. Where lanes
 * behind the last row would be read, they stand in front of the row's end.
 * Returns how many were done: none of fewer elements than two vectors have, of
 * which a row among the first may have to be read from in front of all. */
MG_INLINE int64_t fold_shorts(const mg_block *block, int64_t length,
                              double divisor, float start, lanes_take *take,
                              lanes_total *total)
{
    const float *const x = block->source[0];
    float *const y = block->target;
    const int64_t n = block->n, step = block->target_step;
    if (n * length < 2 * MG_LANES)
        return 0;
    const int64_t ahead = (n * length - MG_LANES) / length + 1;
    const mg_lane_masks first = lanes_inside(0, (int)length);
    for (int64_t i = 0; i < ahead; i++)
        y[i * step] =
            (float)(fold_short(x + i * length, first, start, take, total) /
                    divisor);
    const mg_lane_masks last = lanes_inside(MG_LANES - (int)length, MG_LANES);
    for (int64_t i = ahead; i < n; i++)
        y[i * step] = (float)(fold_short(x + (i + 1) * length - MG_LANES, last,
                                         start, take, total) /
                              divisor);
    return n;
}

MG_INLINE void fold_rows_of(const mg_block *block, int64_t length,
                            double divisor, float start, lanes_take *take,
                            lanes_join *join, float_take *take_1,
                            double_join *finish, lanes_total *total)
{
    const float *const x = block->source[0];
    float *const y = block->target;
    const int64_t next = block->step[0] == 0 ? 0 : length;
    int64_t i = 0;
    if (length > 0 && length < MG_LANES && block->step[0] == 1)
        i = fold_shorts(block, length, divisor, start, take, total);
    for (; i < block->n; i++)
        y[i * block->target_step] =
            (float)(fold_row((double)start, x + i * next, length,
                             block->step[0], 0, start, take, join, take_1,
                             finish, total) /
                    divisor);
}

static void sum_rows(const mg_block *block, int64_t length, double divisor)
{
    fold_rows_of(block, length, divisor, 0, take_sum, lanes_add, take_sum_1,
                 add, total_sum);
}

static void product_rows(const mg_block *block, int64_t length, double divisor)
{
    fold_rows_of(block, length, divisor, 1, take_product, lanes_multiply,
                 take_product_1, multiply, total_product);
}

static void largest_rows(const mg_block *block, int64_t length, double divisor)
{
    fold_rows_of(block, length, divisor, -INFINITY, take_largest, lanes_larger,
                 take_largest_1, larger, total_largest);
}

static void smallest_rows(const mg_block *block, int64_t length, double divisor)
{
    fold_rows_of(block, length, divisor, INFINITY, take_smallest, lanes_smaller,
                 take_smallest_1, smaller, total_smallest);
}

static double sum_row(double so_far, const float *x, int64_t n, int64_t step,
                      float center)
{
    return fold_row(so_far, x, n, step, center, 0, take_sum, lanes_add,
                    take_sum_1, add, total_sum);
}

static double product_row(double so_far, const float *x, int64_t n,
                          int64_t step, float center)
{
    return fold_row(so_far, x, n, step, center, 1, take_product, lanes_multiply,
                    take_product_1, multiply, total_product);
}

static double largest_row(double so_far, const float *x, int64_t n,
                          int64_t step, float center)
{
    return fold_row(so_far, x, n, step, center, -INFINITY, take_largest,
                    lanes_larger, take_largest_1, larger, total_largest);
}

static double smallest_row(double so_far, const float *x, int64_t n,
                           int64_t step, float center)
{
    return fold_row(so_far, x, n, step, center, INFINITY, take_smallest,
                    lanes_smaller, take_smallest_1, smaller, total_smallest);
}

static double square_row(double so_far, const float *x, int64_t n, int64_t step,
                         float center)
{
    return fold_row(so_far, x, n, step, center, 0, take_square, lanes_add,
                    take_square_1, add, total_sum);
}

/* ---- Columns ---- */

/* Partial results that stay in registers while rows go by. */
#define COLUMN_VECTORS 8

/* Rows [begin, end) of `vectors` times LANES columns from column j on. */
MG_INLINE void fold_vectors(const mg_fold_columns *f, int64_t begin,
                            int64_t end, int64_t j, int vectors, float start,
                            lanes_take *take, float *part)
{
    const float *x = f->x + begin * f->stride + j;
    mg_lanes so_far[COLUMN_VECTORS];
    MG_UNROLLED
    for (int v = 0; v < vectors; v++)
        so_far[v] = lanes_of(start);
    for (int64_t i = begin; i < end; i++, x += f->stride)
        MG_UNROLLED
    for (int v = 0; v < vectors; v++)
        so_far[v] = take(so_far[v], lanes_at(x + v * MG_LANES),
                         lanes_at(f->center + j + v * MG_LANES));
    MG_UNROLLED
    for (int v = 0; v < vectors; v++)
        *(mg_lanes *)(part + j + v * MG_LANES) = so_far[v];
}

/* The last vector ends with the last column, done twice or not. */
MG_INLINE void fold_wide(const mg_fold_columns *f, int64_t begin, int64_t end,
                         float start, lanes_take *take, float *part)
{
    const int64_t many = (int64_t)COLUMN_VECTORS * MG_LANES;
    int64_t j = 0;
    for (; j + many <= f->width; j += many)
        fold_vectors(f, begin, end, j, COLUMN_VECTORS, start, take, part);
    for (; j + MG_LANES <= f->width; j += MG_LANES)
        fold_vectors(f, begin, end, j, 1, start, take, part);
    if (j < f->width)
        fold_vectors(f, begin, end, f->width - MG_LANES, 1, start, take, part);
}

/* Fewer columns than LANES: vectors read on into the next row, which lacks
 * behind the last ones. part has room for LANES. */
MG_INLINE void fold_narrow(const mg_fold_columns *f, int64_t begin, int64_t end,
                           float start, lanes_take *take, float_take *take_1,
                           float *part)
{
    const int64_t last = (f->n - 1) * f->stride + f->width - MG_LANES;
    int64_t within = begin;
    if (f->stride > 0 && last >= 0)
        within = last / f->stride + 1 < end ? last / f->stride + 1 : end;
    within = within > begin ? within : begin;
    fold_vectors(f, begin, within, 0, 1, start, take, part);
    for (int64_t i = within; i < end; i++)
        for (int64_t j = 0; j < f->width; j++)
            part[j] = take_1(part[j], f->x[i * f->stride + j], f->center[j]);
}

MG_INLINE void fold_columns(const mg_fold_columns *f, float start,
                            lanes_take *take, float_take *take_1,
                            double_join *join)
{
    float part[MG_FOLD_WIDTH];
    for (int64_t i = 0; i < f->n; i += COLUMN_BLOCK) {
        const int64_t end = f->n - i < COLUMN_BLOCK ? f->n : i + COLUMN_BLOCK;
        if (f->width < MG_LANES)
            fold_narrow(f, i, end, start, take, take_1, part);
        else
            fold_wide(f, i, end, start, take, part);
        MG_INDEPENDENT
        for (int64_t j = 0; j < f->width; j++)
            f->so_far[j] = join(f->so_far[j], (double)part[j]);
    }
}

static void sum_columns(const mg_fold_columns *f)
{
    fold_columns(f, 0, take_sum, take_sum_1, add);
}

static void product_columns(const mg_fold_columns *f)
{
    fold_columns(f, 1, take_product, take_product_1, multiply);
}

static void largest_columns(const mg_fold_columns *f)
{
    fold_columns(f, -INFINITY, take_largest, take_largest_1, larger);
}

static void smallest_columns(const mg_fold_columns *f)
{
    fold_columns(f, INFINITY, take_smallest, take_smallest_1, smaller);
}

static void square_columns(const mg_fold_columns *f)
{
    fold_columns(f, 0, take_square, take_square_1, add);
}

/* ---- Partial folds of columns ---- */

MG_INLINE void join_parts(double *so_far, const double *part, int64_t n,
                          double_join *join)
{
    MG_INDEPENDENT
    for (int64_t j = 0; j < n; j++)
        so_far[j] = join(so_far[j], part[j]);
}

static void join_sums(double *so_far, const double *part, int64_t n)
{
    join_parts(so_far, part, n, add);
}

static void join_products(double *so_far, const double *part, int64_t n)
{
    join_parts(so_far, part, n, multiply);
}

static void join_largest(double *so_far, const double *part, int64_t n)
{
    join_parts(so_far, part, n, larger);
}

static void join_smallest(double *so_far, const double *part, int64_t n)
{
    join_parts(so_far, part, n, smaller);
}

const mg_fold_entry MG_ISA_NAME(mg_folds)[MG_FOLDS] = {
    [MG_SUM_FOLD] = {0, sum_rows, sum_row, sum_columns, join_sums},
    [MG_PRODUCT_FOLD] = {1, product_rows, product_row, product_columns,
                         join_products},
    [MG_LARGEST_FOLD] = {-INFINITY, largest_rows, largest_row, largest_columns,
                         join_largest},
    [MG_SMALLEST_FOLD] = {INFINITY, smallest_rows, smallest_row,
                          smallest_columns, join_smallest},
    [MG_SQUARES_FOLD] = {0, NULL, square_row, square_columns, join_sums},
};
