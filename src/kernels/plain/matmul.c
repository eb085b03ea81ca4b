/* matmul: products by own code. Four ways for f32: a few elements by plain
 * loops; dots and rows where one operand is next to a vector (vectors.c); else
 * tiles (tiles.c). An element is summed in the same order by any number of
 * threads. Layer kernels. */
#include "kernels/plain/matmul.h"

#include "kernels/kernels.h"
#include "kernels/take.h"

/* Products of at most so many multiplications are done by plain loops. */
#define FEW 64

typedef mg_product_job job;

mg_product_job mg_product_job_of(const mg_step *step, void *const arg[])
{
    const mg_product_plan *const plan = step->data;
    const int a = plan->swapped ? 1 : 0;
    return (job){.plan = plan,
                 .a = arg[a],
                 .b = arg[1 - a],
                 .c = plan->product.adds ? arg[MG_PRODUCT_C] : NULL,
                 .factor = (float)mg_product_factor(step, arg),
                 .y = arg[step->n_operands - 1],
                 .scratch = arg[step->n_operands]};
}

mg_product_job mg_product_job_at(const mg_product_job *all, int64_t l)
{
    const mg_product *const p = &all->plan->product;
    if (l == 0)
        return *all;
    job one = *all;
    one.a += mg_product_offset(p, &p->a, l);
    one.b += mg_product_offset(p, &p->b, l);
    one.y += mg_product_offset(p, &p->y, l);
    if (one.c)
        one.c += mg_product_offset(p, &p->c, l);
    return one;
}

void mg_product_finish(const mg_product_job *j, int64_t i, int64_t column,
                       float sum)
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
    const job all = mg_product_job_of(step, arg);
    for (int64_t l = 1; l < p->count; l++) {
        const job j = mg_product_job_at(&all, l);
        multiply_few(p, j.a, j.b, j.c, j.factor, j.y);
    }
}

/* ---- Nothing to sum ---- */

static void run_zeros(const mg_step *step, void *const arg[], mg_frame *frame)
{
    (void)frame;
    const job all = mg_product_job_of(step, arg);
    const mg_product *const p = &all.plan->product;
    for (int64_t l = 0; l < p->count; l++) {
        const job j = mg_product_job_at(&all, l);
        for (int64_t i = 0; i < p->m; i++)
            for (int64_t c = 0; c < p->n; c++)
                mg_product_finish(&j, i, c, 0);
    }
}

/* ---- Taking ---- */

void mg_product_exchange(mg_product *p)
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

static mg_step_fn *choose(mg_product_plan *plan, int threads)
{
    mg_product *const p = &plan->product;
    if (p->k == 0 || p->m == 0 || p->n == 0 || p->count == 0)
        return run_zeros;
    if (p->m * p->n * p->k <= FEW)
        return run_few;
    mg_product other = *p;
    mg_product_exchange(&other);
    if (mg_product_is_dots(p)) {
        plan->swapped = p->n > p->m;
        if (plan->swapped)
            *p = other;
        return mg_run_dots;
    }
    if (mg_product_is_rows(p) || mg_product_is_rows(&other)) {
        plan->swapped = !mg_product_is_rows(p);
        if (plan->swapped)
            *p = other;
        return mg_run_rows;
    }
    mg_plan_tiles(plan, threads);
    return mg_run_tiles;
}

static bool has_updates(const mg_graph *g)
{
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        if (mg_graph_root(g, i)->variable.id)
            return true;
    return false;
}

bool mg_product_keeps_b(const mg_graph *g, const mg_step *step,
                        const mg_product *p)
{
    const mg_node *const b = mg_graph_node(g, step->node->input[1]);
    return b->op == &mg_op_variable && p->count == 1 && !has_updates(g);
}

mg_status mg_matmul_take(const mg_vector_set *set, mg_arena *arena,
                         const mg_graph *g, mg_step *step, bool *taken)
{
    const bool wide = mg_is_product(step, MG_F64);
    if (!wide && !mg_is_product(step, MG_F32))
        return MG_OK;
    mg_product_plan *const plan = mg_arena_alloc(arena, 1, sizeof *plan);
    if (!plan)
        return MG_NO_MEMORY;
    plan->set = set;
    plan->follows_rows = step->by_rows;
    mg_product_of(step, &plan->product);
    plan->keeps_b = mg_product_keeps_b(g, step, &plan->product);
    step->run =
        wide ? mg_run_product_f64 : choose(plan, mg_graph_ctx(g)->threads);
    if (step->run == mg_run_tiles &&
        (plan->swapped ? plan->row_cuts : plan->column_cuts) == 1)
        step->run_then = mg_run_tiles_then;
    step->parts = plan->parts;
    step->scratch = (size_t)plan->parts * plan->scratch * sizeof(float);
    step->data = plan;
    *taken = true;
    return MG_OK;
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_matmul_take(mg_vector_best(), arena, g, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    return mg_matmul_take(mg_vector_baseline(), arena, g, step, taken);
}

const mg_kernel mg_kernel_matmul_plain = {
    .name = "matmul-plain",
    .take = take_best,
    .bind = mg_product_bind,
    .unbind = mg_product_unbind,
    .in_place = mg_product_in_place,
};

const mg_kernel mg_kernel_matmul_baseline = {
    .name = "matmul-baseline",
    .take = take_baseline,
    .bind = mg_product_bind,
    .unbind = mg_product_unbind,
    .in_place = mg_product_in_place,
};
