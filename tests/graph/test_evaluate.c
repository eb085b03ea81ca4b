/* The oracle: what it needs, what is constant, and faults with their line. */
#include "graph/evaluate.h"
#include "support/memory.h"
#include "support/values.h"
#include "test.h"

#include <string.h>

static int open_graph(void **state)
{
    static test_graph graph;
    test_graph_open(&graph);
    *state = &graph;
    return 0;
}

static int close_graph(void **state)
{
    test_graph_close(*state);
    return 0;
}

/* Leaves named "x" have this value, others none. */
static mg_status feed_x(void *data, const mg_node *leaf, mg_tensor *out)
{
    test_graph *const t = data;
    static double value = 3;
    if (strcmp(leaf->name, "x") != 0)
        return mg_fail(t->ctx, MG_BAD_ARGUMENT, "%s is not fed", leaf->name);
    *out = mg_tensor_dense(leaf->type, &value);
    return MG_OK;
}

static void values_are_computed_in_order(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = mg_input(g, "x", MG_F64, (mg_shape){0});
    const mg_value y = mg_mul(g, mg_add(g, x, mg_real(g, 1)), x);
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    assert_int_equal(mg_evaluate(g, &t->arena, &frame, feed_x, t, NULL, &value),
                     MG_OK);
    assert_true(test_close(mg_tensor_get(&value[y.id], 0), 12, 0));
}

static void only_what_is_needed_is_fed(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = mg_input(g, "x", MG_F64, (mg_shape){0});
    const mg_value z = mg_input(g, "z", MG_F64, (mg_shape){0});
    const mg_value y = mg_exp(g, x), w = mg_add(g, y, z);
    bool needed[10] = {false};
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    mg_mark_needed(g, y, needed);
    assert_true(needed[x.id] && needed[y.id]);
    assert_false(needed[z.id] || needed[w.id]);
    assert_int_equal(
        mg_evaluate(g, &t->arena, &frame, feed_x, t, needed, &value), MG_OK);
    assert_int_equal(mg_evaluate(g, &t->arena, &frame, feed_x, t, NULL, &value),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(t->ctx), "z is not fed");
}

static void constants_depend_on_no_leaf_and_no_draw(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = mg_input(g, "x", MG_F64, (mg_shape){0});
    const mg_value w = mg_variable(g, "w", MG_F64, (mg_shape){0});
    const mg_value s = mg_setting(g, "step", MG_I64);
    const mg_value two = mg_real(g, 2), mask = mg_causal(g, 2);
    const mg_value drawn = mg_random(g, 0, &(mg_shape){0});
    assert_true(mg_is_constant(g, mg_exp(g, two)));
    assert_true(mg_is_constant(g, mg_where(g, mask, two, two)));
    assert_false(mg_is_constant(g, x));
    assert_false(mg_is_constant(g, mg_add(g, two, w)));
    assert_false(mg_is_constant(g, mg_mul(g, s, two)));
    assert_false(mg_is_constant(g, mg_add(g, two, drawn)));
    mg_tensor value;
    assert_int_equal(mg_evaluate_constant(g, x, &t->arena, &value),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(t->ctx), "x is not known when compiled");
}

static void a_fault_names_index_limit_and_line(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double data[] = {1, 2, 3};
    const mg_value x = test_reals(t, 3, data);
    mg_graph_set_place(g, (mg_place){7, 3, "x[i]"});
    const mg_value y = mg_gather(g, x, mg_integer(g, 3));
    mg_tensor value;
    assert_int_equal(mg_evaluate_constant(g, y, &t->arena, &value),
                     MG_BAD_DATA);
    assert_string_equal(mg_message(t->ctx),
                        "7:3: error: x[i]: index 3 is outside 0..2");
}

static void a_fault_of_an_empty_axis_says_so(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value none = test_reals(t, 0, NULL);
    mg_tensor value;
    assert_int_equal(mg_evaluate_constant(g,
                                          mg_gather(g, none, mg_integer(g, 0)),
                                          &t->arena, &value),
                     MG_BAD_DATA);
    assert_string_equal(mg_message(t->ctx), "index 0 of an empty axis");
}

static void the_first_fault_is_kept(void **state)
{
    test_graph *const t = *state;
    const mg_value x = mg_real(t->g, 1), y = mg_exp(t->g, x);
    mg_frame frame = {0};
    assert_int_equal(mg_frame_status(t->ctx, &frame), MG_OK);
    mg_frame_fault(&frame, mg_graph_node(t->g, x), 5, 4);
    mg_frame_fault(&frame, mg_graph_node(t->g, y), 6, 5);
    assert_ptr_equal(frame.fault.node, mg_graph_node(t->g, x));
    assert_int_equal(frame.fault.index, 5);
    assert_int_equal(mg_frame_status(t->ctx, &frame), MG_BAD_DATA);
}

static mg_status evaluate_some(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F64, &g));
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    const mg_shape shape = {2, {30, 40}};
    const mg_value x = mg_broadcast(g, mg_real(g, 2), &shape);
    const mg_value y = mg_sum(g, mg_exp(g, mg_swap(g, x)), -1, NULL, false);
    mg_tensor value;
    mg_status status = mg_graph_status(g);
    if (status == MG_OK)
        status = mg_evaluate_constant(g, y, &arena, &value);
    mg_arena_clear(&arena);
    mg_graph_destroy(g);
    return status;
}

static void memory_may_end_at_any_request(void **state)
{
    (void)state;
    assert_true(test_every_refusal(evaluate_some, NULL) > 3);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_are_computed_in_order),
        TEST(only_what_is_needed_is_fed),
        TEST(constants_depend_on_no_leaf_and_no_draw),
        TEST(a_fault_names_index_limit_and_line),
        TEST(a_fault_of_an_empty_axis_says_so),
        TEST(the_first_fault_is_kept),
        TEST(memory_may_end_at_any_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
