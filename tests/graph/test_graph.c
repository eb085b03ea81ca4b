/* The node store: equal nodes are one, operands are converted as formulas
 * convert them, the first failure sticks, and memory may end anywhere. */
#include "graph/evaluate.h"
#include "support/memory.h"
#include "support/values.h"
#include "test.h"

#include <stdio.h>
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

static mg_value input(mg_graph *g, const char *name, int64_t n)
{
    return mg_input(g, name, MG_F64, line(n));
}

/* ---- Interning ---- */

static void equal_nodes_are_one(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = input(g, "x", 3), y = input(g, "y", 3);
    const int64_t axis[] = {0};
    const double data[] = {1, 2, 3};
    assert_int_equal(input(g, "x", 3).id, x.id);
    assert_int_equal(mg_add(g, x, y).id, mg_add(g, x, y).id);
    assert_int_equal(mg_sum(g, x, 1, axis, false).id,
                     mg_sum(g, x, -1, NULL, false).id);
    assert_int_equal(mg_real(g, 2).id, mg_real(g, 2).id);
    assert_int_equal(mg_constant(g, MG_F64, line(3), data).id,
                     mg_constant(g, MG_F64, line(3), data).id);
    const uint32_t size = mg_graph_size(g);
    mg_exp(g, mg_add(g, x, y));
    mg_exp(g, mg_add(g, x, y));
    assert_int_equal(mg_graph_size(g), size + 1);
}

static void nodes_that_differ_stay_apart(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = input(g, "x", 3), y = input(g, "y", 3);
    const double data[] = {1, 2, 3}, other[] = {1, 2, 4};
    assert_int_not_equal(x.id, y.id);
    assert_int_not_equal(mg_variable(g, "x", MG_F64, line(3)).id, x.id);
    assert_int_not_equal(input(g, "x", 4).id, x.id);
    assert_int_not_equal(mg_input(g, "x", MG_F32, line(3)).id, x.id);
    assert_int_not_equal(mg_sub(g, x, y).id, mg_sub(g, y, x).id);
    assert_int_not_equal(mg_sum(g, x, -1, NULL, false).id,
                         mg_sum(g, x, -1, NULL, true).id);
    assert_int_not_equal(mg_real(g, 0.0).id, mg_real(g, -0.0).id);
    assert_int_not_equal(mg_constant(g, MG_F64, line(3), data).id,
                         mg_constant(g, MG_F64, line(3), other).id);
    assert_int_not_equal(mg_cast(g, x, MG_F32).id, mg_cast(g, x, MG_I64).id);
}

static void names_and_random_calls_are_never_merged(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = input(g, "x", 3);
    const mg_shape of = line(3);
    const mg_value a = mg_name(g, x, "a"), b = mg_name(g, x, "b");
    assert_int_not_equal(a.id, b.id);
    assert_int_not_equal(a.id, x.id);
    assert_int_not_equal(mg_exp(g, a).id, mg_exp(g, b).id);
    assert_int_not_equal(mg_random(g, 0, &of).id, mg_random(g, 1, &of).id);
    assert_int_not_equal(mg_random(g, 0, &of).id, mg_normal(g, 0, &of).id);
    /* Many, so that slots of the table collide. */
    const uint32_t size = mg_graph_size(g);
    for (int i = 0; i < 1000; i++) {
        char name[20];
        snprintf(name, sizeof name, "n%d", i);
        mg_name(g, x, name);
        mg_random(g, 10 + i, &of);
    }
    assert_int_equal(mg_graph_size(g), size + 2000);
}

static void thousands_of_nodes_are_found_again(void **state)
{
    test_graph *const t = *state;
    enum { COUNT = 5000 };
    uint32_t id[COUNT];
    for (int64_t i = 0; i < COUNT; i++)
        id[i] = mg_integer(t->g, i).id;
    assert_int_equal(mg_graph_size(t->g), COUNT);
    for (int64_t i = 0; i < COUNT; i++)
        assert_int_equal(mg_integer(t->g, i).id, id[i]);
    assert_int_equal(mg_graph_size(t->g), COUNT);
}

static void what_a_node_needs_is_copied(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    double data[] = {1, 2};
    char name[] = "first";
    int64_t axes[] = {0};
    const mg_value c = mg_constant(g, MG_F64, line(2), data);
    const mg_value x = input(g, name, 2);
    const mg_value y = mg_sum(g, x, 1, axes, false);
    memset(data, 0, sizeof data);
    memset(name, 'z', sizeof name - 1);
    axes[0] = 7;
    test_check(t, c, 2, (const double[]){1, 2}, 0);
    assert_string_equal(mg_graph_node(g, x)->name, "first");
    assert_int_equal(mg_graph_node(g, y)->attr[1], 0);
}

static void copies_into_another_graph_keep_everything(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    mg_graph *other = NULL;
    assert_int_equal(mg_graph_create(t->ctx, MG_F64, &other), MG_OK);
    mg_graph_set_place(g, (mg_place){4, 13, "sum(x)"});
    const mg_value x = input(g, "x", 2);
    const mg_value y = mg_sum(g, x, -1, NULL, true);
    const mg_value c = mg_real(g, 2.5);
    const mg_value ox = mg_copy_node(other, mg_graph_node(g, x), NULL);
    const mg_value oy = mg_copy_node(other, mg_graph_node(g, y), &ox);
    const mg_value oc = mg_copy_node(other, mg_graph_node(g, c), NULL);
    const mg_node *const copy = mg_graph_node(other, oy);
    assert_ptr_equal(copy->op, &mg_op_sum);
    assert_int_equal(copy->attr[0], 1);
    assert_int_equal(copy->place.line, 4);
    assert_int_equal(copy->place.column, 13);
    assert_string_equal(copy->place.formula, "sum(x)");
    assert_string_equal(mg_graph_node(other, ox)->name, "x");
    assert_true(
        test_close(mg_tensor_get(mg_graph_node(other, oc)->data, 0), 2.5, 0));
    assert_int_equal(mg_graph_place(other).line, 0);
    mg_graph_destroy(other);
}

/* ---- Conversion ---- */

static void operands_are_converted_as_formulas_convert_them(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_shape number = {0};
    const mg_value real = mg_real(g, 0.5), integer = mg_integer(g, 3);
    const mg_value truth = mg_less(g, integer, integer);
    test_check_type(t, mg_add(g, integer, integer), MG_I64, number);
    test_check_type(t, mg_add(g, integer, real), MG_F64, number);
    test_check_type(t, mg_add(g, truth, truth), MG_I64, number);
    test_check_type(t, mg_add(g, truth, real), MG_F64, number);
    test_check_type(t, mg_div(g, integer, integer), MG_F64, number);
    test_check_type(t, mg_exp(g, truth), MG_F64, number);
    test_check_type(t, mg_equal(g, truth, truth), MG_BOOL, number);
    test_check_type(t, mg_where(g, truth, integer, real), MG_F64, number);
    test_check(t, mg_add(g, integer, real), 1, (const double[]){3.5}, 0);
    const mg_node *const sum = mg_graph_node(g, mg_add(g, integer, real));
    assert_ptr_equal(mg_graph_node(g, sum->input[0])->op, &mg_op_cast);
    assert_int_equal(sum->input[1].id, real.id);
    test_check_failure(t, mg_logical_and(g, truth, integer),
                       "logical_and: wants truth values, not integers");
}

static void stored_integers_keep_their_type_among_themselves(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const uint8_t bytes[] = {1, 2};
    const int32_t words[] = {3, 4};
    const mg_value b = mg_constant(g, MG_U8, line(2), bytes);
    const mg_value w = mg_constant(g, MG_I32, line(2), words);
    test_check_type(t, mg_add(g, w, w), MG_I32, line(2));
    test_check_type(t, mg_add(g, b, w), MG_I64, line(2));
    test_check_type(t, mg_mul(g, b, mg_real(g, 1)), MG_F64, line(2));
}

static void reals_of_a_small_graph_are_f32(void **state)
{
    test_graph *const t = *state;
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(t->ctx, MG_F32, &g), MG_OK);
    const mg_value x = mg_integer(g, 1);
    assert_int_equal(mg_value_type(g, mg_exp(g, x)).dtype, MG_F32);
    assert_int_equal(mg_value_type(g, mg_real(g, 1)).dtype, MG_F32);
    assert_int_equal(mg_graph_real(g), MG_F32);
    mg_graph_destroy(g);
}

/* ---- Failures ---- */

static void the_first_failure_sticks(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = input(g, "a", 2), b = input(g, "b", 3);
    const uint32_t size = mg_graph_size(g);
    const mg_value bad = mg_add(g, a, b);
    const mg_value more =
        mg_exp(g, mg_matmul(g, bad, mg_reshape_like(g, a, b)));
    assert_int_equal(bad.id, 0);
    assert_int_equal(more.id, 0);
    assert_int_equal(mg_sum(g, a, -1, NULL, false).id, 0);
    mg_graph_add_root(g, "y", a);
    assert_int_equal(mg_graph_root_count(g), 0);
    assert_int_equal(mg_graph_size(g), size);
    assert_int_equal(mg_graph_status(g), MG_BAD_SHAPE);
    assert_string_equal(mg_message(t->ctx),
                        "add: shapes [2] and [3] do not broadcast");
    mg_graph_forgive(g);
    assert_int_not_equal(mg_exp(g, a).id, 0);
}

static void foreign_and_failed_operands_are_refused(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = input(g, "a", 2);
    test_check_failure(t, mg_exp(g, (mg_value){0}),
                       "exp: operand 1 is no value of this graph");
    test_check_failure(t, mg_add(g, a, (mg_value){a.id + 1}),
                       "add: operand 2 is no value of this graph");
    const mg_value two[] = {a, a};
    test_check_failure(t, mg_apply(g, &mg_op_exp, 2, two, NULL),
                       "exp: wants 1 values, not 2");
}

static void forms_that_no_builder_makes_are_refused(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = input(g, "a", 2);
    const int64_t attr[] = {0, 1000000};
    const mg_extra stray = {.n_attrs = 1, .attr = attr};
    const mg_extra far = {.n_attrs = 2, .attr = attr};
    test_check_failure(t, mg_apply(g, &mg_op_exp, 1, &a, &stray),
                       "exp: takes no attributes");
    test_check_failure(t, mg_apply(g, &mg_op_sum, 1, &a, &far),
                       "sum: reduces axes that are not ascending");
    test_check_failure(t, mg_apply(g, &mg_op_sum, 1, &a, NULL),
                       "sum: lacks its attributes");
    test_check_failure(t, mg_apply(g, &mg_op_max, 1, &a, &far),
                       "max: reduces axes that are not ascending");
    test_check_failure(t, mg_apply(g, &mg_op_constant, 0, NULL, NULL),
                       "constant: constants have data, other operations have "
                       "not");
}

static mg_status no_feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    (void)leaf;
    (void)out;
    return mg_fail(data, MG_BAD_ARGUMENT, "no leaf is fed");
}

/* Every node is evaluated, and every real one derived by x. */
static void use_all_nodes(test_graph *t, mg_value x)
{
    mg_graph *const g = t->g;
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    const uint32_t size = mg_graph_size(g);
    const mg_status status =
        mg_evaluate(g, &t->arena, &frame, no_feed, t->ctx, NULL, &value);
    assert_true(status == MG_OK || status == MG_BAD_DATA);
    for (uint32_t id = 1; id <= size; id++)
        if (mg_dtype_is_real(mg_value_type(g, (mg_value){id}).dtype))
            test_slope(t, (mg_value){id}, x);
    assert_int_equal(mg_graph_verify(g), MG_OK);
}

/* Every op with every small number of inputs and attributes: refused or
 * built, never a crash; and what was built works. */
static void ops_bear_any_attributes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double data[] = {1, 2, 3, 4};
    const int64_t index[] = {0, 1};
    const mg_value operand[] = {
        test_table(t, (mg_shape){2, {2, 2}}, data),
        test_integers(t, 2, index),
        test_table(t, (mg_shape){2, {2, 2}}, data),
    };
    const int64_t values[] = {0, 1, 2, -1, INT64_MAX, INT64_MIN};
    size_t built = 0;
    for (size_t o = 0; o < mg_op_count; o++)
        for (int n = 0; n <= 3 && !mg_ops[o]->derives; n++)
            for (int k = 0; k <= 9; k++)
                for (size_t v = 0; v < 6 * 6; v++) {
                    int64_t attr[9];
                    for (int i = 0; i < 9; i++)
                        attr[i] = values[(i % 2 ? v / 6 : v) % 6];
                    const mg_extra extra = {.n_attrs = k, .attr = attr};
                    built += mg_apply(g, mg_ops[o], n, operand, &extra).id != 0;
                    mg_graph_forgive(g);
                }
    assert_true(built > 100);
    assert_int_equal(mg_graph_verify(g), MG_OK);
    use_all_nodes(t, operand[0]);
}

static void roots_and_updates_are_kept_in_order(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value w = mg_variable(g, "w", MG_F64, line(2));
    const mg_value y = mg_exp(g, w);
    mg_graph_add_root(g, "y", y);
    mg_graph_add_update(g, "w", w, y);
    assert_int_equal(mg_graph_root_count(g), 2);
    assert_string_equal(mg_graph_root(g, 0)->name, "y");
    assert_int_equal(mg_graph_root(g, 0)->variable.id, 0);
    assert_int_equal(mg_graph_find_root(g, "w")->variable.id, w.id);
    assert_int_equal(mg_graph_find_root(g, "w")->value.id, y.id);
    assert_null(mg_graph_find_root(g, "z"));
    mg_graph_add_root(g, "z", (mg_value){0});
    test_check_failure(t, (mg_value){0}, "root z: no value of this graph");
    mg_graph_add_update(g, "z", (mg_value){0}, y);
    test_check_failure(t, (mg_value){0}, "update z: no variable");
}

/* ---- Memory ---- */

static mg_status build_some(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F64, &g));
    const mg_value x = input(g, "x", 2);
    mg_value many[12];
    for (int i = 0; i < 12; i++) {
        mg_graph_set_place(g, (mg_place){i + 1, 1, i % 2 ? "a" : "b"});
        many[i] = mg_add(g, x, mg_integer(g, i));
    }
    const mg_value all = mg_concat(g, 12, many, 0);
    mg_graph_add_root(g, "all", mg_name(g, all, "all"));
    for (int i = 0; i < 60; i++)
        mg_graph_add_root(g, "more", mg_integer(g, 100 + i));
    mg_graph *sub = NULL;
    mg_status status = mg_graph_status(g);
    if (status == MG_OK)
        status = mg_graph_create(ctx, MG_F64, &sub);
    if (status == MG_OK) {
        status = mg_graph_adopt(g, sub);
        if (status != MG_OK)
            mg_graph_destroy(sub);
    }
    if (status == MG_OK)
        status = mg_graph_verify(g);
    mg_graph_destroy(g);
    return status;
}

static void memory_may_end_at_any_request(void **state)
{
    (void)state;
    assert_true(test_every_refusal(build_some, NULL) > 10);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(equal_nodes_are_one),
        TEST(nodes_that_differ_stay_apart),
        TEST(names_and_random_calls_are_never_merged),
        TEST(thousands_of_nodes_are_found_again),
        TEST(what_a_node_needs_is_copied),
        TEST(copies_into_another_graph_keep_everything),
        TEST(operands_are_converted_as_formulas_convert_them),
        TEST(stored_integers_keep_their_type_among_themselves),
        TEST(reals_of_a_small_graph_are_f32),
        TEST(the_first_failure_sticks),
        TEST(foreign_and_failed_operands_are_refused),
        TEST(forms_that_no_builder_makes_are_refused),
        TEST(ops_bear_any_attributes),
        TEST(roots_and_updates_are_kept_in_order),
        TEST(memory_may_end_at_any_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
