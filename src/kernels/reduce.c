/* reduce: sum, mean, max, min, prod and var of f32 over any axes. Either rows
 * are folded (the reduced elements stand side by side) or columns (the kept
 * ones do). Columns of a tall matrix are folded in parts of its rows, which
 * the thread that folds them has mostly written itself. The parts depend on
 * the shape alone, and are joined in their order: results do not depend on the
 * number of threads. Layer kernels. */
#include "kernels/kernels.h"
#include "base/parallel.h"
#include "kernels/reduction.h"
#include "kernels/take.h"

#include <math.h>

typedef struct {
    mg_reduction shape;
    const mg_fold_entry *fold;
    const mg_fold_entry *squares; /* of var, else NULL */
    double divisor;               /* of mean and var, else 1 */
    int64_t grain;
    int64_t parts, part_rows; /* of columns; 1 part: they are folded whole */
    int64_t join_grain;       /* in chunks of columns */
} reduce;

typedef struct {
    const reduce *r;
    const float *x;
    float *y;
    double *part; /* [parts, width] */
} job;

/* ---- Rows ---- */

static double fold_row(const reduce *r, const mg_fold_entry *fold,
                       const float *x, float center)
{
    const mg_reduction *const s = &r->shape;
    double so_far = fold->start;
    for (int64_t i = 0; i < s->folds; i++)
        so_far = fold->row(so_far, x + mg_axes_offset(&s->reduced, i, 0), s->n,
                           s->step, center);
    return so_far;
}

static void share_rows(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const reduce *const r = j->r;
    for (int64_t i = begin; i < end; i++) {
        const float *const x = j->x + mg_axes_offset(&r->shape.kept, i, 0);
        double result = fold_row(r, r->fold, x, 0) / r->divisor;
        if (r->squares)
            result = fold_row(r, r->squares, x, (float)result) / r->divisor;
        j->y[mg_axes_offset(&r->shape.kept, i, 1)] = (float)result;
    }
}

/* ---- Columns ---- */

static void fold_columns(const reduce *r, const mg_fold_entry *fold,
                         const float *x, mg_fold_columns *columns)
{
    const mg_reduction *const s = &r->shape;
    for (int64_t j = 0; j < columns->width; j++)
        columns->so_far[j] = fold->start;
    for (int64_t i = 0; i < s->folds; i++) {
        columns->x = x + mg_axes_offset(&s->reduced, i, 0);
        fold->columns(columns);
    }
    for (int64_t j = 0; j < columns->width && r->divisor != 1; j++)
        columns->so_far[j] /= r->divisor;
}

static void do_columns(const reduce *r, const float *x, float *y, int64_t width)
{
    double so_far[MG_FOLD_WIDTH];
    float center[MG_FOLD_WIDTH] = {0};
    mg_fold_columns columns = {.n = r->shape.n,
                               .stride = r->shape.step,
                               .width = width,
                               .center = center,
                               .so_far = so_far};
    fold_columns(r, r->fold, x, &columns);
    if (r->squares) {
        for (int64_t j = 0; j < width; j++)
            center[j] = (float)so_far[j];
        fold_columns(r, r->squares, x, &columns);
    }
    for (int64_t j = 0; j < width; j++)
        y[j] = (float)so_far[j];
}

static void share_columns(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_reduction *const s = &j->r->shape;
    const int64_t chunks = (s->width + MG_FOLD_WIDTH - 1) / MG_FOLD_WIDTH;
    for (int64_t i = begin; i < end; i++) {
        const int64_t first = i % chunks * MG_FOLD_WIDTH;
        const int64_t left = s->width - first;
        const int64_t row = i / chunks;
        do_columns(j->r, j->x + mg_axes_offset(&s->kept, row, 0) + first,
                   j->y + mg_axes_offset(&s->kept, row, 1) + first,
                   left < MG_FOLD_WIDTH ? left : MG_FOLD_WIDTH);
    }
}

/* ---- Columns in parts ---- */

static void share_parts(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_reduction *const s = &j->r->shape;
    const float center[MG_FOLD_WIDTH] = {0};
    for (int64_t i = begin; i < end; i++) {
        const int64_t row = i * j->r->part_rows, left = s->n - row;
        double *const part = j->part + i * s->width;
        for (int64_t at = 0; at < s->width; at++)
            part[at] = j->r->fold->start;
        for (int64_t at = 0; at < s->width; at += MG_FOLD_WIDTH) {
            const mg_fold_columns columns = {
                .x = j->x + row * s->step + at,
                .n = left < j->r->part_rows ? left : j->r->part_rows,
                .stride = s->step,
                .width = s->width - at < MG_FOLD_WIDTH ? s->width - at
                                                       : MG_FOLD_WIDTH,
                .center = center,
                .so_far = part + at};
            j->r->fold->columns(&columns);
        }
    }
}

/* Of chunks of columns. */
static void share_joins(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const int64_t width = j->r->shape.width;
    const int64_t first = begin * MG_FOLD_WIDTH, wide = end * MG_FOLD_WIDTH;
    const int64_t last = wide < width ? wide : width;
    for (int64_t i = 1; i < j->r->parts; i++)
        j->r->fold->join(j->part + first, j->part + i * width + first,
                         last - first);
    for (int64_t at = first; at < last && j->r->divisor != 1; at++)
        j->part[at] /= j->r->divisor;
    for (int64_t at = first; at < last; at++)
        j->y[at] = (float)j->part[at];
}

static void run_parts(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const reduce *const r = step->data;
    job j = {r, arg[0], arg[1], arg[step->n_operands]};
    const int64_t chunks = (r->shape.width + MG_FOLD_WIDTH - 1) / MG_FOLD_WIDTH;
    mg_parallel_for(frame->pool, r->parts, r->grain, share_parts, &j);
    mg_parallel_for(frame->pool, chunks, r->join_grain, share_joins, &j);
}

/* ---- The whole ---- */

static void run_reduce(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const reduce *const r = step->data;
    job j = {r, arg[0], arg[1], NULL};
    const mg_reduction *const s = &r->shape;
    if (s->width == 0) {
        mg_parallel_for(frame->pool, s->rows, r->grain, share_rows, &j);
        return;
    }
    const int64_t chunks = (s->width + MG_FOLD_WIDTH - 1) / MG_FOLD_WIDTH;
    mg_parallel_for(frame->pool, s->rows * chunks, r->grain, share_columns, &j);
}

/* ---- Taking ---- */

/* Elements whose fold is worth a thread's start. */
#define GRAIN_ELEMENTS 10000

static int64_t grain_of(const mg_reduction *s)
{
    const int64_t width = s->width < MG_FOLD_WIDTH ? s->width : MG_FOLD_WIDTH;
    const int64_t each = s->folds * s->n * (s->width ? width : 1);
    return each > 0 ? GRAIN_ELEMENTS / each + 1 : GRAIN_ELEMENTS;
}

/* Elements that are folded in parts. */
#define LEAST_ELEMENTS (GRAIN_ELEMENTS * 3 / 2)
#define MOST_PARTS 64

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Products are cut along their longer side, and rows of loops among threads: of
 * a wide matrix a thread may have written columns, and rows gain nothing. What
 * is kept of a part is 16 bytes of traffic for each column, so parts have 128
 * rows; where these would be fewer than eight 64, then 32, which are folded
 * in f32 (vector/fold.c). */
static int64_t count_parts(int64_t rows)
{
    if (rows >= 8 * 128)
        return smaller(rows / 128, MOST_PARTS);
    return rows >= 128 ? smaller(rows / 64, 8) : rows / 32;
}

static void cut_columns(mg_step *step, reduce *r)
{
    const mg_reduction *const s = &r->shape;
    r->parts = 1;
    const int64_t wanted = count_parts(s->n);
    if (s->width == 0 || s->rows != 1 || s->folds != 1 || r->squares ||
        s->n < s->width || wanted < 2 || s->n * s->width < LEAST_ELEMENTS)
        return;
    r->part_rows = (s->n + wanted - 1) / wanted;
    r->parts = (s->n + r->part_rows - 1) / r->part_rows;
    r->grain =
        GRAIN_ELEMENTS / (r->part_rows * s->width + GRAIN_ELEMENTS / 2) + 1;
    r->join_grain = GRAIN_ELEMENTS / (r->parts * MG_FOLD_WIDTH) + 1;
    step->scratch = (size_t)(r->parts * s->width) * sizeof(double);
    step->run = run_parts;
}

mg_status mg_reduce_take(const mg_vector_set *set, mg_arena *arena,
                         mg_step *step, bool *taken)
{
    const mg_node *const node = step->node;
    if (step->operand[0].tensor.type.dtype != MG_F32)
        return mg_pick_take(arena, step, taken);
    const mg_reducing *const how = mg_reducing_of(node->op);
    if (!how)
        return mg_pick_take(arena, step, taken);
    reduce *const r = mg_arena_alloc(arena, 1, sizeof *r);
    if (!r)
        return MG_NO_MEMORY;
    mg_reduction_of(step, &r->shape);
    r->fold = &set->fold[how->fold];
    r->squares = node->op == &mg_op_var ? &set->fold[MG_SQUARES_FOLD] : NULL;
    r->divisor = how->divides ? (double)(r->shape.folds * r->shape.n) : 1;
    r->grain = grain_of(&r->shape);
    step->data = r;
    step->run = run_reduce;
    cut_columns(step, r);
    *taken = true;
    return MG_OK;
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_reduce_take(mg_vector_best(), arena, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    (void)g;
    return mg_reduce_take(mg_vector_baseline(), arena, step, taken);
}

const mg_kernel mg_kernel_reduce = {.name = "reduce", .take = take_best};

const mg_kernel mg_kernel_reduce_baseline = {.name = "reduce-baseline",
                                             .take = take_baseline};
