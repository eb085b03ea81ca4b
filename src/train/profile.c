/* profile: each step of a plan by itself, beside the rates of this machine: of
 * a large matrix product and of a loop over memory that caches hold, both by
 * the kernels that plans use. Layer train. */
#include "train/profile.h"

#include <string.h>

#include "optimise/optimise.h"
#include "train/trainer.h"
#include "train/workload.h"

#define SECONDS 1.0
#define LEAST_RUNS 20
#define RATE_SECONDS 0.1

/* The matrices of the product, and elements of the loop: 256 kB in and out. */
#define RATE_SIDE 512
#define RATE_ELEMENTS 65536

/* A profile and what owns it. */
typedef struct {
    mg_profile profile; /* first: its address is that of the whole */
    mg_ctx *ctx;
    mg_arena arena;
} kept;

/* ---- Time ---- */

/* What two calls of the clock one after the other cost, in seconds. */
static double clock_cost(void)
{
    double least = 1;
    for (int i = 0; i < 10000; i++) {
        const double start = mg_now();
        const double cost = mg_now() - start;
        least = cost < least ? cost : least;
    }
    return least;
}

/* The least time of each step, and of all of them in one go, in the session as
 * training has it: held. */
static mg_status time_steps(mg_step_plan *p, uint64_t seed, mg_profile *out)
{
    const double cost = clock_cost(), start = mg_now();
    mg_session_hold(p->session);
    for (int run = 0; run < LEAST_RUNS || mg_now() - start < SECONDS; run++) {
        const double whole = mg_now();
        MG_TRY(mg_step_plan_run(p, seed));
        const double all = mg_now() - whole - cost;
        out->run_seconds =
            run == 0 || all < out->run_seconds ? all : out->run_seconds;
        for (size_t i = 0; i < out->n; i++) {
            const double began = mg_now();
            mg_session_run_step(p->session, i);
            const double seconds = mg_now() - began - cost;
            double *const least = &out->step[i].seconds;
            *least = run == 0 || seconds < *least ? seconds : *least;
        }
        p->draw = ++p->step;
    }
    for (size_t i = 0; i < out->n; i++)
        out->seconds += out->step[i].seconds;
    return MG_OK;
}

/* ---- Work ---- */

/* Bytes of the elements that are there: what broadcasting repeats is read
 * once. */
static double bytes_of(const mg_operand *operand)
{
    const mg_tensor *const t = &operand->tensor;
    double elements = 1;
    for (int i = 0; i < t->type.shape.rank; i++)
        if (t->stride[i] != 0)
            elements *= (double)t->type.shape.dim[i];
    return elements * (double)mg_dtype_size(t->type.dtype);
}

/* Of a table only the rows that are picked are read: as many bytes as are
 * written. */
static double step_bytes(const mg_step *step)
{
    const bool picks =
        step->node->op == &mg_op_rows || step->node->op == &mg_op_gather;
    double bytes = 0;
    for (int i = picks ? 1 : 0; i < step->n_operands; i++)
        bytes += bytes_of(&step->operand[i]);
    return picks ? bytes + bytes_of(&step->operand[step->n_operands - 1])
                 : bytes;
}

static bool is_product(const mg_op *op)
{
    return op == &mg_op_matmul || op == &mg_op_gemm;
}

/* The product that the step does, alone or with what is computed of it; NULL:
 * none. */
static const mg_node *product_of(const mg_step *step)
{
    for (size_t i = 0; i < step->group->n; i++)
        if (is_product(step->group->node[i]->op))
            return step->group->node[i];
    return NULL;
}

static void say_shape(mg_text *text, const mg_shape *shape)
{
    if (shape->rank > 0)
        mg_text_shape(text, shape);
}

/* "matmul [64, 784] [256, 784]", "matmul and 2 more [64, 256]", "12 operations
 * [64, 256]". */
static void say_operation(mg_text *text, const mg_step *step)
{
    const mg_group *const group = step->group;
    const mg_node *const product = product_of(step);
    if (group->n == 1)
        mg_text_puts(text, step->node->op->name);
    else if (product)
        mg_text_printf(text, "%s and %zu more", product->op->name,
                       group->n - 1);
    else
        mg_text_printf(text, "%zu operations", group->n);
    const int shown = product && group->n == 1 ? 2 : 0;
    for (int i = 0; i < shown; i++) {
        mg_text_puts(text, " ");
        say_shape(text, &step->operand[i].tensor.type.shape);
    }
    const mg_operand *const y = &step->operand[step->n_operands - 1];
    if (shown == 0 && y->tensor.type.shape.rank > 0)
        mg_text_puts(text, " ");
    if (shown == 0)
        say_shape(text, &y->tensor.type.shape);
}

static mg_status describe_step(kept *k, const mg_plan *plan,
                               const mg_step *step, mg_profile_step *out)
{
    mg_text text;
    mg_text_init(&text, k->ctx);
    say_operation(&text, step);
    const mg_place *const place = &step->node->place;
    const char *const formula = place->formula ? place->formula : "";
    out->operation =
        mg_arena_string(&k->arena, mg_text_string(&text), text.length);
    out->formula = mg_arena_string(&k->arena, formula, strlen(formula));
    out->kernel = step->kernel->name;
    out->line = place->line;
    out->flops = mg_step_flops(plan, step);
    out->bytes = step_bytes(step);
    out->is_product = product_of(step) != NULL;
    const mg_status status = mg_text_status(&text);
    mg_text_clear(&text);
    return out->operation && out->formula ? status : MG_NO_MEMORY;
}

/* ---- The machine's rates ---- */

/* The least time of one run of the graph's root over that much memory. */
static mg_status time_graph(mg_graph *g, size_t elements, double *seconds)
{
    mg_ctx *const ctx = mg_graph_ctx(g);
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    float *const memory = mg_alloc_aligned(ctx, elements, sizeof *memory);
    mg_status status = memory ? mg_graph_status(g) : MG_NO_MEMORY;
    if (status == MG_OK)
        status = mg_compile(g, false, &plan);
    if (status == MG_OK)
        status = mg_session_create(ctx, plan, &session);
    for (size_t i = 0; status == MG_OK && i < plan->n_leaves; i++)
        mg_session_bind_leaf(session, i, memory);
    const double start = mg_now();
    for (int run = 0;
         status == MG_OK && (run < 3 || mg_now() - start < RATE_SECONDS);
         run++) {
        const double began = mg_now();
        status = mg_session_run(session);
        const double taken = mg_now() - began;
        *seconds = run == 0 || taken < *seconds ? taken : *seconds;
    }
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_free_aligned(ctx, memory);
    return status;
}

static mg_status measure_rates(mg_ctx *ctx, mg_profile *out)
{
    const mg_shape square = {2, {RATE_SIDE, RATE_SIDE}};
    const mg_shape vector = {1, {RATE_ELEMENTS}};
    double product = 1, loop = 1;
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F32, &g));
    mg_graph_add_root(g, "y",
                      mg_matmul(g, mg_variable(g, "a", MG_F32, square),
                                mg_variable(g, "b", MG_F32, square)));
    mg_status status = time_graph(g, RATE_SIDE * RATE_SIDE, &product);
    mg_graph_destroy(g);
    MG_TRY(status);
    MG_TRY(mg_graph_create(ctx, MG_F32, &g));
    const mg_value x = mg_variable(g, "x", MG_F32, vector);
    mg_graph_add_root(g, "y", mg_neg(g, x));
    status = time_graph(g, RATE_ELEMENTS, &loop);
    mg_graph_destroy(g);
    out->flops_rate = 2.0 * RATE_SIDE * RATE_SIDE * RATE_SIDE / product;
    out->bytes_rate = 2.0 * RATE_ELEMENTS * sizeof(float) / loop;
    return status;
}

/* The time that the step's product, or else its memory, takes at least. */
static void set_bounds(mg_profile *p)
{
    for (size_t i = 0; i < p->n; i++) {
        mg_profile_step *const step = &p->step[i];
        const double moved = step->bytes / p->bytes_rate;
        const double multiplied =
            step->is_product ? step->flops / p->flops_rate : 0;
        step->bound_seconds = multiplied > moved ? multiplied : moved;
    }
}

/* ---- The whole ---- */

static mg_status fill(kept *k, mg_step_plan *plan, uint64_t seed)
{
    mg_profile *const p = &k->profile;
    p->n = plan->plan->n_steps;
    p->step = mg_arena_alloc(&k->arena, p->n, sizeof *p->step);
    if (!p->step)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < p->n; i++)
        MG_TRY(describe_step(k, plan->plan, &plan->plan->step[i], &p->step[i]));
    MG_TRY(measure_rates(k->ctx, p));
    MG_TRY(time_steps(plan, seed, p));
    set_bounds(p);
    return MG_OK;
}

mg_status mg_step_plan_profile(mg_step_plan *plan, uint64_t seed,
                               mg_profile **out)
{
    kept *const k = mg_alloc(plan->ctx, 1, sizeof *k);
    if (!k)
        return MG_NO_MEMORY;
    k->ctx = plan->ctx;
    mg_arena_init(&k->arena, plan->ctx);
    const mg_status status = fill(k, plan, seed);
    if (status != MG_OK)
        mg_profile_destroy(&k->profile);
    else
        *out = &k->profile;
    return status;
}

void mg_profile_destroy(mg_profile *profile)
{
    if (!profile)
        return;
    kept *const k = (kept *)(void *)profile;
    mg_arena_clear(&k->arena);
    mg_free(k->ctx, k);
}

mg_status mg_bench_profile(mg_ctx *ctx, const mg_network_options *options,
                           const char *source, size_t length, int64_t batch,
                           mg_kernels kernels, bool forward, mg_profile **out)
{
    mg_workload w;
    mg_step_plan *plan = NULL;
    MG_TRY(mg_workload_init(&w, ctx, options, source, length, batch, kernels));
    const mg_purpose in_use =
        w.in_use->n_outputs ? MG_FOR_OUTPUTS : MG_FOR_MEASURES;
    mg_status status =
        mg_workload_plan(&w, forward ? in_use : MG_FOR_TRAINING, &plan);
    if (status == MG_OK)
        status = mg_step_plan_profile(plan, 1, out);
    mg_step_plan_destroy(plan);
    mg_workload_clear(&w);
    return status;
}
