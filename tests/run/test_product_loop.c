/* Products with the loop that reads them, and weights that are kept: against
 * the oracle, by 1 to 8 threads. */
#include "tests/test.h"

#include "graph/evaluate.h"
#include "ops/matmul.h"
#include "optimise/optimise.h"
#include "run/run.h"

#include <math.h>
#include <string.h>

enum { X, W, B, M, LEAVES };

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_tensor data[LEAVES];
    int64_t lead, rows, inner, columns;
} world;

typedef struct {
    mg_graph *g;
    mg_value x, w, b, m;
} operands;

/* ---- Networks over x [lead, rows, inner], w [columns, inner] ---- */

/* The sums stand where h does. */
static void build_relu(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value z =
        mg_add(g, mg_matmul_flags(g, o->x, o->w, false, true), o->b);
    const mg_value off = mg_less_equal(g, z, mg_real(g, 0));
    mg_graph_add_root(g, "h", mg_where(g, off, mg_real(g, 0), z));
    mg_graph_add_root(g, "off", off);
}

/* The second factor is computed, so nothing of it is kept. */
static void build_squares(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value squares = mg_mul(g, o->w, o->w);
    const mg_value z = mg_matmul_flags(g, o->x, squares, false, true);
    mg_graph_add_root(g, "h", mg_mul(g, z, z));
}

/* No result has the form of the sums, which are read by folds too. */
static void build_softmax(const operands *o)
{
    mg_graph *const g = o->g;
    const int64_t last[] = {2};
    const mg_value z =
        mg_add(g, mg_matmul_flags(g, o->x, o->w, false, true), o->b);
    const mg_value shifted = mg_sub(g, z, mg_max(g, z, 1, last, true));
    mg_graph_add_root(g, "loss",
                      mg_log(g, mg_sum(g, mg_exp(g, shifted), 1, last, false)));
}

/* Products of leading axes, each with its own w, and a state in place. */
static void build_state(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value y = mg_matmul_flags(g, o->x, mg_swap(g, o->x), false, false);
    const mg_value next =
        mg_add(g, mg_mul(g, o->m, mg_real(g, 0.9)), mg_mul(g, y, y));
    mg_graph_add_update(g, "m", o->m, next);
    mg_graph_add_root(g, "next", mg_sub(g, next, mg_real(g, 1)));
}

/* Both as they are stored. */
static void build_direct(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value y = mg_matmul(g, o->m, o->x);
    mg_graph_add_root(g, "h", mg_mul(g, mg_sigmoid(g, y), mg_real(g, 2)));
}

/* ---- Checking ---- */

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const world *const w = data;
    *out = w->data[strchr("xwbm", leaf->name[0]) - "xwbm"];
    return MG_OK;
}

static void fill(mg_tensor *t, int seed)
{
    for (int64_t k = 0; k < mg_shape_size(&t->type.shape); k++)
        mg_tensor_set(t, k, (double)((k * 37 + seed) % 101) / 80 - 0.6);
}

static void make_leaves(world *w)
{
    const mg_shape shape[LEAVES] = {{3, {w->lead, w->rows, w->inner}},
                                    {2, {w->columns, w->inner}},
                                    {1, {w->columns}},
                                    {3, {w->lead, w->rows, w->rows}}};
    for (int i = 0; i < LEAVES; i++) {
        assert_int_equal(mg_tensor_alloc(&w->arena, (mg_type){MG_F32, shape[i]},
                                         &w->data[i]),
                         MG_OK);
        fill(&w->data[i], 7 * i + 5);
    }
}

static void compare(const world *w, const mg_tensor *got, const mg_tensor *want)
{
    const int64_t size = mg_shape_size(&want->type.shape);
    /* Sums of `inner` terms below one half, and some roundings after them. */
    const double allowed = 1e-6 * (double)(w->inner + 8);
    assert_int_equal(mg_shape_size(&got->type.shape), size);
    for (int64_t i = 0; i < size; i++) {
        const double a = mg_tensor_get(got, i), b = mg_tensor_get(want, i);
        if (!(fabs(a - b) <= allowed * fmax(1, fabs(b))))
            fail_msg("%lld x %lld x %lld x %lld: [%lld] is %.9g, not %.9g",
                     (long long)w->lead, (long long)w->rows,
                     (long long)w->columns, (long long)w->inner, (long long)i,
                     a, b);
    }
}

static int count_led(const mg_plan *plan)
{
    int led = 0;
    for (size_t i = 0; i < plan->n_steps; i++)
        led += strstr(plan->step[i].kernel->name, "product-loop") != NULL;
    return led;
}

/* How many steps were led by a product. The state is left as it was. */
static int run_plan(world *w, const mg_graph *g, const mg_target *target,
                    const mg_tensor value[])
{
    mg_graph *optimised = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    mg_tensor state;
    assert_int_equal(mg_tensor_alloc(&w->arena, w->data[M].type, &state),
                     MG_OK);
    fill(&state, 7 * M + 5);
    assert_int_equal(mg_optimise(g, NULL, &optimised), MG_OK);
    assert_int_equal(mg_plan_create(optimised, target, &plan), MG_OK);
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    for (size_t i = 0; i < plan->n_leaves; i++) {
        mg_tensor leaf;
        assert_int_equal(feed(w, plan->leaf[i].node, &leaf), MG_OK);
        mg_session_bind_leaf(session, i,
                             plan->leaf[i].node->name[0] == 'm' ? state.data
                                                                : leaf.data);
    }
    assert_int_equal(mg_session_run(session), MG_OK);
    for (size_t i = 0; i < mg_graph_root_count(g); i++) {
        const mg_root *const root = mg_graph_root(g, i);
        const mg_tensor got =
            root->variable.id ? state : mg_session_result(session, root->name);
        compare(w, &got, &value[root->value.id]);
    }
    const int led = count_led(plan);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    return led;
}

static void check(mg_ctx *ctx, void (*build)(const operands *o),
                  const int64_t size[4])
{
    world w = {ctx, .lead = size[0], size[1], size[2], size[3]};
    operands o = {NULL, {0}, {0}, {0}, {0}};
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    mg_arena_init(&w.arena, ctx);
    make_leaves(&w);
    assert_int_equal(mg_graph_create(ctx, MG_F32, &o.g), MG_OK);
    o.x = mg_input(o.g, "x", MG_F32, w.data[X].type.shape);
    o.w = mg_variable(o.g, "w", MG_F32, w.data[W].type.shape);
    o.b = mg_variable(o.g, "b", MG_F32, w.data[B].type.shape);
    o.m = mg_variable(o.g, "m", MG_F32, w.data[M].type.shape);
    build(&o);
    assert_int_equal(mg_graph_status(o.g), MG_OK);
    assert_int_equal(mg_evaluate(o.g, &w.arena, &frame, feed, &w, NULL, &value),
                     MG_OK);
    static const mg_kernels kernels[] = {MG_KERNELS_BEST, MG_KERNELS_PLAIN};
    for (int i = 0; i < 2; i++) {
        mg_target target = *mg_target_host(kernels[i]);
        const int led = run_plan(&w, o.g, &target, value);
        /* By one thread nothing is cut along columns, by many no product of
         * long rows and short sums. */
        const bool tiny = w.rows < 4; /* no tiles */
        const bool by_rows = ctx->threads == 1 || w.columns > 2 * w.rows;
        assert_true(target.alone || tiny || !by_rows || led == 1);
        target.alone = true;
        assert_int_equal(run_plan(&w, o.g, &target, value), 0);
    }
    mg_graph_destroy(o.g);
    mg_arena_clear(&w.arena);
}

static void products_with_loops_agree_with_the_oracle(void **state)
{
    (void)state;
    static void (*const builds[])(const operands *o) = {
        build_relu, build_squares, build_softmax, build_state, build_direct};
    static const int64_t size[][4] = {
        {1, 64, 100, 80}, {1, 200, 40, 30}, {3, 17, 33, 20}, {6, 50, 64, 48},
        {1, 300, 10, 64}, {2, 3, 5, 7},     {1, 31, 130, 9}, {1, 128, 40, 300}};
    for (int threads = 1; threads <= 8; threads *= 2) {
        mg_ctx *ctx = NULL;
        const mg_ctx_options options = {.threads = threads};
        assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
        for (size_t b = 0; b < sizeof builds / sizeof *builds; b++)
            for (size_t i = 0; i < sizeof size / sizeof *size; i++)
                check(ctx, builds[b], size[i]);
        mg_ctx_destroy(ctx);
    }
}

/* ---- Weights that are kept ---- */

static double run_once(mg_session *session)
{
    assert_int_equal(mg_session_run(session), MG_OK);
    const mg_tensor y = mg_session_result(session, "y");
    return mg_tensor_get(&y, 0);
}

/* What a session holds changes when it is told so, and not before. */
static void held_weights_are_read_again_when_told(void **state)
{
    (void)state;
    enum { SIDE = 64 };
    static float x[SIDE * SIDE], w[SIDE * SIDE], other[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++)
        x[i] = w[i] = 1;
    const mg_shape square = {2, {SIDE, SIDE}};
    mg_ctx *ctx = NULL;
    mg_graph *g = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    const mg_ctx_options options = {.threads = 2};
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    mg_graph_add_root(g, "y",
                      mg_matmul(g, mg_input(g, "x", MG_F32, square),
                                mg_variable(g, "w", MG_F32, square)));
    assert_int_equal(mg_compile(g, MG_KERNELS_BEST, &plan), MG_OK);
    assert_int_equal(mg_session_create(ctx, plan, &session), MG_OK);
    assert_int_equal(mg_session_bind(session, "x", x), MG_OK);
    assert_int_equal(mg_session_bind(session, "w", w), MG_OK);
    assert_true(run_once(session) == SIDE);
    w[0] = 2; /* nothing was promised */
    assert_true(run_once(session) == SIDE + 1);
    mg_session_hold(session);
    assert_true(run_once(session) == SIDE + 1);
    w[0] = 3;
    assert_true(run_once(session) == SIDE + 1);
    mg_session_hold(session);
    assert_true(run_once(session) == SIDE + 2);
    assert_int_equal(mg_session_bind(session, "w", other), MG_OK);
    assert_true(run_once(session) == 0);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_graph_destroy(g);
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_with_loops_agree_with_the_oracle),
        cmocka_unit_test(held_weights_are_read_again_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
