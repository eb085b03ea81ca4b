/* Operations with an index: gather, scatter_add, rows, one_hot; what an index
 * outside its axis does; and causal. */
#include "ops/gather.h"

#include "derive/batch.h"
#include "support/rules.h"
#include "support/values.h"
#include "test.h"

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

static mg_shape shape(int rank, int64_t a, int64_t b, int64_t c)
{
    return mg_shape_of(rank, (const int64_t[]){a, b, c});
}

static const double count[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void gather_takes_along_the_first_axis(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(2, 3, 2, 0), count);
    const mg_value i = test_integers(t, 4, (const int64_t[]){2, 0, 0, 1});
    test_check(t, mg_gather(g, x, i), 8,
               (const double[]){5, 6, 1, 2, 1, 2, 3, 4}, 0);
    const mg_value square = mg_reshape(g, i, &(mg_shape){2, {2, 2}});
    test_check_type(t, mg_gather(g, x, square), MG_F64, shape(3, 2, 2, 2));
    test_check(t, mg_gather(g, x, mg_integer(g, 1)), 2, (const double[]){3, 4},
               0);
    test_check_type(t, mg_gather(g, x, mg_integer(g, 1)), MG_F64,
                    shape(1, 2, 0, 0));
    const mg_value line = test_reals(t, 3, count);
    test_check(t, mg_gather(g, line, i), 4, (const double[]){3, 1, 1, 2}, 0);
    const mg_value swapped = mg_swap(g, x);
    test_check(t, mg_gather(g, swapped, mg_integer(g, 1)), 3,
               (const double[]){2, 4, 6}, 0);
    const mg_value none = test_integers(t, 0, NULL);
    test_check_type(t, mg_gather(g, x, none), MG_F64, shape(2, 0, 2, 0));
}

static void scatter_add_sums_what_meets(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(2, 3, 2, 0), count);
    const mg_value i = test_integers(t, 3, (const int64_t[]){1, 3, 1});
    test_check(t, mg_scatter_add(g, x, i, 4), 8,
               (const double[]){0, 0, 6, 8, 0, 0, 3, 4}, 0);
    const mg_value number = mg_real(g, 7);
    test_check(t, mg_scatter_add(g, number, mg_integer(g, 1), 2), 2,
               (const double[]){0, 7}, 0);
    const mg_value none = test_integers(t, 0, NULL);
    const mg_value nothing = test_table(t, shape(2, 0, 2, 0), NULL);
    test_check(t, mg_scatter_add(g, nothing, none, 1), 2,
               (const double[]){0, 0}, 0);
}

static void common_axes_keep_their_own_data(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(2, 2, 3, 0), count);
    const int64_t index[] = {2, 0, 0, 1};
    const mg_value i = mg_constant(g, MG_I64, shape(2, 2, 2, 0), index);
    test_check(t, mg_gather_common(g, x, i, 1), 4, (const double[]){3, 1, 4, 5},
               0);
    const mg_value dy = test_table(t, shape(2, 2, 2, 0), count);
    test_check(t, mg_scatter_add_common(g, dy, i, 3, 1), 6,
               (const double[]){2, 0, 1, 3, 4, 0}, 0);
    test_check_failure(t, mg_gather_common(g, x, i, 2),
                       "gather: [2, 3] and its index [2, 2] do not share 2 "
                       "axes");
}

static void rows_convert_the_element_type(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const uint8_t grey[] = {0, 255, 7, 8};
    const mg_value data = mg_constant(g, MG_U8, shape(2, 2, 2, 0), grey);
    const mg_value i = test_integers(t, 3, (const int64_t[]){1, 0, 1});
    const mg_value y = mg_rows(g, data, i, MG_F32);
    test_check_type(t, y, MG_F32, shape(2, 3, 2, 0));
    test_check(t, y, 6, (const double[]){7, 8, 0, 255, 7, 8}, 0);
    test_check_type(t, mg_rows(g, data, mg_integer(g, 0), MG_I64), MG_I64,
                    shape(1, 2, 0, 0));
    test_check_failure(t, mg_rows(g, data, i, (mg_dtype)17),
                       "rows: no element type 17");
}

static void one_hot_marks_the_index(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value i = test_integers(t, 2, (const int64_t[]){2, 0});
    test_check(t, mg_one_hot(g, i, 3), 6, (const double[]){0, 0, 1, 1, 0, 0},
               0);
    test_check_type(t, mg_one_hot(g, mg_integer(g, 1), 3), MG_F64,
                    shape(1, 3, 0, 0));
    test_check_failure(t, mg_one_hot(g, i, -1),
                       "shape: [2, -1] has a negative size");
}

static void causal_sees_what_is_not_behind(void **state)
{
    test_graph *const t = *state;
    test_check(t, mg_causal(t->g, 3), 9,
               (const double[]){1, 0, 0, 1, 1, 0, 1, 1, 1}, 0);
    test_check_type(t, mg_causal(t->g, 3), MG_BOOL, shape(2, 3, 3, 0));
    test_check(t, mg_causal(t->g, 0), 0, NULL, 0);
    assert_int_equal(mg_causal(t->g, -1).id, 0);
    mg_graph_forgive(t->g);
    assert_int_equal(mg_causal(t->g, INT64_C(1) << 40).id, 0);
}

static void an_index_is_made_of_integers(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 3, count);
    const mg_value i = test_integers(t, 2, (const int64_t[]){0, 1});
    test_check_failure(
        t, mg_gather(g, x, x),
        "gather: an index is made of integers, not real numbers");
    test_check_failure(
        t, mg_one_hot(g, mg_less(g, x, x), 2),
        "one_hot: an index is made of integers, not truth values");
    test_check_failure(t, mg_gather(g, mg_real(g, 1), i),
                       "gather: a number has no elements to choose from");
    test_check_failure(t, mg_scatter_add(g, x, i, 3),
                       "scatter_add: [3] does not begin with the shape [2] of "
                       "its index");
    const mg_value wide =
        mg_broadcast(g, x, &(mg_shape){6, {1, 1, 1, 1, 1, 3}});
    const mg_value deep = mg_reshape(g, i, &(mg_shape){4, {2, 1, 1, 1}});
    test_check_failure(t, mg_gather(g, wide, deep),
                       "gather: [1, 1, 1, 1, 1, 3] by an index [2, 1, 1, 1] "
                       "has more than 8 axes");
}

/* ---- Faults ---- */

static mg_status no_feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    (void)leaf;
    (void)out;
    return mg_fail(data, MG_BAD_ARGUMENT, "no leaf is fed");
}

/* Evaluates all of the graph, which must end with that fault. */
static void expect_fault(test_graph *t, mg_value v, int64_t index,
                         int64_t limit)
{
    if (mg_graph_status(t->g) != MG_OK)
        fail_msg("%s", mg_message(t->ctx));
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    assert_int_equal(
        mg_evaluate(t->g, &t->arena, &frame, no_feed, t->ctx, NULL, &value),
        MG_BAD_DATA);
    assert_non_null(frame.fault.node);
    assert_int_equal(frame.fault.node->self.id, v.id);
    assert_int_equal(frame.fault.index, index);
    assert_int_equal(frame.fault.limit, limit);
}

static void gather_faults_on_an_index_outside(void **state)
{
    test_graph *const t = *state;
    const mg_value i = test_integers(t, 3, (const int64_t[]){1, 3, -1});
    expect_fault(t, mg_gather(t->g, test_reals(t, 3, count), i), 3, 3);
}

static void gather_faults_on_a_negative_index(void **state)
{
    test_graph *const t = *state;
    const mg_value i = test_integers(t, 1, (const int64_t[]){INT64_MIN});
    expect_fault(t, mg_gather(t->g, test_reals(t, 3, count), i), INT64_MIN, 3);
}

static void gather_of_nothing_faults(void **state)
{
    test_graph *const t = *state;
    const mg_value none = test_table(t, shape(2, 0, 2, 0), NULL);
    expect_fault(t, mg_gather(t->g, none, mg_integer(t->g, 0)), 0, 0);
}

static void scatter_add_faults_on_an_index_outside(void **state)
{
    test_graph *const t = *state;
    const mg_value i = test_integers(t, 3, (const int64_t[]){1, 1, 4});
    expect_fault(t, mg_scatter_add(t->g, test_reals(t, 3, count), i, 4), 4, 4);
}

static void scatter_add_into_nothing_faults(void **state)
{
    test_graph *const t = *state;
    const mg_value i = test_integers(t, 1, (const int64_t[]){0});
    expect_fault(t, mg_scatter_add(t->g, test_reals(t, 1, count), i, 0), 0, 0);
}

static void rows_fault_on_an_index_outside(void **state)
{
    test_graph *const t = *state;
    const mg_value i = test_integers(t, 1, (const int64_t[]){INT64_MAX});
    const mg_value x = test_reals(t, 3, count);
    expect_fault(t, mg_rows(t->g, x, i, MG_F32), INT64_MAX, 3);
}

static void one_hot_faults_on_an_index_outside(void **state)
{
    test_graph *const t = *state;
    const mg_value i = test_integers(t, 2, (const int64_t[]){0, 3});
    expect_fault(t, mg_one_hot(t->g, i, 3), 3, 3);
}

/* In a batch whose data are each example's own, an index that leaves its
 * example must not read the next one. */
static void an_index_never_reaches_the_next_example(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const int64_t index[] = {0, 3};
    const mg_value x = mg_input(g, "x", MG_F64, shape(1, 3, 0, 0));
    const mg_value i = mg_constant(g, MG_I64, shape(1, 2, 0, 0), index);
    const mg_root root = {.name = "y", .value = mg_gather(g, x, i)};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(g, 1, &root, NULL, 2, &batch), MG_OK);
    const mg_node *const y =
        mg_graph_node(batch, mg_graph_root(batch, 0)->value);
    assert_ptr_equal(y->op, &mg_op_gather);
    assert_int_equal(y->attr[0], 1);
    const int64_t indices[] = {0, 3, 0, 3};
    double picked[4] = {0};
    const mg_tensor operands[] = {
        mg_tensor_dense((mg_type){MG_F64, shape(2, 2, 3, 0)}, (void *)count),
        mg_tensor_dense((mg_type){MG_I64, shape(2, 2, 2, 0)}, (void *)indices),
    };
    const mg_tensor result = mg_tensor_dense(y->type, picked);
    mg_frame frame = {0};
    mg_evaluate_node(&frame, y, operands, &result);
    assert_ptr_equal(frame.fault.node, y);
    assert_int_equal(frame.fault.index, 3);
    assert_int_equal(frame.fault.limit, 3);
    assert_true(test_close(picked[1], 1, 0)); /* element 0 of its example */
    mg_graph_destroy(batch);
}

static void a_shared_table_is_read_by_the_whole_batch(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value table = mg_variable(g, "E", MG_F64, shape(2, 5, 2, 0));
    const mg_value i = mg_input(g, "i", MG_I64, shape(1, 4, 0, 0));
    const mg_root root = {.name = "y", .value = mg_gather(g, table, i)};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(g, 1, &root, NULL, 3, &batch), MG_OK);
    const mg_node *const y =
        mg_graph_node(batch, mg_graph_root(batch, 0)->value);
    assert_ptr_equal(y->op, &mg_op_gather);
    assert_int_equal(y->attr[0], 0);
    assert_ptr_equal(mg_graph_node(batch, y->input[0])->op, &mg_op_variable);
    assert_ptr_equal(mg_graph_node(batch, y->input[1])->op, &mg_op_input);
    mg_graph_destroy(batch);
}

/* ---- Derivatives and batches ---- */

static mg_value take(mg_graph *g, const mg_value x[])
{
    return mg_gather(g, x[0], x[1]);
}

static mg_value take_common(mg_graph *g, const mg_value x[])
{
    return mg_gather_common(g, x[0], x[1], 1);
}

static mg_value add_up(mg_graph *g, const mg_value x[])
{
    return mg_scatter_add(g, x[0], x[1], 3);
}

static mg_value add_up_common(mg_graph *g, const mg_value x[])
{
    return mg_scatter_add_common(g, x[0], x[1], 3, 1);
}

static mg_value mark(mg_graph *g, const mg_value x[])
{
    return mg_mul(g, x[0], mg_one_hot(g, x[1], 3));
}

static mg_value take_rows(mg_graph *g, const mg_value x[])
{
    const double table[] = {1, 2, 3, 4, 5, 6};
    const mg_value data = mg_constant(g, MG_F64, (mg_shape){2, {3, 2}}, table);
    return mg_mul(g, x[0], mg_rows(g, data, x[1], MG_F64));
}

static void derivatives_and_batches_hold(void **state)
{
    (void)state;
    const struct {
        test_build *build;
        test_operands operands;
    } cases[] = {
        {take, {2, {{2, {3, 2}, 0}, {1, {4}, 3}}}},
        {take, {2, {{1, {3}, 0}, {2, {2, 2}, 3}}}},
        {take, {2, {{3, {3, 1, 2}, 0}, {0, {0}, 3}}}},
        {take, {2, {{2, {3, 2}, 0}, {1, {0}, 3}}}},
        {take, {2, {{2, {3, 0}, 0}, {1, {2}, 3}}}},
        {take_common, {2, {{3, {2, 3, 2}, 0}, {2, {2, 4}, 3}}}},
        {take_common, {2, {{2, {2, 3}, 0}, {1, {2}, 3}}}},
        {add_up, {2, {{2, {4, 2}, 0}, {1, {4}, 3}}}},
        {add_up, {2, {{0, {0}, 0}, {0, {0}, 3}}}},
        {add_up, {2, {{1, {0}, 0}, {1, {0}, 3}}}},
        {add_up_common, {2, {{3, {2, 4, 2}, 0}, {2, {2, 4}, 3}}}},
        {mark, {2, {{2, {2, 3}, 0}, {1, {2}, 3}}}},
        {take_rows, {2, {{2, {4, 2}, 0}, {1, {4}, 3}}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_rules(cases[i].build, cases[i].operands);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gather_takes_along_the_first_axis),
        TEST(scatter_add_sums_what_meets),
        TEST(common_axes_keep_their_own_data),
        TEST(rows_convert_the_element_type),
        TEST(one_hot_marks_the_index),
        TEST(causal_sees_what_is_not_behind),
        TEST(an_index_is_made_of_integers),
        TEST(gather_faults_on_an_index_outside),
        TEST(gather_faults_on_a_negative_index),
        TEST(gather_of_nothing_faults),
        TEST(scatter_add_faults_on_an_index_outside),
        TEST(scatter_add_into_nothing_faults),
        TEST(rows_fault_on_an_index_outside),
        TEST(one_hot_faults_on_an_index_outside),
        TEST(an_index_never_reaches_the_next_example),
        TEST(a_shared_table_is_read_by_the_whole_batch),
        TEST(derivatives_and_batches_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
