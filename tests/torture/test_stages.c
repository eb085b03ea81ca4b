/* Every allocation of every stage between a graph and its values is refused in
 * turn: each refusal must come out as MG_NO_MEMORY with a message, and leave
 * nothing behind. One context runs the whole way each time, because a stage's
 * input is made with the same allocator. */
#include "tests/test.h"

#include "derive/batch.h"
#include "derive/derive.h"
#include "ops/matmul.h"
#include "optimise/optimise.h"
#include "run/run.h"
#include "support/memory.h"

#include <string.h>

#define BATCH 3
/* Its square is a matrix that no first cache holds. */
#define WIDE 128

/* sigmoid(W x + b) with a half squared error, one example. */
static mg_status build(mg_ctx *ctx, mg_graph **out)
{
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F32, &g));
    const int64_t two = 2, weights[] = {2, 2};
    const mg_value x = mg_input(g, "x", MG_F32, mg_shape_of(1, &two));
    const mg_value y = mg_input(g, "y", MG_F32, mg_shape_of(1, &two));
    const mg_value w = mg_variable(g, "W", MG_F32, mg_shape_of(2, weights));
    const mg_value b = mg_variable(g, "b", MG_F32, mg_shape_of(1, &two));
    const mg_value z =
        mg_name(g, mg_sigmoid(g, mg_add(g, mg_matmul(g, w, x), b)), "z");
    const mg_value error = mg_sub(g, z, y);
    const mg_value half = mg_mul(g, mg_real(g, 0.5), mg_mul(g, error, error));
    mg_graph_add_root(g, "loss", mg_sum(g, half, -1, NULL, false));
    mg_graph_add_root(g, "z", z);
    const mg_status status = mg_graph_status(g);
    if (status == MG_OK)
        *out = g;
    else
        mg_graph_destroy(g);
    return status;
}

static mg_value find_leaf(const mg_graph *g, const char *name)
{
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *node = mg_graph_node(g, (mg_value){id});
        if (node->op->kind == MG_LEAF && node->name &&
            strcmp(node->name, name) == 0)
            return node->self;
    }
    return (mg_value){0};
}

/* Adds W <- W - 0.1 dW and the same for b. */
static mg_status add_updates(mg_graph *g)
{
    static const char *const names[] = {"W", "b"};
    const mg_value loss =
        mg_mean(g, mg_graph_find_root(g, "loss")->value, -1, NULL, false);
    mg_value variable[2], gradient[2];
    for (int i = 0; i < 2; i++)
        variable[i] = find_leaf(g, names[i]);
    MG_TRY(mg_gradient(g, loss, 2, variable, gradient));
    for (int i = 0; i < 2; i++) {
        const mg_value step = mg_mul(g, mg_real(g, 0.1), gradient[i]);
        mg_graph_add_update(g, names[i], variable[i],
                            mg_sub(g, variable[i], step));
    }
    return mg_graph_status(g);
}

static mg_status make_step(mg_ctx *ctx, mg_graph **out)
{
    mg_graph *one = NULL, *many = NULL;
    MG_TRY(build(ctx, &one));
    mg_root roots[] = {*mg_graph_find_root(one, "loss"),
                       *mg_graph_find_root(one, "z")};
    mg_status status = mg_batch(one, 2, roots, NULL, BATCH, &many);
    if (status == MG_OK)
        status = add_updates(many);
    if (status == MG_OK)
        *out = many;
    else
        mg_graph_destroy(many);
    mg_graph_destroy(one);
    return status;
}

static mg_status builds(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL;
    const mg_status status = make_step(ctx, &g);
    mg_graph_destroy(g);
    return status;
}

static mg_status prints_and_parses(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL, *again = NULL;
    mg_text text;
    MG_TRY(make_step(ctx, &g));
    mg_text_init(&text, ctx);
    mg_graph_print(g, &text);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_graph_parse(ctx, text.data, text.length, &again);
    mg_text_clear(&text);
    mg_graph_destroy(again);
    mg_graph_destroy(g);
    return status;
}

static mg_status optimises(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL, *better = NULL;
    MG_TRY(make_step(ctx, &g));
    const mg_status status = mg_optimise(g, NULL, &better);
    mg_graph_destroy(better);
    mg_graph_destroy(g);
    return status;
}

static mg_status run_plan(mg_ctx *ctx, const mg_plan *plan)
{
    float x[BATCH * 2] = {1, 0, 0, 1, 1, 1}, y[BATCH * 2] = {0};
    float w[4] = {1, 2, 3, 4}, b[2] = {0};
    mg_session *session = NULL;
    MG_TRY(mg_session_create(ctx, plan, &session));
    mg_status status = mg_session_bind(session, "x", x);
    if (status == MG_OK)
        status = mg_session_bind(session, "y", y);
    if (status == MG_OK)
        status = mg_session_bind(session, "W", w);
    if (status == MG_OK)
        status = mg_session_bind(session, "b", b);
    if (status == MG_OK)
        status = mg_session_run(session);
    if (status == MG_OK)
        assert_true(w[0] < 1); /* the outputs are above their targets */
    mg_session_destroy(session);
    return status;
}

static mg_status compiles_and_runs(mg_ctx *ctx, void *data)
{
    const bool *const plain = data;
    mg_graph *g = NULL, *better = NULL;
    mg_plan *plan = NULL;
    MG_TRY(make_step(ctx, &g));
    mg_status status = mg_optimise(g, NULL, &better);
    mg_graph_destroy(g);
    if (status == MG_OK)
        status = mg_plan_create(better, mg_target_host(*plain), &plan);
    if (status == MG_OK)
        status = run_plan(ctx, plan);
    mg_plan_destroy(plan);
    return status;
}

/* h = tanh(x W'), W <- W - 0.1 h' x: an update that is left to the next run. */
static mg_status make_wide_step(mg_ctx *ctx, mg_graph **out)
{
    const mg_shape square = {2, {WIDE, WIDE}}, row = {2, {1, WIDE}};
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F32, &g));
    const mg_value w = mg_variable(g, "W", MG_F32, square);
    const mg_value x = mg_input(g, "x", MG_F32, row);
    const mg_value h = mg_tanh(g, mg_matmul_flags(g, x, w, false, true));
    const mg_value d = mg_matmul_flags(g, h, x, true, false);
    mg_graph_add_root(g, "h", h);
    mg_graph_add_update(g, "W", w, mg_sub(g, w, mg_mul(g, mg_real(g, 0.1), d)));
    const mg_status status = mg_graph_status(g);
    if (status == MG_OK)
        *out = g;
    else
        mg_graph_destroy(g);
    return status;
}

static mg_status run_twice(mg_ctx *ctx, const mg_plan *plan)
{
    static float w[WIDE * WIDE], x[WIDE];
    mg_session *session = NULL;
    MG_TRY(mg_session_create(ctx, plan, &session));
    mg_session_hold(session);
    mg_status status = mg_session_bind(session, "W", w);
    if (status == MG_OK)
        status = mg_session_bind(session, "x", x);
    for (int run = 0; run < 2 && status == MG_OK; run++)
        status = mg_session_run(session);
    mg_session_release(session);
    mg_session_destroy(session);
    return status;
}

static mg_status leaves_an_update(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL;
    mg_plan *plan = NULL;
    MG_TRY(make_wide_step(ctx, &g));
    mg_status status = mg_compile(g, MG_KERNELS_BEST, &plan);
    mg_graph_destroy(g);
    if (status == MG_OK)
        status = run_twice(ctx, plan);
    if (status == MG_OK && !mg_target_host(MG_KERNELS_BEST)->alone)
        assert_int_equal(plan->n_deferred, 1);
    mg_plan_destroy(plan);
    return status;
}

static void building_batching_deriving(void **state)
{
    (void)state;
    assert_true(test_every_refusal(builds, NULL) > 3);
}

static void printing_and_parsing(void **state)
{
    (void)state;
    assert_true(test_every_refusal(prints_and_parses, NULL) > 3);
}

static void optimising(void **state)
{
    (void)state;
    assert_true(test_every_refusal(optimises, NULL) > 3);
}

static void compiling_and_running_in_plain_c(void **state)
{
    (void)state;
    bool plain = true;
    assert_true(test_every_refusal(compiles_and_runs, &plain) > 3);
}

static void compiling_and_running_on_the_best_kernels(void **state)
{
    (void)state;
    bool plain = false;
    assert_true(test_every_refusal(compiles_and_runs, &plain) > 3);
}

static void compiling_an_update_that_is_left(void **state)
{
    (void)state;
    assert_true(test_every_refusal(leaves_an_update, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(building_batching_deriving),
        cmocka_unit_test(printing_and_parsing),
        cmocka_unit_test(optimising),
        cmocka_unit_test(compiling_and_running_in_plain_c),
        cmocka_unit_test(compiling_and_running_on_the_best_kernels),
        cmocka_unit_test(compiling_an_update_that_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
