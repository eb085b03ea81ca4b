/* matmul: products by own code. Three ways for f32: a few elements by plain
 * loops; dots where one operand is a vector and rows meet rows; else tiles,
 * which read a where it is, and b where it is or from a packed panel of
 * columns. An element is summed in the same order by any number of threads.
 * Layer kernels. */
#include "kernels/plain/matmul.h"

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/take.h"

/* Products of at most so many multiplications are done by plain loops. */
#define FEW 64
/* The part of k for which a panel of b stays in the nearest caches. */
#define PANEL_ROWS 384
/* Multiplications that are worth a thread's start. */
#define GRAIN 100000
/* From so many tiles of rows on a panel of b is copied before it is used. */
#define PACKING_TILES 4

/* One run, as its threads see it. */
typedef struct {
    const mg_product_plan *plan;
    const float *a, *b;
    float *y;
    int64_t parts; /* of the rows; each is an item of its own */
} job;

static job job_of(const mg_product_plan *plan, void *const arg[])
{
    const int a = plan->swapped ? 1 : 0;
    return (job){.plan = plan, .a = arg[a], .b = arg[1 - a], .y = arg[2]};
}

/* ---- Plain loops ---- */

static void multiply_few(const mg_product *p, const float *a, const float *b,
                         float *y)
{
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < p->n; j++) {
            const float *const row = a + i * p->a.row;
            const float *const column = b + j * p->b.column;
            float sum = 0;
            for (int64_t l = 0; l < p->k; l++)
                sum += row[l * p->a.column] * column[l * p->b.row];
            y[i * p->y.row + j * p->y.column] = sum;
        }
}

static void run_few(const mg_step *step, void *const arg[], mg_frame *frame)
{
    (void)frame;
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    const job j = job_of(plan, arg);
    if (p->count == 1) {
        multiply_few(p, j.a, j.b, j.y);
        return;
    }
    for (int64_t l = 0; l < p->count; l++)
        multiply_few(p, j.a + mg_product_offset(p, &p->a, l),
                     j.b + mg_product_offset(p, &p->b, l),
                     j.y + mg_product_offset(p, &p->y, l));
}

/* ---- Dots ---- */

/* Item i is a row of y. */
static void share_dots(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_product *const p = &j->plan->product;
    for (int64_t item = begin; item < end; item++) {
        const int64_t l = item / p->m, i = item % p->m;
        const float *const a =
            j->a + mg_product_offset(p, &p->a, l) + i * p->a.row;
        const float *const b = j->b + mg_product_offset(p, &p->b, l);
        float *const y = j->y + mg_product_offset(p, &p->y, l) + i * p->y.row;
        for (int64_t c = 0; c < p->n; c++)
            y[c * p->y.column] =
                j->plan->set->dot(a, b + c * p->b.column, p->k);
    }
}

static void run_dots(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    job j = job_of(plan, arg);
    mg_parallel_for(frame->pool, p->count * p->m, GRAIN / (p->n * p->k) + 1,
                    share_dots, &j);
}

/* ---- Tiles ---- */

/* The tiles of one panel of columns over some rows; tile has all but rows. */
static void multiply_rows(const mg_product_plan *plan, mg_tile tile,
                          int64_t rows)
{
    const float *const a = tile.a;
    float *const y = tile.y;
    const int64_t tiles = (rows + plan->tile_rows - 1) / plan->tile_rows;
    for (int64_t i = 0; i < tiles; i++) {
        const int64_t first = rows * i / tiles;
        tile.m = rows * (i + 1) / tiles - first;
        tile.a = a + first * tile.a_row;
        tile.y = y + first * tile.y_row;
        plan->set->tile(&tile);
    }
}

/* `width` columns of y from a column on, over some rows. */
static void multiply_panel(const mg_product_plan *plan, const float *a,
                           const float *b, float *y, int64_t rows,
                           int64_t width)
{
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    const bool packs = plan->packs || width < columns;
    _Alignas(MG_ALIGNMENT) float panel[PANEL_ROWS * MG_TILE_COLUMNS];
    mg_tile tile = {.n = width,
                    .y = y,
                    .a_row = p->a.row,
                    .a_column = p->a.column,
                    .b_row = packs ? columns : p->b.row,
                    .y_row = p->y.row,
                    .y_column = p->y.column};
    for (int64_t first = 0; first < p->k; first += PANEL_ROWS) {
        const float *const b_part = b + first * p->b.row;
        tile.k = p->k - first < PANEL_ROWS ? p->k - first : PANEL_ROWS;
        if (packs)
            mg_pack_panel(&p->b, b_part, tile.k, width, columns, panel);
        tile.b = packs ? panel : b_part;
        tile.a = a + first * p->a.column;
        tile.add = first > 0;
        multiply_rows(plan, tile, rows);
    }
}

/* Items: products, in them panels, in them parts of the rows. */
static void share_panels(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_product_plan *const plan = j->plan;
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    for (int64_t item = begin; item < end; item++) {
        const int64_t part = item % j->parts, panel = item / j->parts;
        const int64_t l = panel / plan->panels;
        const int64_t column = panel % plan->panels * columns;
        const int64_t row = p->m * part / j->parts;
        const int64_t rows = p->m * (part + 1) / j->parts - row;
        const int64_t left = p->n - column;
        multiply_panel(
            plan, j->a + mg_product_offset(p, &p->a, l) + row * p->a.row,
            j->b + mg_product_offset(p, &p->b, l) + column * p->b.column,
            j->y + mg_product_offset(p, &p->y, l) + row * p->y.row +
                column * p->y.column,
            rows, left < columns ? left : columns);
    }
}

static void run_tiles(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    job j = job_of(plan, arg);
    const int64_t panels = p->count * plan->panels;
    const int threads = mg_pool_threads(frame->pool);
    const int64_t wanted = 2 * (int64_t)threads;
    const int64_t tiles = (p->m + plan->tile_rows - 1) / plan->tile_rows;
    j.parts = 1;
    if (panels < wanted && threads > 1)
        j.parts = tiles < wanted ? tiles : wanted;
    const int64_t each = p->m / j.parts * plan->set->tile_columns * p->k + 1;
    mg_parallel_for(frame->pool, panels * j.parts, GRAIN / each + 1,
                    share_panels, &j);
}

/* ---- Nothing to sum ---- */

static void run_zeros(const mg_step *step, void *const arg[], mg_frame *frame)
{
    (void)frame;
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    for (int64_t l = 0; l < p->count; l++)
        for (int64_t i = 0; i < p->m; i++)
            for (int64_t j = 0; j < p->n; j++)
                ((float *)arg[2])[mg_product_offset(p, &p->y, l) +
                                  i * p->y.row + j * p->y.column] = 0;
}

/* ---- Taking ---- */

/* y^T = b^T a^T. */
static void exchange(mg_product *p)
{
    const mg_product old = *p;
    p->m = old.n;
    p->n = old.m;
    p->a = old.b;
    p->a.row = old.b.column;
    p->a.column = old.b.row;
    p->b = old.a;
    p->b.row = old.a.column;
    p->b.column = old.a.row;
    p->y.row = old.y.column;
    p->y.column = old.y.row;
}

static bool packs_panels(const mg_product *p, const mg_vector_set *set)
{
    return p->b.column != 1 || p->m >= PACKING_TILES * set->tile_rows;
}

/* Rough cycles of the tiles, the copies of b and the scattering of y: a tile
 * of few rows waits for its sums; a copy against the order of memory costs
 * more than one along it. */
static double cost_of(const mg_product *p, const mg_vector_set *set)
{
    const double m = (double)p->m, n = (double)p->n, k = (double)p->k;
    const int64_t columns = set->tile_columns, rows = set->tile_rows;
    const int64_t panels = (p->n + columns - 1) / columns;
    const int64_t row_tiles = (p->m + rows - 1) / rows;
    const double tiles = (double)row_tiles;
    const double busy = m > 4 * tiles ? m : 4 * tiles;
    const double copy = p->b.column == 1 ? 0.2 : 1;
    const int64_t blocks = (p->k + PANEL_ROWS - 1) / PANEL_ROWS;
    return (double)panels * busy * k +
           (packs_panels(p, set) ? copy * n * k : 0) +
           (p->y.column == 1 ? 0 : 6 * (double)blocks * m * n);
}

/* Rows a multiple of 4 kB apart share the few ways (8 or 12) of one set of the
 * nearest cache: more of them in a tile would drive each other out. */
static int64_t tile_rows_of(const mg_product *p, const mg_vector_set *set)
{
    const bool share_a_set = p->a.column == 1 && p->a.row % 1024 == 0;
    return share_a_set && set->tile_rows > 8 ? 8 : set->tile_rows;
}

static mg_step_fn *choose(mg_product_plan *plan)
{
    mg_product *const p = &plan->product;
    if (p->k == 0 || p->m == 0 || p->n == 0 || p->count == 0)
        return run_zeros;
    if (p->m * p->n * p->k <= FEW)
        return run_few;
    mg_product other = *p;
    exchange(&other);
    const bool dots = mg_product_is_dots(p);
    plan->swapped =
        dots ? p->n > p->m : cost_of(&other, plan->set) < cost_of(p, plan->set);
    if (plan->swapped)
        *p = other;
    if (dots)
        return run_dots;
    const int64_t columns = plan->set->tile_columns;
    plan->panels = (p->n + columns - 1) / columns;
    plan->packs = packs_panels(p, plan->set);
    plan->tile_rows = tile_rows_of(p, plan->set);
    return run_tiles;
}

mg_status mg_matmul_take(const mg_vector_set *set, mg_arena *arena,
                         mg_step *step, bool *taken)
{
    const mg_dtype dtype = step->node->type.dtype;
    if (step->node->op != &mg_op_matmul || (dtype != MG_F32 && dtype != MG_F64))
        return MG_OK;
    mg_product_plan *const plan = mg_arena_alloc(arena, 1, sizeof *plan);
    if (!plan)
        return MG_NO_MEMORY;
    plan->set = set;
    mg_product_of(step, &plan->product);
    step->run = dtype == MG_F64 ? mg_run_product_f64 : choose(plan);
    step->data = plan;
    *taken = true;
    return MG_OK;
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_matmul_take(mg_vector_best(), arena, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    (void)g;
    return mg_matmul_take(mg_vector_baseline(), arena, step, taken);
}

const mg_kernel mg_kernel_matmul_plain = {
    .name = "matmul-plain",
    .take = take_best,
};

const mg_kernel mg_kernel_matmul_baseline = {
    .name = "matmul-baseline",
    .take = take_baseline,
};
