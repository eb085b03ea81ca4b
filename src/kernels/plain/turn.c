/* turn: z = W^T g or W x with W + s g x^T, in one pass over W (of f32). Each
 * thread has the rows of W that it has in the forward product. Where z sums
 * over rows, the rows go in chunks that do not depend on threads, each with
 * sums of its own. Layer kernels. */
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/plain/matmul.h"
#include "kernels/take.h"
#include "kernels/walk_alike.h"

/* Rows and elements of a chunk at least, and chunks at most. */
#define CHUNK_ROWS 16
#define CHUNK_ELEMENTS 12000
#define CHUNKS 16
/* Matrices of fewer elements are nothing to read twice: plain loops cost less
 * than a turn. */
#define FEW 64
/* Rows between dots and update: they stay in the nearest cache. */
#define ROWS_AT_ONCE 4

enum { PRODUCT_INPUTS = 2, FACTOR = 3, Z = 4, Y = 5, OPERANDS = 6 };

typedef struct {
    const mg_vector_set *set;
    int w, rows, row; /* operands: the matrix; a number a row; a row */
    int64_t m, n;     /* of the matrix */
    int64_t w_row;    /* strides in elements */
    int64_t rows_step, y_row, z_step;
    bool sums_over_rows; /* z has n elements, else m */
    int64_t chunks;      /* 1 unless it does */
} plan;

typedef struct {
    const plan *p;
    const float *w, *rows, *row;
    float factor;
    float *y, *z;
    float *part; /* [chunks - 1][n]: sums of all chunks but the first */
} job;

/* ---- Running ---- */

static int64_t chunk_begin(const plan *p, int64_t chunk)
{
    return p->m * chunk / p->chunks;
}

/* Items are chunks. */
static void share_sums(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const plan *const p = j->p;
    for (int64_t c = begin; c < end; c++) {
        const int64_t first = chunk_begin(p, c);
        const mg_turn turn = {
            .w = j->w + first * p->w_row,
            .g = j->rows + first * p->rows_step,
            .x = j->row,
            .y = j->y + first * p->y_row,
            .z = c == 0 ? j->z : j->part + (c - 1) * p->n,
            .factor = j->factor,
            .w_row = p->w_row,
            .y_row = p->y_row,
            .g_step = p->rows_step,
            .n = chunk_begin(p, c + 1) - first,
            .k = p->n,
        };
        for (int64_t i = 0; i < p->n; i++)
            turn.z[i] = 0;
        p->set->turn(&turn);
    }
}

/* Items are rows. */
static void share_dots(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const plan *const p = j->p;
    for (int64_t i = begin; i < end; i += ROWS_AT_ONCE) {
        float sum[ROWS_AT_ONCE];
        const int64_t n = end - i < ROWS_AT_ONCE ? end - i : ROWS_AT_ONCE;
        const float *const w = j->w + i * p->w_row;
        const mg_dots dots = {.a = w,
                              .b = j->row,
                              .y = sum,
                              .a_row = p->w_row,
                              .n = n,
                              .k = p->n};
        p->set->dots(&dots);
        for (int64_t r = 0; r < n; r++) {
            j->z[(i + r) * p->z_step] = sum[r];
            p->set->add_row(w + r * p->w_row,
                            j->factor * j->rows[(i + r) * p->rows_step], j->row,
                            j->y + (i + r) * p->y_row, p->n);
        }
    }
}

static void run(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const plan *const p = step->data;
    job j = {.p = p,
             .w = arg[p->w],
             .rows = arg[p->rows],
             .row = arg[p->row],
             .factor = (float)mg_product_factor(step, arg),
             .y = arg[Y],
             .z = arg[Z],
             .part = arg[OPERANDS]};
    const int64_t grain =
        mg_vector_grain(p->m, p->n, mg_pool_threads(frame->pool));
    if (!p->sums_over_rows) {
        mg_parallel_for(frame->pool, p->m, grain, share_dots, &j);
        return;
    }
    const int64_t shares = (p->m + grain - 1) / grain;
    mg_parallel_for(frame->pool, p->chunks, (p->chunks + shares - 1) / shares,
                    share_sums, &j);
    for (int64_t c = 1; c < p->chunks; c++)
        p->set->add_row(j.z, 1, j.part + (c - 1) * p->n, j.z, p->n);
}

/* ---- Taking ---- */

/* A node of the group as a product, its result being operand `output`. */
static bool read_product(const mg_step *step, const mg_node *node, int output,
                         mg_product *out)
{
    int operand[MG_PRODUCT_FACTOR + 2];
    for (int i = 0; i < node->n_inputs; i++)
        operand[i] = mg_group_find_input(step->group, node->input[i]);
    operand[node->n_inputs] = output;
    return mg_product_within(step, node, operand, out);
}

/* z = W x over rows of W, where the update adds numbers times x to the rows. */
static bool suits_dots(const mg_product *z, const mg_product *update, plan *p)
{
    p->z_step = z->y.row;
    return z->n == 1 && z->m == update->m && z->k == update->n &&
           mg_matrix_rows_alike(&z->a, &update->c, update->m) &&
           (z->b.row == 1 || z->k == 1);
}

/* z = g W, where the update adds numbers of g times a vector to the rows. */
static bool suits_sums(const mg_product *z, const mg_product *update, plan *p)
{
    p->sums_over_rows = true;
    while (p->chunks < CHUNKS && p->m >= 2 * p->chunks * CHUNK_ROWS &&
           p->m * p->n >= 2 * p->chunks * CHUNK_ELEMENTS)
        p->chunks *= 2;
    return z->m == 1 && z->k == update->m && z->n == update->n &&
           mg_matrix_rows_alike(&z->b, &update->c, update->m) &&
           (z->y.column == 1 || z->n == 1);
}

/* The update goes by rows; W becomes b of sums over rows, a of dots. */
static bool read(const mg_step *step, plan *p)
{
    const mg_node *const product = step->group->node[0];
    const mg_node *const gemm = step->group->node[1];
    mg_product z, update;
    if (!read_product(step, product, Z, &z) ||
        !read_product(step, gemm, Y, &update) || !mg_product_is_rows(&update))
        return false;
    const mg_value rows = gemm->input[0], row = gemm->input[1];
    const int w = mg_group_find_input(step->group, gemm->input[MG_PRODUCT_C]);
    const bool sums = step->group->input[1 - w].id == rows.id;
    if (w != (sums ? 1 : 0))
        mg_product_exchange(&z);
    p->w = w;
    p->rows = mg_group_find_input(step->group, rows);
    p->row = mg_group_find_input(step->group, row);
    p->m = update.m;
    p->n = update.n;
    p->w_row = update.c.row;
    p->y_row = update.y.row;
    p->rows_step = update.a.row;
    return sums ? suits_sums(&z, &update, p) : suits_dots(&z, &update, p);
}

mg_status mg_turn_take(const mg_vector_set *set, mg_arena *arena,
                       const mg_graph *g, mg_step *step, bool *taken)
{
    (void)g;
    const mg_group *const group = step->group;
    if (!group || group->n != 2 || group->node[0]->op != &mg_op_matmul ||
        group->node[1]->op != &mg_op_gemm || step->n_operands != OPERANDS)
        return MG_OK;
    plan *const p = mg_arena_alloc(arena, 1, sizeof *p);
    if (!p)
        return MG_NO_MEMORY;
    *p = (plan){.set = set, .chunks = 1};
    if (!read(step, p) || p->m * p->n <= FEW)
        return MG_OK;
    step->scratch = (size_t)((p->chunks - 1) * p->n) * sizeof(float);
    step->data = p;
    step->run = run;
    *taken = true;
    return MG_OK;
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_turn_take(mg_vector_best(), arena, g, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    return mg_turn_take(mg_vector_baseline(), arena, g, step, taken);
}

/* A row is read before it is written. */
static bool in_place(const mg_step *step, int i, int o)
{
    const plan *const p = step->data;
    return i == p->w && o == Y && mg_walks_alike(step, i, o);
}

const mg_kernel mg_kernel_turn = {
    .name = "turn",
    .take = take_best,
    .in_place = in_place,
    .takes_groups = true,
};

const mg_kernel mg_kernel_turn_baseline = {
    .name = "turn-baseline",
    .take = take_baseline,
    .in_place = in_place,
    .takes_groups = true,
};
