/* bound: what the dense library alone takes for the products of a network.
 *
 *     bound FILE [BATCH] [--threads N]
 *     bound --peak [--threads N]
 *
 * The products are those of the plans of a training step and of a forward
 * pass. Each is called by itself, warm, in a loop, by each entry that the
 * library has for it (library.h); the sum of the fastest times is the bound.
 * One line of JSON. --peak: multiplications and additions in one, as many as
 * the processors can do. A developer's tool: not installed. */
#include "base/parallel.h"
#include "base/text.h"
#include "bench/library.h"
#include "bench/peak.h"
#include "ops/matmul.h"
#include "train/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PRODUCTS 256

typedef struct {
    const char *file;
    int64_t batch;
    int64_t threads;
    bool peak;
} request;

/* A product, and how often each of the plans has it. */
typedef struct {
    bench_product product;
    int in_step, in_forward;
} counted;

typedef struct {
    size_t n;
    counted item[MOST_PRODUCTS];
} products;

/* ---- Products of a plan ---- */

static bool is_variable(const mg_node *node)
{
    return node->op == &mg_op_variable;
}

/* Leading axes that b lacks are rows of a. */
static bool describe(const mg_graph *g, const mg_node *node, bench_product *out)
{
    const mg_shape a = mg_value_shape(g, node->input[0]);
    const mg_shape b = mg_value_shape(g, node->input[1]);
    const mg_shape y = node->type.shape;
    if (node->type.dtype != MG_F32 || a.rank < 2 || b.rank < 2)
        return false;
    const bool ta = node->attr[0], tb = node->attr[1];
    bench_product p = {.count = 1,
                       .m = y.dim[y.rank - 2],
                       .n = y.dim[y.rank - 1],
                       .k = a.dim[a.rank - (ta ? 2 : 1)],
                       .a_turned = ta,
                       .b_turned = tb};
    for (int i = 0; i < y.rank - 2; i++)
        p.count *= y.dim[i];
    if (b.rank == 2 && !ta) {
        p.m *= p.count;
        p.count = 1;
    }
    p.either_order = is_variable(mg_graph_node(g, node->input[1]));
    *out = p;
    return p.count * p.m * p.n * p.k > 0;
}

static bool same_product(const bench_product *a, const bench_product *b)
{
    return a->count == b->count && a->m == b->m && a->n == b->n &&
           a->k == b->k && a->a_turned == b->a_turned &&
           a->b_turned == b->b_turned && a->either_order == b->either_order;
}

static bool add(products *all, const bench_product *p, bool forward)
{
    size_t i = 0;
    while (i < all->n && !same_product(&all->item[i].product, p))
        i++;
    if (i == MOST_PRODUCTS)
        return false;
    if (i == all->n)
        all->item[all->n++] = (counted){.product = *p};
    all->item[i].in_step += !forward;
    all->item[i].in_forward += forward;
    return true;
}

static bool add_node(products *all, const mg_graph *g, const mg_node *node,
                     bool forward)
{
    bench_product p;
    if (node->op != &mg_op_matmul && node->op != &mg_op_gemm)
        return true;
    return !describe(g, node, &p) || add(all, &p, forward);
}

static bool add_plan(products *all, const mg_plan *plan, bool forward)
{
    for (size_t i = 0; i < plan->n_steps; i++) {
        const mg_step *const step = &plan->step[i];
        if (!step->group && !add_node(all, plan->graph, step->node, forward))
            return false;
        for (size_t k = 0; step->group && k < step->group->n; k++)
            if (!add_node(all, plan->graph, step->group->node[k], forward))
                return false;
    }
    return true;
}

static mg_status collect(mg_workload *w, bool forward, products *all)
{
    mg_step_plan *plan = NULL;
    const mg_purpose purpose = !forward               ? MG_FOR_TRAINING
                               : w->in_use->n_outputs ? MG_FOR_OUTPUTS
                                                      : MG_FOR_MEASURES;
    MG_TRY(mg_workload_plan(w, purpose, &plan));
    const bool fits = add_plan(all, plan->plan, forward);
    mg_step_plan_destroy(plan);
    return fits ? MG_OK
                : mg_fail(w->training->ctx, MG_BAD_ARGUMENT,
                          "bound: more than %d different products",
                          MOST_PRODUCTS);
}

static mg_status collect_all(mg_ctx *ctx, const request *r, products *all)
{
    mg_workload w;
    MG_TRY(mg_workload_open(&w, ctx, r->file, r->batch, MG_KERNELS_BEST));
    mg_status status = MG_OK;
    for (int forward = 0; forward < 2 && status == MG_OK; forward++)
        status = collect(&w, forward, all);
    mg_workload_clear(&w);
    return status;
}

/* ---- Printing ---- */

static double flops_of(const bench_product *p)
{
    return 2.0 * (double)(p->count * p->m) * (double)p->n * (double)p->k;
}

static void put_product(const counted *c, const bench_time *t, bool first)
{
    const bench_product *const p = &c->product;
    printf("%s{\"count\": %lld, \"m\": %lld, \"n\": %lld, \"k\": %lld, "
           "\"a_turned\": %s, \"b_turned\": %s, \"in_step\": %d, "
           "\"in_forward\": %d, \"entry\": \"%s\", \"us\": %.4g, "
           "\"gflops\": %.4g}",
           first ? "" : ", ", (long long)p->count, (long long)p->m,
           (long long)p->n, (long long)p->k, p->a_turned ? "true" : "false",
           p->b_turned ? "true" : "false", c->in_step, c->in_forward, t->entry,
           t->seconds * 1e6, flops_of(p) / t->seconds * 1e-9);
}

/* Times and prints all; false: the library failed. */
static bool put_bound(const products *all)
{
    double step = 0, forward = 0, step_flops = 0, forward_flops = 0;
    printf("{\"products\": [");
    for (size_t i = 0; i < all->n; i++) {
        const counted *const c = &all->item[i];
        bench_time fastest;
        if (!bench_time_product(&c->product, &fastest))
            return false;
        put_product(c, &fastest, i == 0);
        step += c->in_step * fastest.seconds;
        forward += c->in_forward * fastest.seconds;
        step_flops += c->in_step * flops_of(&c->product);
        forward_flops += c->in_forward * flops_of(&c->product);
    }
    printf("], \"step_us\": %.6g, \"forward_us\": %.6g, \"step_flops\": %.17g, "
           "\"forward_flops\": %.17g}\n",
           step * 1e6, forward * 1e6, step_flops, forward_flops);
    return true;
}

static void put_peak(int threads)
{
    printf("{\"peak_gflops\": %.5g, \"threads\": %d}\n", bench_peak(threads),
           threads);
}

/* ---- The whole ---- */

static bool read_arguments(int count, char **argument, request *r)
{
    for (int i = 1; i < count; i++) {
        const char *const text = argument[i];
        if (strcmp(text, "--peak") == 0) {
            r->peak = true;
        } else if (strcmp(text, "--threads") == 0 && i + 1 < count) {
            const char *const number = argument[++i];
            if (mg_parse_int(number, strlen(number), &r->threads) == 0 ||
                r->threads < 1 || r->threads > 1024)
                return false;
        } else if (!r->file) {
            r->file = text;
        } else if (mg_parse_int(text, strlen(text), &r->batch) == 0 ||
                   r->batch < 1) {
            return false;
        }
    }
    return r->file || r->peak;
}

static int bound(const request *r)
{
    static products all; /* zero, and too large for a stack */
    const mg_ctx_options options = {.threads = (int)r->threads};
    mg_ctx *ctx = NULL;
    if (mg_ctx_create(&options, &ctx) != MG_OK)
        return 3;
    const mg_status status = collect_all(ctx, r, &all);
    if (status != MG_OK)
        fprintf(stderr, "%s\n", mg_message(ctx));
    mg_ctx_destroy(ctx);
    if (status != MG_OK)
        return 3;
    mg_set_library_threads((int)r->threads);
    if (put_bound(&all))
        return 0;
    fprintf(stderr, "bound: the library does not do a product\n");
    return 3;
}

int main(int count, char **argument)
{
    request r = {.threads = 1};
    if (!read_arguments(count, argument, &r)) {
        fprintf(stderr, "usage: bound FILE [BATCH] [--threads N]\n"
                        "       bound --peak [--threads N]\n");
        return 2;
    }
    if (!r.peak)
        return bound(&r);
    put_peak((int)r.threads);
    return 0;
}
