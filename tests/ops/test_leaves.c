/* What comes from outside, constants and names: types, names, batches. */
#include "derive/batch.h"
#include "derive/derive.h"
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

static mg_shape line(int64_t n)
{
    return mg_shape_of(1, &n);
}

static void leaves_have_their_name_and_type(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = mg_input(g, "x", MG_I64, line(3));
    const mg_value w = mg_variable(g, "h.dense.W", MG_F32, line(2));
    const mg_value s = mg_setting(g, "step", MG_I64);
    test_check_type(t, x, MG_I64, line(3));
    test_check_type(t, w, MG_F32, line(2));
    test_check_type(t, s, MG_I64, (mg_shape){0});
    assert_string_equal(mg_graph_node(g, w)->name, "h.dense.W");
    test_check_failure(t, mg_input(g, "", MG_F64, line(3)),
                       "input: has no name");
    test_check_failure(t, mg_variable(g, NULL, MG_F64, line(3)),
                       "variable: has no name");
    test_check_failure(t, mg_input(g, "y", MG_F64, line(-3)),
                       "shape: [-3] has a negative size");
    test_check_failure(t, mg_name(g, x, ""), "name: the name is empty");
}

static void shapes_of_constants_are_checked_before_their_data(void **state)
{
    test_graph *const t = *state;
    const char *const message =
        "constant: its shape has a negative size, too many axes or too many "
        "elements";
    const double data[] = {1};
    test_check_failure(t, mg_constant(t->g, MG_F64, line(-1), data), message);
    const mg_shape large = {2, {INT64_MAX, INT64_MAX}}, deep = {.rank = 9};
    test_check_failure(t, mg_constant(t->g, MG_F64, large, data), message);
    test_check_failure(t, mg_constant(t->g, MG_F64, deep, data), message);
}

static void only_inputs_get_a_batch_axis(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value leaves[] = {
        mg_input(g, "x", MG_I64, line(3)),
        mg_variable(g, "w", MG_F64, line(3)),
        mg_setting(g, "step", MG_F64),
        mg_real(g, 2),
    };
    mg_root roots[4];
    for (int i = 0; i < 4; i++)
        roots[i] = (mg_root){.name = "r", .value = leaves[i]};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(g, 4, roots, NULL, 5, &batch), MG_OK);
    for (int i = 0; i < 4; i++) {
        const mg_node *const before = mg_graph_node(g, leaves[i]);
        const mg_node *const after =
            mg_graph_node(batch, mg_graph_root(batch, (size_t)i)->value);
        assert_ptr_equal(after->op, before->op);
        assert_int_equal(after->type.dtype, before->type.dtype);
        assert_int_equal(after->type.shape.rank,
                         before->type.shape.rank + (i == 0));
        if (before->name)
            assert_string_equal(after->name, before->name);
    }
    assert_int_equal(
        mg_value_shape(batch, mg_graph_root(batch, 0)->value).dim[0], 5);
    mg_graph_destroy(batch);
}

static void an_input_of_eight_axes_has_no_batch(void **state)
{
    test_graph *const t = *state;
    const mg_shape most = {8, {1, 1, 1, 1, 1, 1, 1, 1}};
    const mg_root root = {.name = "x",
                          .value = mg_input(t->g, "x", MG_F64, most)};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(t->g, 1, &root, NULL, 5, &batch), MG_BAD_SHAPE);
    assert_string_equal(mg_message(t->ctx),
                        "input: a batch of [1, 1, 1, 1, 1, 1, 1, 1] has more "
                        "than 8 axes");
}

/* f = a + 3 b with a and b two names of one value: each has its own share. */
static void two_names_keep_their_own_gradients(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double data[] = {5};
    const mg_value x = test_reals(t, 1, data);
    const mg_value a = mg_name(g, x, "a"), b = mg_name(g, x, "b");
    const mg_value y = mg_add(g, a, mg_mul(g, mg_real(g, 3), b));
    test_check(t, test_slope(t, y, a), 1, (const double[]){1}, 0);
    test_check(t, test_slope(t, y, b), 1, (const double[]){3}, 0);
    test_check(t, test_slope(t, y, x), 1, (const double[]){4}, 0);
}

static void a_name_stays_with_its_batch(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = mg_input(g, "x", MG_F64, line(3));
    const mg_root root = {.name = "h", .value = mg_name(g, x, "h")};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(g, 1, &root, NULL, 2, &batch), MG_OK);
    const mg_node *const h =
        mg_graph_node(batch, mg_graph_root(batch, 0)->value);
    assert_ptr_equal(h->op, &mg_op_name);
    assert_string_equal(h->name, "h");
    mg_graph_destroy(batch);
}

/* What every entry of the catalogue must say for pages and tests. */
static void every_operation_documents_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < mg_op_count; i++) {
        const mg_op *const op = mg_ops[i];
        const bool leaf = op->kind == MG_LEAF;
        if (!op->doc || !op->formula || !op->examples || !op->type)
            fail_msg("%s lacks doc, formula, examples or type", op->name);
        if (op->derives) /* derive/ puts formulas in its place */
            continue;
        if (!op->vjp == !op->no_gradient)
            fail_msg("%s must have a vjp or a reason for none", op->name);
        if (op->vjp && !op->rule[0])
            fail_msg("%s has no rule in words", op->name);
        if (!leaf && !op->scalar == !op->reference)
            fail_msg("%s must have one reference", op->name);
        if (!op->batch && op->n_inputs != 0)
            fail_msg("%s has no batch rule", op->name);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(leaves_have_their_name_and_type),
        TEST(shapes_of_constants_are_checked_before_their_data),
        TEST(only_inputs_get_a_batch_axis),
        TEST(an_input_of_eight_axes_has_no_batch),
        TEST(two_names_keep_their_own_gradients),
        TEST(a_name_stays_with_its_batch),
        TEST(every_operation_documents_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
