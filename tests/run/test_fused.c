/* Steps of several nodes, with and without folds over rows, against the
 * oracle: over rows and lengths on both sides of every border that the
 * interpreter has. */
#include "tests/test.h"

#include "graph/evaluate.h"
#include "optimise/optimise.h"
#include "run/run.h"

#include <math.h>
#include <string.h>

#define LEAVES 3

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_tensor data[LEAVES]; /* of x, b, s */
} world;

/* ---- Networks over x [rows, length], b [length], s [rows, 1] ---- */

typedef struct {
    mg_graph *g;
    mg_value x, b, s;
} operands;

static const int64_t last[] = {1};

static mg_value center(const operands *o, mg_value x)
{
    return mg_sub(o->g, x, mg_mean(o->g, x, 1, last, true));
}

/* Cross-entropy and softmax with a number a row between them. */
static void build_softmax(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value z = mg_add(g, mg_mul(g, o->x, o->s), o->b);
    const mg_value shifted = mg_sub(g, z, mg_max(g, z, 1, last, true));
    const mg_value e = mg_exp(g, shifted);
    const mg_value sum = mg_sum(g, e, 1, last, false);
    const mg_shape column = mg_value_shape(g, o->s);
    const mg_value scale =
        mg_reshape(g, mg_div(g, mg_real(g, 1), sum), &column);
    mg_graph_add_root(g, "loss", mg_log(g, sum));
    mg_graph_add_root(g, "p", mg_mul(g, e, scale));
}

/* Layer norm, whose inner results are read by others too. */
static void build_norm(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value c = center(o, o->x);
    const mg_value v = mg_mean(g, mg_mul(g, c, c), 1, last, true);
    const mg_value r = mg_rsqrt(g, mg_add(g, v, mg_real(g, 1e-5)));
    mg_graph_add_root(g, "deviation", r);
    mg_graph_add_root(g, "c", c);
    mg_graph_add_root(
        g, "y", mg_add(g, mg_mul(g, mg_mul(g, c, r), o->b), mg_tanh(g, o->s)));
}

/* Elements alone, of two results, with a truth value between. */
static void build_elements(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value z = mg_add(g, o->x, o->b);
    const mg_value off = mg_less_equal(g, z, mg_real(g, 0));
    mg_graph_add_root(g, "h", mg_where(g, off, mg_real(g, 0), z));
    mg_graph_add_root(g, "off", off);
    mg_graph_add_root(g, "scaled", mg_mul(g, z, o->s));
}

/* Least and largest of a row, and what stands over the columns of x'. */
static void build_crossed(const operands *o)
{
    mg_graph *const g = o->g;
    const mg_value t = mg_swap(g, mg_sigmoid(g, mg_swap(g, o->x)));
    const mg_value low = mg_min(g, t, 1, last, true);
    const mg_value high = mg_max(g, t, 1, last, true);
    const mg_value range = mg_sub(g, high, low);
    mg_graph_add_root(g, "range", range);
    mg_graph_add_root(g, "y", mg_mul(g, mg_sub(g, t, low), range));
}

/* ---- Checking ---- */

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const world *const w = data;
    *out = w->data[leaf->name[0] == 'x' ? 0 : leaf->name[0] == 'b' ? 1 : 2];
    return MG_OK;
}

static void fill(world *w, int64_t rows, int64_t length)
{
    const mg_shape shape[LEAVES] = {
        {2, {rows, length}}, {1, {length}}, {2, {rows, 1}}};
    for (int i = 0; i < LEAVES; i++) {
        assert_int_equal(mg_tensor_alloc(&w->arena, (mg_type){MG_F32, shape[i]},
                                         &w->data[i]),
                         MG_OK);
        for (int64_t k = 0; k < mg_shape_size(&shape[i]); k++)
            mg_tensor_set(&w->data[i], k,
                          (double)((k * 37 + 11 * i + 5) % 101) / 40 - 1.2);
    }
}

static void compare(const mg_tensor *got, const mg_tensor *want,
                    const char *name, int64_t rows, int64_t length)
{
    assert_true(mg_shape_equal(&got->type.shape, &want->type.shape));
    for (int64_t i = 0; i < mg_shape_size(&want->type.shape); i++) {
        const double a = mg_tensor_get(got, i), b = mg_tensor_get(want, i);
        /* A sum of 1025 terms in f32 and some ten roundings after it. */
        if (!(fabs(a - b) <= 1e-5 * fmax(1, fabs(b))))
            fail_msg("%s of %lld x %lld: [%lld] is %.9g, not %.9g", name,
                     (long long)rows, (long long)length, (long long)i, a, b);
    }
}

static void check_plan(world *w, const mg_graph *g, const mg_target *target,
                       mg_tensor value[], bool fused)
{
    mg_graph *optimised = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    size_t groups = 0;
    assert_int_equal(mg_optimise(g, NULL, &optimised), MG_OK);
    assert_int_equal(mg_plan_create(optimised, target, &plan), MG_OK);
    for (size_t i = 0; i < plan->n_steps; i++)
        groups += plan->step[i].group->n > 1;
    assert_true(!fused || groups > 0);
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    for (size_t i = 0; i < plan->n_leaves; i++) {
        mg_tensor leaf;
        assert_int_equal(feed(w, plan->leaf[i].node, &leaf), MG_OK);
        mg_session_bind_leaf(session, i, leaf.data);
    }
    for (int run = 0; run < 2; run++)
        assert_int_equal(mg_session_run(session), MG_OK);
    for (size_t i = 0; i < mg_graph_root_count(g); i++) {
        const mg_root *const root = mg_graph_root(g, i);
        const mg_tensor got = mg_session_result(session, root->name);
        compare(&got, &value[root->value.id], root->name,
                w->data[0].type.shape.dim[0], w->data[0].type.shape.dim[1]);
    }
    mg_session_destroy(session);
    mg_plan_destroy(plan);
}

static void check(mg_ctx *ctx, void (*build)(const operands *o), int64_t rows,
                  int64_t length)
{
    world w = {.ctx = ctx};
    operands o = {NULL, {0}, {0}, {0}};
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    mg_arena_init(&w.arena, ctx);
    fill(&w, rows, length);
    assert_int_equal(mg_graph_create(ctx, MG_F32, &o.g), MG_OK);
    o.x = mg_input(o.g, "x", MG_F32, w.data[0].type.shape);
    o.b = mg_input(o.g, "b", MG_F32, w.data[1].type.shape);
    o.s = mg_input(o.g, "s", MG_F32, w.data[2].type.shape);
    build(&o);
    assert_int_equal(mg_graph_status(o.g), MG_OK);
    assert_int_equal(mg_evaluate(o.g, &w.arena, &frame, feed, &w, NULL, &value),
                     MG_OK);
    static const mg_kernels kernels[] = {MG_KERNELS_BEST, MG_KERNELS_PLAIN};
    for (int i = 0; i < 2; i++) {
        mg_target target = *mg_target_host(kernels[i]);
        check_plan(&w, o.g, &target, value, !target.alone && length <= 1024);
        target.alone = true;
        check_plan(&w, o.g, &target, value, false);
    }
    mg_graph_destroy(o.g);
    mg_arena_clear(&w.arena);
}

static void fused_steps_agree_with_the_oracle(void **state)
{
    (void)state;
    static void (*const builds[])(const operands *o) = {
        build_softmax, build_norm, build_elements, build_crossed};
    static const int64_t rows[] = {2, 3, 64, 103};
    static const int64_t lengths[] = {2,  3,  7,   10,  15,  16,   17,
                                      33, 63, 100, 512, 513, 1024, 1025};
    for (int threads = 1; threads <= 8; threads *= 2) {
        mg_ctx *ctx = NULL;
        const mg_ctx_options options = {.threads = threads};
        assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
        for (size_t b = 0; b < sizeof builds / sizeof *builds; b++)
            for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
                for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
                    check(ctx, builds[b], rows[r], lengths[l]);
        mg_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fused_steps_agree_with_the_oracle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
