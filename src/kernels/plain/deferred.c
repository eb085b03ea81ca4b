/* deferred: W + s g x^T, where the last run left that to this one, and then
 * W b, in one pass over W (of f32). Each thread has the rows of W that it has
 * in other steps. Layer kernels. */
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/plain/matmul.h"
#include "kernels/take.h"

/* Elements of a matrix that the nearest cache holds: such a one is as well read
 * twice. */
#define NEAR 8192

/* Operands: the product's two (W and b, in either order), the update's two and
 * its factor, both results. */
enum { G = 2, X = 3, FACTOR = 4, Z = 5, Y = 6, OPERANDS = 7 };

typedef struct {
    const mg_vector_set *set;
    int w; /* the operand */
    bool subtracts;
    int64_t m, n;                 /* of the matrix */
    int64_t w_row, y_row, g_step; /* strides in elements */
} plan;

typedef struct {
    const plan *p;
    mg_updated_dots all;
} job;

static void share_dots(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_dots part = {.a = j->all.w + begin * j->all.w_row,
                          .b = j->all.b,
                          .y = j->all.z + begin,
                          .a_row = j->all.w_row,
                          .n = end - begin,
                          .k = j->all.k};
    j->p->set->dots(&part);
}

static void share_updates(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    mg_updated_dots part = j->all;
    part.w += begin * part.w_row;
    part.g += begin * part.g_step;
    part.y += begin * part.y_row;
    part.z += begin;
    part.n = end - begin;
    j->p->set->updated_dots(&part);
}

static void run(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const plan *const p = step->data;
    const float factor = *(const float *)arg[FACTOR];
    job j = {.p = p,
             .all = {.w = arg[p->w],
                     .g = arg[G],
                     .x = arg[X],
                     .b = arg[1 - p->w],
                     .y = arg[Y],
                     .z = arg[Z],
                     .factor = p->subtracts ? -factor : factor,
                     .w_row = p->w_row,
                     .y_row = p->y_row,
                     .g_step = p->g_step,
                     .k = p->n}};
    mg_parallel_for(frame->pool, p->m,
                    mg_vector_grain(p->m, p->n, mg_pool_threads(frame->pool)),
                    frame->deferred ? share_updates : share_dots, &j);
}

/* ---- Taking ---- */

/* The update goes by rows, and rows of W meet b. */
static bool read(const mg_step *step, plan *p)
{
    const mg_node *const gemm = step->group->node[0];
    const mg_node *const product = step->group->node[1];
    mg_product z, update;
    p->w = product->input[0].id == gemm->input[MG_PRODUCT_C].id ? 0 : 1;
    const int of_product[] = {0, 1, Z}, of_gemm[] = {G, X, p->w, FACTOR, Y};
    if (!mg_product_within(step, product, of_product, &z) ||
        !mg_product_within(step, gemm, of_gemm, &update) ||
        !mg_product_is_rows(&update) ||
        step->operand[FACTOR].tensor.type.dtype != MG_F32)
        return false;
    if (p->w == 1)
        mg_product_exchange(&z);
    p->subtracts = gemm->attr[2] != 0;
    p->m = update.m;
    p->n = update.n;
    p->w_row = update.c.row;
    p->y_row = update.y.row;
    p->g_step = update.a.row;
    return z.n == 1 && z.m == update.m && z.k == update.n &&
           mg_matrix_rows_alike(&z.a, &update.c, update.m) &&
           (z.b.row == 1 || z.k == 1) && (z.y.row == 1 || z.m == 1);
}

mg_status mg_deferred_take(const mg_vector_set *set, mg_arena *arena,
                           const mg_graph *g, mg_step *step, bool *taken)
{
    (void)g;
    const mg_group *const group = step->group;
    if (!group || group->n != 2 || group->node[0]->op != &mg_op_gemm ||
        group->node[1]->op != &mg_op_matmul || step->n_operands != OPERANDS)
        return MG_OK;
    plan *const p = mg_arena_alloc(arena, 1, sizeof *p);
    if (!p)
        return MG_NO_MEMORY;
    *p = (plan){.set = set};
    if (!read(step, p) || p->m * p->n <= NEAR)
        return MG_OK;
    step->data = p;
    step->run = run;
    *taken = true;
    return MG_OK;
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_deferred_take(mg_vector_best(), arena, g, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    return mg_deferred_take(mg_vector_baseline(), arena, g, step, taken);
}

const mg_kernel mg_kernel_deferred = {
    .name = "deferred",
    .take = take_best,
    .takes_groups = true,
};

const mg_kernel mg_kernel_deferred_baseline = {
    .name = "deferred-baseline",
    .take = take_baseline,
    .takes_groups = true,
};
