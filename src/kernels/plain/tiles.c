/* tiles: products by tiles of registers. y is cut into rectangles for threads;
 * a rectangle is done in blocks of columns and depth (b, copied into panels of
 * tile_columns side by side, stays in a near cache) and of rows (a streams by,
 * one tile of rows after the other). Layer kernels. */
#include "base/parallel.h"
#include "kernels/plain/matmul.h"

/* Multiplications that are worth a thread's start. */
#define GRAIN 100000
/* The longest sums that are made without a stop: a panel of b takes 128 kB of
 * the second cache; where rows of a are copied, it is 32 kB. */
#define DEPTH 1024
#define COPIED_DEPTH 256
/* Elements of b, and of a, in a block. */
#define B_BLOCK (256 * 1024)
#define A_BLOCK (128 * 1024)
/* Rows of y of one rectangle are whole multiples: cache lines of it do not
 * change processors where the rows stand side by side. */
#define LINE 16
/* Elements of a panel of b up to which it stays in the nearest cache where it
 * is; of a larger one, or of rows 4 kB apart, which share a set of that cache,
 * a copy is read, if there are so many tiles to read it. */
#define PANEL_IN_PLACE (384 * 32)
#define TILES_PER_COPY 4

/* Elements of b that all threads read rather than a part each, where it is
 * kept: each then goes on with the rows that it has. */
#define KEPT_BY_ALL (384 * 1024)

/* Elements of b that may still be in a near cache from the last run. */
#define NEAR (384 * 1024)

/* ---- Running ---- */

/* A rectangle of y, and in it a block: where its operands begin. */
typedef struct {
    const mg_product_plan *plan;
    const float *a, *b, *c;
    float *y;
    float factor;
    bool goes_on;        /* y has the sums of the depth before */
    int64_t row, column; /* of the rectangle in y */
    const float *kept;   /* panels of b from its first column on, or NULL */
    int64_t rows, columns, depth;
    float *a_copy, *b_copy, *y_copy;
} block;

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t parts_of(int64_t n, int64_t size)
{
    return (n + size - 1) / size;
}

static int64_t round_up(int64_t n, int64_t unit)
{
    return parts_of(n, unit) * unit;
}

/* The tile at this column and row 0, less its rows. */
static mg_tile first_tile(const block *k, int64_t column)
{
    const mg_product *const p = &k->plan->product;
    const mg_matrix *const c = k->goes_on ? &p->y : &p->c;
    float *const y = k->y + column * p->y.column;
    return (mg_tile){
        .n = smaller(k->plan->set->tile_columns, k->columns - column),
        .k = k->depth,
        .a = k->a,
        .b = k->b + column * p->b.column,
        .c = k->goes_on ? y
             : k->c     ? k->c + column * p->c.column
                        : NULL,
        .y = y,
        .a_row = p->a.row,
        .a_column = p->a.column,
        .b_row = p->b.row,
        .c_row = c->row,
        .c_column = c->column,
        .y_row = p->y.row,
        .y_column = p->y.column,
        .factor = k->factor,
    };
}

static void copy_panel(const block *k, int64_t column, float *to)
{
    const mg_product_plan *const plan = k->plan;
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    const int64_t width = smaller(columns, k->columns - column);
    plan->set->pack(&(mg_pack){.x = k->b + column * p->b.column,
                               .row = p->b.row,
                               .column = p->b.column,
                               .k = k->depth,
                               .width = width,
                               .columns = columns,
                               .y = to});
    for (int64_t i = 0; width < columns && i < k->depth; i++)
        for (int64_t j = width; j < columns; j++)
            to[i * columns + j] = 0;
}

/* Tiles of one height each, of which the last may have less. */
static int64_t height_of(const block *k)
{
    return parts_of(k->rows, parts_of(k->rows, k->plan->tile_rows));
}

static void copy_rows(const block *k)
{
    const mg_product_plan *const plan = k->plan;
    const mg_product *const p = &plan->product;
    const int64_t height = height_of(k);
    for (int64_t row = 0; row < k->rows; row += height)
        plan->set->pack(&(mg_pack){.x = k->a + row * p->a.row,
                                   .row = p->a.column,
                                   .column = p->a.row,
                                   .k = k->depth,
                                   .width = smaller(height, k->rows - row),
                                   .columns = height,
                                   .y = k->a_copy + row * k->depth});
}

/* One panel of b against all rows of a block; panel is NULL where b is read in
 * place. */
static void multiply_panel(const block *k, int64_t column, const float *panel)
{
    const mg_product_plan *const plan = k->plan;
    const mg_product *const p = &plan->product;
    const int64_t height = height_of(k);
    const float *const a = plan->packs_a ? k->a_copy : k->a;
    const int64_t a_step = plan->packs_a ? k->depth : p->a.row;
    mg_tile tile = first_tile(k, column);
    if (plan->turns_y) {
        tile.y = k->y_copy + column;
        tile.y_row = round_up(k->columns, plan->set->tile_columns);
        tile.y_column = 1;
    }
    if (plan->packs_a) {
        tile.a_row = 1;
        tile.a_column = height;
    }
    if (panel) {
        tile.b = panel;
        tile.b_row = plan->set->tile_columns;
    }
    for (int64_t row = 0; row < k->rows; row += height) {
        tile.m = smaller(height, k->rows - row);
        tile.a = a + row * a_step;
        tile.far = row == 0 && plan->b_is_far;
        plan->set->tile(&tile);
        tile.y += height * tile.y_row;
        if (tile.c)
            tile.c += height * tile.c_row;
    }
}

/* Rows of sums become columns of y. */
static void turn_sums(const block *k)
{
    const mg_product_plan *const plan = k->plan;
    plan->set->pack(
        &(mg_pack){.x = k->y_copy,
                   .row = 1,
                   .column = round_up(k->columns, plan->set->tile_columns),
                   .k = k->columns,
                   .width = k->rows,
                   .columns = plan->product.y.column,
                   .y = k->y});
}

static void multiply_rows(const block *k)
{
    const mg_product_plan *const plan = k->plan;
    const int64_t columns = plan->set->tile_columns;
    if (plan->packs_a)
        copy_rows(k);
    for (int64_t column = 0; column < k->columns; column += columns) {
        const float *panel = NULL;
        if (k->kept) {
            panel = k->kept + column * k->depth;
        } else if (plan->packs_b) {
            panel = k->b_copy + column * k->depth;
        } else if (k->columns - column < columns) {
            copy_panel(k, column, k->b_copy);
            panel = k->b_copy;
        }
        multiply_panel(k, column, panel);
    }
    if (plan->turns_y)
        turn_sums(k);
}

/* A block of columns and depth, over all rows. */
static void multiply_block(const block *all)
{
    const mg_product_plan *const plan = all->plan;
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    for (int64_t i = 0; plan->packs_b && !all->kept && i < all->columns;
         i += columns)
        copy_panel(all, i, all->b_copy + i * all->depth);
    for (int64_t row = 0; row < all->rows; row += plan->rows) {
        block k = *all;
        k.rows = smaller(plan->rows, all->rows - row);
        k.a += row * p->a.row;
        k.y += row * p->y.row;
        if (k.c)
            k.c += row * p->c.row;
        multiply_rows(&k);
    }
}

static void multiply_rectangle(const block *all)
{
    const mg_product_plan *const plan = all->plan;
    const mg_product *const p = &plan->product;
    const int64_t width = plan->set->tile_columns;
    for (int64_t column = 0; column < all->columns; column += plan->columns)
        for (int64_t first = 0; first < p->k; first += plan->depth) {
            block k = *all;
            k.columns = smaller(plan->columns, all->columns - column);
            k.depth = smaller(plan->depth, p->k - first);
            k.goes_on = first > 0;
            k.a += first * p->a.column;
            k.b += first * p->b.row + column * p->b.column;
            k.y += column * p->y.column;
            if (k.c)
                k.c += column * p->c.column;
            if (k.kept)
                k.kept += first * round_up(p->n, width) +
                          (all->column + column) * k.depth;
            multiply_block(&k);
        }
}

static block rectangle(const mg_product_job *job, int64_t item, float *scratch)
{
    const mg_product_plan *const plan = job->plan;
    const mg_product *const p = &plan->product;
    const int64_t columns = plan->set->tile_columns;
    const int64_t i = item % plan->row_cuts;
    const int64_t j = item / plan->row_cuts % plan->column_cuts;
    const mg_product_job one =
        mg_product_job_at(job, item / plan->row_cuts / plan->column_cuts);
    const int64_t lines = parts_of(p->m, LINE);
    const int64_t panels = parts_of(p->n, columns);
    const int64_t row = lines * i / plan->row_cuts * LINE;
    const int64_t column = panels * j / plan->column_cuts * columns;
    const int64_t last_row = lines * (i + 1) / plan->row_cuts * LINE;
    const int64_t last_column = panels * (j + 1) / plan->column_cuts * columns;
    return (block){
        .plan = plan,
        .a = one.a + row * p->a.row,
        .b = one.b + column * p->b.column,
        .c = one.c ? one.c + row * p->c.row + column * p->c.column : NULL,
        .y = one.y + row * p->y.row + column * p->y.column,
        .factor = one.factor,
        .row = row,
        .column = column,
        .kept = one.kept,
        .rows = smaller(last_row, p->m) - row,
        .columns = smaller(last_column, p->n) - column,
        .b_copy = scratch,
        .a_copy = scratch + plan->a_copy,
        .y_copy = scratch + plan->y_copy,
    };
}

/* The rectangle's rows of y as it stands in memory. */
static void go_on_with(const mg_product_job *job, int64_t item, const block *k)
{
    const mg_product_plan *const plan = job->plan;
    const mg_product *const p = &plan->product;
    const int64_t product = item / plan->row_cuts / plan->column_cuts;
    const int64_t row = product * (plan->swapped ? p->n : p->m) +
                        (plan->swapped ? k->column : k->row);
    job->then(job->data, row, row + (plan->swapped ? k->columns : k->rows));
}

static void share(void *data, int64_t begin, int64_t end)
{
    const mg_product_job *const job = data;
    const mg_product_plan *const plan = job->plan;
    const int64_t items =
        plan->product.count * plan->row_cuts * plan->column_cuts;
    for (int64_t part = begin; part < end; part++) {
        float *const scratch = job->scratch + (size_t)part * plan->scratch;
        const int64_t last = items * (part + 1) / plan->parts;
        for (int64_t i = items * part / plan->parts; i < last; i++) {
            const block k = rectangle(job, i, scratch);
            multiply_rectangle(&k);
            if (job->then)
                go_on_with(job, i, &k);
        }
    }
}

void mg_run_tiles_then(const mg_step *step, void *const arg[], mg_frame *frame,
                       mg_then_fn *then, void *data)
{
    mg_product_job job = mg_product_job_of(step, arg);
    job.kept = mg_product_kept(step, arg, frame);
    job.then = then;
    job.data = data;
    mg_parallel_for(frame->pool, job.plan->parts, 1, share, &job);
}

void mg_run_tiles(const mg_step *step, void *const arg[], mg_frame *frame)
{
    mg_run_tiles_then(step, arg, frame, NULL, NULL);
}

/* ---- Keeping b ---- */

size_t mg_tiles_kept(const mg_product_plan *plan)
{
    const mg_product *const p = &plan->product;
    return (size_t)p->k * (size_t)round_up(p->n, plan->set->tile_columns);
}

typedef struct {
    const mg_product_plan *plan;
    const float *b;
    float *kept;
} keeping;

/* Item i is a panel over the whole depth. */
static void share_keeping(void *data, int64_t begin, int64_t end)
{
    const keeping *const job = data;
    const mg_product_plan *const plan = job->plan;
    const mg_product *const p = &plan->product;
    const int64_t width = plan->set->tile_columns;
    for (int64_t i = begin; i < end; i++)
        for (int64_t first = 0; first < p->k; first += plan->depth) {
            const block k = {.plan = plan,
                             .b = job->b + first * p->b.row,
                             .columns = p->n,
                             .depth = smaller(plan->depth, p->k - first)};
            copy_panel(&k, i * width,
                       job->kept + first * round_up(p->n, width) +
                           i * width * k.depth);
        }
}

void mg_tiles_keep(const mg_product_plan *plan, const float *b, float *kept,
                   mg_pool *pool)
{
    keeping job = {plan, b, kept};
    const mg_product *const p = &plan->product;
    const int64_t width = plan->set->tile_columns;
    mg_parallel_for(pool, parts_of(p->n, width), GRAIN / (p->k * width) + 1,
                    share_keeping, &job);
}

/* ---- Planning ---- */

/* Rows a multiple of 4 kB apart share the few ways (8 or 12) of one set of the
 * nearest cache: more of them in a tile would drive each other out. */
static int64_t tile_rows_of(const mg_product *p, const mg_vector_set *set)
{
    const bool share_a_set = p->a.column == 1 && p->a.row % 512 == 0;
    return share_a_set && set->tile_rows > 8 ? 8 : set->tile_rows;
}

/* Cuts y into about as many rectangles as threads have work for: whole
 * products where there are enough, else along its longer side, so that the
 * threads read as little as may be; but along the rows of what is added to:
 * they are what a thread read when W met x; and along those of a batch that
 * meets weights which never change. */
static void cut(mg_product_plan *plan, int threads)
{
    const mg_product *const p = &plan->product;
    const int64_t worth = (int64_t)((double)p->count * (double)p->m *
                                    (double)p->n * (double)p->k / GRAIN);
    plan->parts = worth < 1 ? 1 : smaller(worth, threads);
    plan->row_cuts = plan->column_cuts = 1;
    if (p->count >= plan->parts)
        return;
    const int64_t wanted = parts_of(plan->parts, p->count);
    const int64_t lines = parts_of(p->m, LINE);
    const int64_t panels = parts_of(p->n, plan->set->tile_columns);
    const bool by_rows = plan->keeps_b ? p->n * p->k <= KEPT_BY_ALL
                         : p->adds || plan->follows_rows ? !plan->swapped
                                                         : p->m >= p->n;
    if (by_rows) {
        plan->row_cuts = smaller(wanted, lines);
        plan->column_cuts = smaller(wanted / plan->row_cuts, panels);
    } else {
        plan->column_cuts = smaller(wanted, panels);
        plan->row_cuts = smaller(wanted / plan->column_cuts, lines);
    }
}

static void choose_blocks(mg_product_plan *plan)
{
    const mg_product *const p = &plan->product;
    const int64_t width = plan->set->tile_columns;
    const int64_t rows = parts_of(p->m, plan->row_cuts) + LINE;
    const int64_t columns =
        round_up(parts_of(p->n, plan->column_cuts), width) + width;
    plan->tile_rows = tile_rows_of(p, plan->set);
    plan->packs_a = p->a.column != 1;
    const int64_t depths = parts_of(p->k, plan->packs_a ? COPIED_DEPTH : DEPTH);
    plan->depth = smaller(p->k, round_up(parts_of(p->k, depths), LINE));
    const bool large =
        plan->depth * width > PANEL_IN_PLACE || p->b.row % 1024 == 0;
    plan->packs_b =
        p->b.column != 1 || (large && parts_of(p->m, plan->row_cuts) >=
                                          TILES_PER_COPY * plan->tile_rows);
    plan->columns = columns;
    if (plan->packs_b) {
        const int64_t panels = B_BLOCK / (plan->depth * width);
        plan->columns = smaller(columns, width * (panels > 1 ? panels : 1));
    }
    plan->b_is_far = (plan->keeps_b || !plan->packs_b) && p->n >= width &&
                     p->n * p->k > NEAR;
    const int64_t tiles = A_BLOCK / (plan->depth * plan->tile_rows);
    plan->rows = smaller(rows, plan->tile_rows * (tiles > 1 ? tiles : 1));
    const int64_t most_rows =
        round_up(smaller(plan->rows, p->m), plan->tile_rows);
    const int64_t most_columns = round_up(smaller(plan->columns, p->n), width);
    plan->turns_y =
        !p->adds && p->y.column != 1 && p->y.row == 1 && plan->depth >= p->k;
    plan->a_copy =
        round_up((plan->packs_b ? most_columns : width) * plan->depth, LINE);
    plan->y_copy = plan->a_copy +
                   round_up(plan->packs_a ? most_rows * plan->depth : 0, LINE);
    plan->scratch =
        (size_t)(plan->y_copy + (plan->turns_y ? most_rows * most_columns : 0));
}

/* Rough cycles of one thread: tiles, copies, and the scattering of y. A tile
 * of few rows waits for its sums; a copy against the order of memory costs
 * more than one along it. */
static double cost_of(const mg_product_plan *plan)
{
    const mg_product *const p = &plan->product;
    const double m = (double)p->m / (double)plan->row_cuts;
    const double n = (double)p->n / (double)plan->column_cuts;
    const double k = (double)p->k;
    const double lanes = (double)plan->set->tile_columns / 2;
    const double panels = (double)(int64_t)((n + lanes - 1) / lanes) / 2;
    const double height = (double)plan->tile_rows;
    const double tiles = (double)(int64_t)((m + height - 1) / height);
    const double busy = m > 4 * tiles ? m : 4 * tiles;
    const double blocks = (double)parts_of(p->k, plan->depth);
    const double b_copy = plan->keeps_b || !plan->packs_b ? 0
                          : p->b.column == 1              ? 0.15
                          : p->b.row == 1                 ? 0.4
                                                          : 2;
    const double a_copy = !plan->packs_a ? 0 : p->a.row == 1 ? 0.2 : 2;
    const double store = p->y.column == 1 ? 0.1 : plan->turns_y ? 0.5 : 3;
    return panels * busy * k + b_copy * n * k + a_copy * m * k +
           store * blocks * m * n;
}

static double choose_way(mg_product_plan *plan, int threads)
{
    cut(plan, threads);
    choose_blocks(plan);
    return cost_of(plan);
}

/* The way is that of one thread, and with it the order of sums. */
void mg_plan_tiles(mg_product_plan *plan, int threads)
{
    mg_product_plan other = *plan;
    mg_product_exchange(&other.product);
    other.swapped = true;
    other.keeps_b = false;
    if (choose_way(&other, 1) < choose_way(plan, 1))
        *plan = other;
    choose_way(plan, threads);
}
