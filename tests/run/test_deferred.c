/* Updates that one run leaves to the next, against runs that make each their
 * own, and those against the oracle: by every instruction set and number of
 * threads, with the matrix as left and as right operand. */
#include "test.h"

#include "graph/evaluate.h"
#include "kernels/kernels.h"
#include "kernels/product.h"
#include "kernels/take.h"
#include "optimise/optimise.h"
#include "ops/matmul.h"
#include "run/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W, X, S, LEAVES };
static const char *const names[LEAVES] = {"w", "x", "s"};

#define RUNS 5

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_tensor data[LEAVES];
    int64_t m, n;    /* of W */
    bool left;       /* W is the left operand */
    bool read_again; /* another step reads W */
    bool shown;      /* its new value is a result, too */
} world;

/* ---- The network ---- */

static void make_data(world *w)
{
    const mg_shape shape[LEAVES] = {{2, {w->m, w->n}}, {2, {1, w->n}}, {0}};
    for (int i = 0; i < LEAVES; i++) {
        const mg_type type = {MG_F32, shape[i]};
        assert_int_equal(mg_tensor_alloc(&w->arena, type, &w->data[i]), MG_OK);
    }
}

static void fill(mg_tensor *t, int seed)
{
    for (int64_t k = 0; k < mg_shape_size(&t->type.shape); k++)
        mg_tensor_set(t, k,
                      (double)((k * 37 + 11 * seed + 5) % 101) / 101 - 0.5);
}

/* h = tanh(x W'), and W - s h' x. */
static mg_graph *build(const world *w)
{
    mg_graph *g = NULL;
    mg_value v[LEAVES];
    assert_int_equal(mg_graph_create(w->ctx, MG_F32, &g), MG_OK);
    v[W] = mg_variable(g, names[W], MG_F32, w->data[W].type.shape);
    for (int i = X; i < LEAVES; i++)
        v[i] = mg_input(g, names[i], MG_F32, w->data[i].type.shape);
    const mg_shape row = {2, {1, w->m}};
    const mg_value z =
        w->left
            ? mg_reshape(g, mg_matmul_flags(g, v[W], v[X], false, true), &row)
            : mg_matmul_flags(g, v[X], v[W], false, true);
    const mg_value h = mg_tanh(g, z);
    mg_graph_add_root(g, "h", h);
    if (w->read_again)
        mg_graph_add_root(g, "back", mg_matmul(g, h, v[W]));
    const mg_value next = mg_gemm(g, h, v[X], v[W], v[S], true, false, true);
    if (w->shown)
        mg_graph_add_root(g, "next", next);
    mg_graph_add_update(g, names[W], v[W], next);
    assert_int_equal(mg_graph_status(g), MG_OK);
    return g;
}

/* ---- Runs ---- */

static mg_status take_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_deferred_take(mg_vector_at(0), arena, g, step, taken);
}

static mg_status take_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_deferred_take(mg_vector_at(1), arena, g, step, taken);
}

static mg_status take_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_deferred_take(mg_vector_at(2), arena, g, step, taken);
}

static mg_status product_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                              bool *taken)
{
    return mg_matmul_take(mg_vector_at(0), arena, g, step, taken);
}

static mg_status product_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                              bool *taken)
{
    return mg_matmul_take(mg_vector_at(1), arena, g, step, taken);
}

static mg_status product_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                              bool *taken)
{
    return mg_matmul_take(mg_vector_at(2), arena, g, step, taken);
}

static const mg_kernel deferred[] = {
    {.name = "0", .take = take_at_0, .takes_groups = true},
    {.name = "1", .take = take_at_1, .takes_groups = true},
    {.name = "2", .take = take_at_2, .takes_groups = true},
};

static const mg_kernel product[] = {
    {.name = "0", .take = product_at_0, .in_place = mg_product_in_place},
    {.name = "1", .take = product_at_1, .in_place = mg_product_in_place},
    {.name = "2", .take = product_at_2, .in_place = mg_product_in_place},
};

static mg_plan *compile(const world *w, int set)
{
    const mg_kernel *const kernels[] = {
        &deferred[set], &mg_kernel_vector_baseline, &product[set],
        &mg_kernel_move, &mg_kernel_reference};
    const mg_target target = {
        .name = "deferred", .n_kernels = 5, .kernel = kernels};
    mg_graph *const g = build(w);
    mg_graph *copy = NULL;
    mg_plan *plan = NULL;
    assert_int_equal(mg_optimise(g, NULL, &copy), MG_OK);
    assert_int_equal(mg_plan_create(copy, &target, &plan), MG_OK);
    mg_graph_destroy(g);
    return plan;
}

static mg_session *open(const world *w, const mg_plan *plan)
{
    mg_session *session = NULL;
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    for (int i = 0; i < LEAVES; i++)
        assert_int_equal(mg_session_bind(session, names[i], w->data[i].data),
                         MG_OK);
    return session;
}

static void set_run(world *w, int run)
{
    fill(&w->data[X], run + 1);
    mg_tensor_set(&w->data[S], 0, 0.25 / (run + 1));
}

typedef struct {
    float *h[RUNS], *w;
    size_t h_bytes, w_bytes;
} record;

static void keep(record *r, const world *w, int run, const mg_tensor *h)
{
    r->h_bytes = (size_t)w->m * sizeof(float);
    r->h[run] = malloc(r->h_bytes);
    memcpy(r->h[run], h->data, r->h_bytes);
}

/* Some runs; hold: of which each leaves its update to the next. */
static void train(world *w, const mg_plan *plan, bool hold, record *r)
{
    mg_session *const session = open(w, plan);
    fill(&w->data[W], 0);
    for (int run = 0; run < RUNS; run++) {
        set_run(w, run);
        if (hold)
            mg_session_hold(session);
        assert_int_equal(mg_session_run(session), MG_OK);
        const mg_tensor h = mg_session_result(session, "h");
        keep(r, w, run, &h);
        if (run == 2)
            mg_session_release(session);
    }
    mg_session_release(session);
    mg_session_release(session);
    r->w_bytes = mg_type_bytes(&w->data[W].type);
    r->w = malloc(r->w_bytes);
    memcpy(r->w, w->data[W].data, r->w_bytes);
    mg_session_destroy(session);
}

static void forget(record *r)
{
    for (int run = 0; run < RUNS; run++)
        free(r->h[run]);
    free(r->w);
}

/* ---- The oracle ---- */

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const world *const w = data;
    for (int i = 0; i < LEAVES; i++)
        if (strcmp(leaf->name, names[i]) == 0)
            *out = w->data[i];
    return MG_OK;
}

static const mg_tensor *value_of(const mg_graph *g, const char *name,
                                 const mg_tensor value[])
{
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        if (strcmp(mg_graph_root(g, i)->name, name) == 0)
            return &value[mg_graph_root(g, i)->value.id];
    fail_msg("no root %s", name);
    return NULL;
}

static void compare(const float *got, const mg_tensor *want, const world *w)
{
    for (int64_t i = 0; i < mg_shape_size(&want->type.shape); i++) {
        const double x = mg_tensor_get(want, i);
        if (!(fabs((double)got[i] - x) <= 1e-4 * fmax(1, fabs(x))))
            fail_msg("%lld x %lld: [%lld] is %.9g, not %.9g", (long long)w->m,
                     (long long)w->n, (long long)i, (double)got[i], x);
    }
}

static void compare_with_oracle(world *w, const record *r)
{
    mg_graph *const g = build(w);
    mg_frame frame = {0};
    fill(&w->data[W], 0);
    for (int run = 0; run < RUNS; run++) {
        mg_tensor *value = NULL;
        set_run(w, run);
        assert_int_equal(
            mg_evaluate(g, &w->arena, &frame, feed, w, NULL, &value), MG_OK);
        compare(r->h[run], value_of(g, "h", value), w);
        memcpy(w->data[W].data, value_of(g, names[W], value)->data, r->w_bytes);
    }
    compare(r->w, &w->data[W], w);
    mg_graph_destroy(g);
}

/* ---- Tests ---- */

static void check_plan(world *w, int set, bool deferrable, record *first)
{
    mg_plan *const plan = compile(w, set);
    record own = {0}, left = {0};
    assert_int_equal(plan->n_deferred, deferrable ? 1 : 0);
    train(w, plan, false, &own);
    train(w, plan, true, &left);
    if (!first->w) {
        *first = own;
        compare_with_oracle(w, first);
    }
    for (int run = 0; run < RUNS; run++) {
        assert_memory_equal(own.h[run], left.h[run], own.h_bytes);
        assert_memory_equal(own.h[run], first->h[run], own.h_bytes);
    }
    assert_memory_equal(own.w, left.w, own.w_bytes);
    assert_memory_equal(own.w, first->w, own.w_bytes);
    forget(&left);
    if (own.w != first->w)
        forget(&own);
    mg_plan_destroy(plan);
}

static void check(mg_ctx *ctx, world w, bool deferrable)
{
    w.ctx = ctx;
    mg_arena_init(&w.arena, ctx);
    make_data(&w);
    for (int set = 0; mg_vector_at(set); set++) {
        record first = {0};
        for (ctx->threads = 1; ctx->threads <= 4; ctx->threads++)
            check_plan(&w, set, deferrable, &first);
        forget(&first);
    }
    mg_arena_clear(&w.arena);
}

static void runs_that_leave_their_update_come_to_the_same_bits(void **state)
{
    (void)state;
    static const int64_t sizes[][2] = {{256, 33}, {130, 64}, {67, 127},
                                       {513, 17}, {31, 785}, {1, 9001}};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++)
        check(ctx,
              (world){.m = sizes[i / 2][0],
                      .n = sizes[i / 2][1],
                      .left = i % 2 == 1},
              true);
    mg_ctx_destroy(ctx);
}

static void an_update_is_left_only_where_nobody_else_sees_it(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    check(ctx, (world){.m = 130, .n = 64, .read_again = true}, false);
    check(ctx, (world){.m = 130, .n = 64, .shown = true}, false);
    check(ctx, (world){.m = 13, .n = 16}, false); /* not worth it */
    mg_ctx_destroy(ctx);
}

/* What was left goes to the memory that it was left for. */
static void a_variable_that_is_bound_anew_has_its_update(void **state)
{
    (void)state;
    world w = {.m = 130, .n = 64};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    mg_arena_init(&w.arena, w.ctx);
    make_data(&w);
    mg_plan *const plan = compile(&w, 0);
    mg_session *const session = open(&w, plan);
    float *const other = calloc((size_t)(w.m * w.n), sizeof *other);
    fill(&w.data[W], 0);
    set_run(&w, 0);
    mg_session_hold(session);
    assert_int_equal(mg_session_run(session), MG_OK);
    const double before = mg_tensor_get(&w.data[W], 0);
    assert_int_equal(mg_session_bind(session, names[W], other), MG_OK);
    assert_true(mg_tensor_get(&w.data[W], 0) != before);
    mg_session_release(session);
    for (int64_t i = 0; i < w.m * w.n; i++)
        assert_true(other[i] == 0);
    free(other);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_arena_clear(&w.arena);
    mg_ctx_destroy(w.ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_that_leave_their_update_come_to_the_same_bits),
        cmocka_unit_test(an_update_is_left_only_where_nobody_else_sees_it),
        cmocka_unit_test(a_variable_that_is_bound_anew_has_its_update),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
