/* matmul: products by own code. Four ways for f32: a few elements by plain
 * loops; dots where one operand is a vector and rows meet rows; rows where
 * nothing is summed (a batch of one, whose update of W is read and written
 * once, in order); else tiles,
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
/* The same for dots, which wait for memory; less would not pay for lines of b
 * that change processors where another step reads them by columns (batch 1:
 * 31 us a step with 20000, 22 with this). */
#define DOTS_GRAIN 60000
/* Elements of rows that are. */
#define ROW_GRAIN 40000
/* From so many tiles of rows on a panel of b is copied before it is used. */
#define PACKING_TILES 4

/* One run, as its threads see it. */
typedef struct {
    const mg_product_plan *plan;
    const float *a, *b;
    const float *c; /* NULL: the product alone */
    float factor;
    float *y;
    int64_t parts; /* of the rows; each is an item of its own */
} job;

static job job_of(const mg_step *step, void *const arg[])
{
    const mg_product_plan *const plan = step->data;
    const int a = plan->swapped ? 1 : 0;
    return (job){.plan = plan,
                 .a = arg[a],
                 .b = arg[1 - a],
                 .c = plan->product.adds ? arg[MG_PRODUCT_C] : NULL,
                 .factor = (float)mg_product_factor(step, arg),
                 .y = arg[step->n_operands - 1]};
}

/* The job of the l-th product alone. */
static job product_of(const job *j, int64_t l)
{
    const mg_product *const p = &j->plan->product;
    if (l == 0)
        return *j;
    job one = *j;
    one.a += mg_product_offset(p, &p->a, l);
    one.b += mg_product_offset(p, &p->b, l);
    one.y += mg_product_offset(p, &p->y, l);
    if (one.c)
        one.c += mg_product_offset(p, &p->c, l);
    return one;
}

/* Puts the sum of row i and column c where it belongs. */
static void finish(const job *j, int64_t i, int64_t column, float sum)
{
    const mg_product *const p = &j->plan->product;
    j->y[i * p->y.row + column * p->y.column] =
        j->c ? j->c[i * p->c.row + column * p->c.column] + j->factor * sum
             : sum;
}

/* ---- Plain loops ---- */

static void multiply_few(const mg_product *p, const float *a, const float *b,
                         const float *c, float factor, float *y)
{
    for (int64_t i = 0; i < p->m; i++, a += p->a.row) {
        const float *column = b;
        for (int64_t j = 0; j < p->n; j++, column += p->b.column) {
            float sum = 0;
            for (int64_t l = 0; l < p->k; l++)
                sum += a[l * p->a.column] * column[l * p->b.row];
            y[i * p->y.row + j * p->y.column] =
                c ? c[i * p->c.row + j * p->c.column] + factor * sum : sum;
        }
    }
}

static void run_few(const mg_step *step, void *const arg[], mg_frame *frame)
{
    (void)frame;
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    const bool adds = p->adds;
    const float factor = adds ? (float)mg_product_factor(step, arg) : 1;
    multiply_few(p, arg[0], arg[1], adds ? arg[MG_PRODUCT_C] : NULL, factor,
                 arg[step->n_operands - 1]);
    if (p->count == 1)
        return;
    const job all = job_of(step, arg);
    for (int64_t l = 1; l < p->count; l++) {
        const job j = product_of(&all, l);
        multiply_few(p, j.a, j.b, j.c, j.factor, j.y);
    }
}

/* ---- Dots ---- */

/* Item i is a row of y. */
static void share_dots(void *data, int64_t begin, int64_t end)
{
    const job *const all = data;
    const mg_product *const p = &all->plan->product;
    for (int64_t item = begin; item < end; item++) {
        const job j = product_of(all, item / p->m);
        const int64_t i = item % p->m;
        const float *const a = j.a + i * p->a.row;
        for (int64_t c = 0; c < p->n; c++)
            finish(&j, i, c, j.plan->set->dot(a, j.b + c * p->b.column, p->k));
    }
}

static void run_dots(const mg_step *step, void *const arg[], mg_frame *frame)
{
    job j = job_of(step, arg);
    const mg_product *const p = &j.plan->product;
    mg_parallel_for(frame->pool, p->count * p->m,
                    DOTS_GRAIN / (p->n * p->k) + 1, share_dots, &j);
}

/* ---- Rows ---- */

/* Item i is a row of y: c + factor a[i] b. */
static void share_rows(void *data, int64_t begin, int64_t end)
{
    const job *const all = data;
    const mg_product *const p = &all->plan->product;
    for (int64_t item = begin; item < end; item++) {
        const job j = product_of(all, item / p->m);
        const int64_t i = item % p->m;
        const float *const c = j.c ? j.c + i * p->c.row : NULL;
        j.plan->set->add_row(c, j.factor * j.a[i * p->a.row], j.b,
                             j.y + i * p->y.row, p->n);
    }
}

static void run_rows(const mg_step *step, void *const arg[], mg_frame *frame)
{
    job j = job_of(step, arg);
    const mg_product *const p = &j.plan->product;
    mg_parallel_for(frame->pool, p->count * p->m, ROW_GRAIN / p->n + 1,
                    share_rows, &j);
}

static bool suits_rows(const mg_product *p)
{
    return p->k == 1 && p->b.column == 1 && p->y.column == 1 &&
           (!p->adds || p->c.column == 1);
}

/* ---- Tiles ---- */

/* The tiles of one panel of columns over some rows; tile has all but rows. */
static void multiply_rows(const mg_product_plan *plan, mg_tile tile,
                          int64_t rows)
{
    const mg_tile first = tile;
    const int64_t tiles = (rows + plan->tile_rows - 1) / plan->tile_rows;
    for (int64_t i = 0; i < tiles; i++) {
        const int64_t row = rows * i / tiles;
        tile.m = rows * (i + 1) / tiles - row;
        tile.a = first.a + row * tile.a_row;
        tile.y = first.y + row * tile.y_row;
        if (tile.c)
            tile.c = first.c + row * tile.c_row;
        plan->set->tile(&tile);
    }
}

/* What is left to be added to the sums so far. */
static void go_on(mg_tile *tile)
{
    tile->c = tile->y;
    tile->c_row = tile->y_row;
    tile->c_column = tile->y_column;
}

/* `width` columns of y over some rows, whose first elements j has. */
static void multiply_panel(const job *j, int64_t rows, int64_t width)
{
    const mg_product_plan *const plan = j->plan;
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    const bool packs = plan->packs || width < columns;
    _Alignas(MG_ALIGNMENT) float panel[PANEL_ROWS * MG_TILE_COLUMNS];
    mg_tile tile = {.n = width,
                    .c = j->c,
                    .y = j->y,
                    .a_row = p->a.row,
                    .a_column = p->a.column,
                    .b_row = packs ? columns : p->b.row,
                    .c_row = p->c.row,
                    .c_column = p->c.column,
                    .y_row = p->y.row,
                    .y_column = p->y.column,
                    .factor = j->factor};
    for (int64_t first = 0; first < p->k; first += PANEL_ROWS) {
        const float *const b_part = j->b + first * p->b.row;
        tile.k = p->k - first < PANEL_ROWS ? p->k - first : PANEL_ROWS;
        if (packs)
            mg_pack_panel(&p->b, b_part, tile.k, width, columns, panel);
        tile.b = packs ? panel : b_part;
        tile.a = j->a + first * p->a.column;
        multiply_rows(plan, tile, rows);
        go_on(&tile);
    }
}

/* Items: products, in them panels, in them parts of the rows. */
static void share_panels(void *data, int64_t begin, int64_t end)
{
    const job *const all = data;
    const mg_product_plan *const plan = all->plan;
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    for (int64_t item = begin; item < end; item++) {
        const int64_t part = item % all->parts, panel = item / all->parts;
        job j = product_of(all, panel / plan->panels);
        const int64_t column = panel % plan->panels * columns;
        const int64_t row = p->m * part / all->parts;
        const int64_t rows = p->m * (part + 1) / all->parts - row;
        const int64_t left = p->n - column;
        j.a += row * p->a.row;
        j.b += column * p->b.column;
        j.y += row * p->y.row + column * p->y.column;
        if (j.c)
            j.c += row * p->c.row + column * p->c.column;
        multiply_panel(&j, rows, left < columns ? left : columns);
    }
}

static void run_tiles(const mg_step *step, void *const arg[], mg_frame *frame)
{
    job j = job_of(step, arg);
    const mg_product_plan *const plan = j.plan;
    const mg_product *const p = &plan->product;
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
    const job all = job_of(step, arg);
    const mg_product *const p = &all.plan->product;
    for (int64_t l = 0; l < p->count; l++) {
        const job j = product_of(&all, l);
        for (int64_t i = 0; i < p->m; i++)
            for (int64_t c = 0; c < p->n; c++)
                finish(&j, i, c, 0);
    }
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
    p->c.row = old.c.column;
    p->c.column = old.c.row;
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
    plan->swapped = dots ? p->n > p->m
                         : !suits_rows(p) && (suits_rows(&other) ||
                                              cost_of(&other, plan->set) <
                                                  cost_of(p, plan->set));
    if (plan->swapped)
        *p = other;
    if (dots)
        return run_dots;
    if (suits_rows(p))
        return run_rows;
    const int64_t columns = plan->set->tile_columns;
    plan->panels = (p->n + columns - 1) / columns;
    plan->packs = packs_panels(p, plan->set);
    plan->tile_rows = tile_rows_of(p, plan->set);
    return run_tiles;
}

mg_status mg_matmul_take(const mg_vector_set *set, mg_arena *arena,
                         mg_step *step, bool *taken)
{
    const bool wide = mg_is_product(step, MG_F64);
    if (!wide && !mg_is_product(step, MG_F32))
        return MG_OK;
    mg_product_plan *const plan = mg_arena_alloc(arena, 1, sizeof *plan);
    if (!plan)
        return MG_NO_MEMORY;
    plan->set = set;
    mg_product_of(step, &plan->product);
    step->run = wide ? mg_run_product_f64 : choose(plan);
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
    .in_place = mg_product_in_place,
};

const mg_kernel mg_kernel_matmul_baseline = {
    .name = "matmul-baseline",
    .take = take_baseline,
    .in_place = mg_product_in_place,
};
