/* The matrix product: all shapes of operands, its derivative against central
 * differences, and what its batch rule is for: one product a batch. */
#include "ops/matmul.h"

#include "derive/batch.h"
#include "derive/derive.h"
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

/* [[1, 2, 3], [4, 5, 6]] */
static const double count[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void matrices_and_vectors_multiply_as_on_paper(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_table(t, shape(2, 2, 3, 0), count);
    const mg_value b = test_table(t, shape(2, 3, 2, 0), count);
    const mg_value x = test_reals(t, 3, count);
    const mg_value y = test_reals(t, 2, count);
    test_check(t, mg_matmul(g, a, b), 4, (const double[]){22, 28, 49, 64}, 0);
    test_check(t, mg_matmul(g, a, x), 2, (const double[]){14, 32}, 0);
    test_check(t, mg_matmul(g, y, a), 3, (const double[]){9, 12, 15}, 0);
    test_check(t, mg_matmul(g, x, x), 1, (const double[]){14}, 0);
    test_check_type(t, mg_matmul(g, x, x), MG_F64, (mg_shape){0});
    test_check_type(t, mg_matmul(g, a, x), MG_F64, shape(1, 2, 0, 0));
    test_check_type(t, mg_matmul(g, y, a), MG_F64, shape(1, 3, 0, 0));
}

static void leading_axes_broadcast(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value stack = test_table(t, shape(3, 2, 2, 3), count);
    const mg_value b = test_table(t, shape(2, 3, 1, 0), count);
    const mg_value x = test_reals(t, 3, count);
    const double sums[] = {14, 32, 50, 68};
    test_check(t, mg_matmul(g, stack, b), 4, sums, 0);
    test_check_type(t, mg_matmul(g, stack, b), MG_F64, shape(3, 2, 2, 1));
    test_check(t, mg_matmul(g, stack, x), 4, sums, 0);
    test_check_type(t, mg_matmul(g, stack, x), MG_F64, shape(2, 2, 2, 0));
    const mg_value y = test_reals(t, 2, count);
    test_check(t, mg_matmul(g, y, stack), 6,
               (const double[]){9, 12, 15, 27, 30, 33}, 0);
    const mg_value one = test_table(t, shape(3, 1, 3, 2), count);
    const mg_value product = mg_matmul(g, stack, one);
    test_check(t, product, 8,
               (const double[]){22, 28, 49, 64, 76, 100, 103, 136}, 0);
}

static void flags_swap_the_last_two_axes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_table(t, shape(2, 2, 3, 0), count);
    const mg_value b = test_table(t, shape(2, 3, 2, 0), count);
    const double ab[] = {22, 28, 49, 64};
    test_check(t, mg_matmul_flags(g, mg_swap(g, a), b, true, false), 4, ab, 0);
    test_check(t, mg_matmul_flags(g, a, mg_swap(g, b), false, true), 4, ab, 0);
    test_check(t, mg_matmul_flags(g, mg_swap(g, a), mg_swap(g, b), true, true),
               4, ab, 0);
    const mg_value stack = test_table(t, shape(3, 2, 2, 3), count);
    const mg_value swapped = mg_swap(g, stack);
    test_check(t, mg_matmul_flags(g, swapped, b, true, false), 8,
               (const double[]){22, 28, 49, 64, 76, 100, 103, 136}, 0);
}

static void strided_operands_are_read_in_place(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_table(t, shape(2, 2, 3, 0), count);
    const int64_t both[] = {0, 1};
    const mg_value flipped = mg_flip(g, a, 2, both); /* 6 5 4, 3 2 1 */
    const mg_value rows =
        mg_broadcast(g, test_reals(t, 3, count), &(mg_shape){2, {2, 3}});
    test_check(t, mg_matmul(g, flipped, mg_swap(g, rows)), 4,
               (const double[]){28, 28, 10, 10}, 0);
    test_check(t, mg_matmul(g, mg_swap(g, flipped), rows), 9,
               (const double[]){9, 18, 27, 7, 14, 21, 5, 10, 15}, 0);
}

static void a_product_is_added_to_what_is_there(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_table(t, shape(2, 2, 3, 0), count);
    const mg_value b = test_table(t, shape(2, 3, 2, 0), count);
    const mg_value c = test_table(t, shape(2, 2, 2, 0), count);
    const mg_value half = mg_real(g, 0.5);
    test_check(t, mg_gemm(g, a, b, c, half, false, false, false), 4,
               (const double[]){12, 16, 27.5, 36}, 0);
    test_check(t, mg_gemm(g, a, b, c, half, false, false, true), 4,
               (const double[]){-10, -12, -21.5, -28}, 0);
    test_check(
        t, mg_gemm(g, mg_swap(g, a), mg_swap(g, b), c, half, true, true, false),
        4, (const double[]){12, 16, 27.5, 36}, 0);
    test_check_failure(t, mg_gemm(g, a, b, a, half, false, false, false),
                       "gemm: the product is [2, 2], what it is added to [2, "
                       "3]");
    test_check_failure(t, mg_gemm(g, a, b, c, a, false, false, false),
                       "gemm: the factor is [2, 3], no number");
}

static void nothing_sums_to_0_and_no_rows_stay_none(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value tall = test_table(t, shape(2, 2, 0, 0), NULL);
    const mg_value wide = test_table(t, shape(2, 0, 3, 0), NULL);
    const mg_value none = test_reals(t, 0, NULL);
    test_check(t, mg_matmul(g, tall, wide), 6,
               (const double[]){0, 0, 0, 0, 0, 0}, 0);
    test_check(t, mg_matmul(g, tall, none), 2, (const double[]){0, 0}, 0);
    test_check(t, mg_matmul(g, none, none), 1, (const double[]){0}, 0);
    test_check(t, mg_matmul(g, wide, mg_swap(g, wide)), 0, NULL, 0);
}

static void integers_multiply_exactly(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const int64_t odd = (INT64_C(1) << 53) + 1;
    const mg_value x = test_integers(t, 2, (const int64_t[]){odd, 1});
    const mg_value y = test_integers(t, 2, (const int64_t[]){1, 1 - odd});
    test_check_type(t, mg_matmul(g, x, y), MG_I64, (mg_shape){0});
    test_check(t, mg_matmul(g, x, y), 1, (const double[]){1}, 0);
    const mg_value half = test_reals(t, 2, (const double[]){0.5, 1});
    const mg_value two = test_integers(t, 2, (const int64_t[]){2, 3});
    test_check(t, mg_matmul(g, two, half), 1, (const double[]){4}, 0);
    const mg_value p = mg_less(g, two, mg_integer(g, 3));
    test_check_type(t, mg_matmul(g, p, p), MG_I64, (mg_shape){0});
}

static void shapes_that_do_not_fit_are_named(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_table(t, shape(2, 2, 3, 0), count);
    const mg_value b = test_table(t, shape(2, 4, 3, 0), count);
    const mg_value number = test_table(t, (mg_shape){0}, count);
    const mg_value x = test_reals(t, 3, count);
    const mg_value three = test_table(t, shape(3, 3, 2, 2), count);
    const mg_value two = test_table(t, shape(3, 2, 2, 3), count);
    test_check_failure(t, mg_matmul(g, a, b),
                       "matmul: a has 3 columns, b has 4 rows: a is [2, 3], b "
                       "is [4, 3]");
    test_check_failure(t, mg_matmul(g, b, mg_matmul(g, a, x)),
                       "matmul: a has 3 columns, b has 2 rows: a is [4, 3], b "
                       "is [2]");
    test_check_failure(t, mg_matmul(g, number, x),
                       "matmul: a is [], b is [3]: a number has no rows and "
                       "columns, multiply it by *");
    test_check_failure(t, mg_matmul(g, three, two),
                       "matmul: the leading axes do not broadcast: a is [3, 2, "
                       "2], b is [2, 2, 3]");
    test_check_failure(t, mg_matmul_flags(g, x, mg_swap(g, a), true, false),
                       "matmul: a is [3], b is [3, 2]: a vector is not "
                       "transposed");
}

/* ---- Derivative and batch rule on every pair of ranks ---- */

static mg_value product(mg_graph *g, const mg_value x[])
{
    return mg_matmul(g, x[0], x[1]);
}

static mg_value product_left_flag(mg_graph *g, const mg_value x[])
{
    return mg_matmul_flags(g, x[0], x[1], true, false);
}

static mg_value product_right_flag(mg_graph *g, const mg_value x[])
{
    return mg_matmul_flags(g, x[0], x[1], false, true);
}

static mg_value product_both_flags(mg_graph *g, const mg_value x[])
{
    return mg_matmul_flags(g, x[0], x[1], true, true);
}

static void derivative_and_batch_hold_for_every_pair_of_ranks(void **state)
{
    (void)state;
    const test_operands cases[] = {
        {2, {{1, {3}, 0}, {1, {3}, 0}}},
        {2, {{2, {2, 3}, 0}, {1, {3}, 0}}},
        {2, {{1, {3}, 0}, {2, {3, 2}, 0}}},
        {2, {{2, {2, 3}, 0}, {2, {3, 2}, 0}}},
        {2, {{3, {2, 2, 3}, 0}, {1, {3}, 0}}},
        {2, {{1, {3}, 0}, {3, {2, 3, 2}, 0}}},
        {2, {{2, {2, 3}, 0}, {3, {2, 3, 1}, 0}}},
        {2, {{3, {2, 2, 3}, 0}, {2, {3, 2}, 0}}},
        {2, {{3, {2, 2, 3}, 0}, {3, {2, 3, 2}, 0}}},
        {2, {{3, {1, 2, 3}, 0}, {3, {2, 3, 2}, 0}}},
        {2, {{4, {2, 1, 1, 3}, 0}, {3, {2, 3, 2}, 0}}},
        {2, {{3, {2, 1, 3}, 0}, {4, {2, 1, 3, 1}, 0}}},
        {2, {{2, {1, 1}, 0}, {2, {1, 1}, 0}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_rules(product, cases[i]);
}

static void derivative_and_batch_hold_without_elements(void **state)
{
    (void)state;
    const test_operands cases[] = {
        {2, {{1, {0}, 0}, {1, {0}, 0}}},
        {2, {{2, {2, 0}, 0}, {1, {0}, 0}}},
        {2, {{2, {0, 3}, 0}, {1, {3}, 0}}},
        {2, {{1, {0}, 0}, {2, {0, 2}, 0}}},
        {2, {{2, {2, 0}, 0}, {2, {0, 2}, 0}}},
        {2, {{2, {2, 3}, 0}, {3, {0, 3, 2}, 0}}},
        {2, {{3, {2, 0, 3}, 0}, {2, {3, 2}, 0}}},
        {2, {{3, {1, 2, 0}, 0}, {3, {2, 0, 2}, 0}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_rules(product, cases[i]);
}

static void derivative_and_batch_hold_with_flags(void **state)
{
    (void)state;
    test_rules(product_left_flag,
               (test_operands){2, {{2, {3, 2}, 0}, {2, {3, 2}, 0}}});
    test_rules(product_left_flag,
               (test_operands){2, {{2, {3, 2}, 0}, {1, {3}, 0}}});
    test_rules(product_right_flag,
               (test_operands){2, {{1, {3}, 0}, {2, {2, 3}, 0}}});
    test_rules(product_right_flag,
               (test_operands){2, {{3, {2, 2, 3}, 0}, {2, {2, 3}, 0}}});
    test_rules(product_both_flags,
               (test_operands){2, {{2, {3, 2}, 0}, {3, {2, 2, 3}, 0}}});
    test_rules(product_both_flags,
               (test_operands){2, {{3, {2, 3, 1}, 0}, {3, {2, 2, 3}, 0}}});
}

/* ---- One product a batch ---- */

/* The batch of 5 of W x or x W for the given shapes, W shared, and the
 * gradient of its sum of squares by W; both must be single products of
 * matrices. */
static void expect_single_products(test_graph *t, bool shared_left, mg_shape w,
                                   mg_shape x)
{
    mg_graph *const g = t->g;
    const mg_value weight = mg_variable(g, "W", MG_F64, w);
    const mg_value input = mg_input(g, "x", MG_F64, x);
    const mg_root root = {.name = "y",
                          .value = shared_left ? mg_matmul(g, weight, input)
                                               : mg_matmul(g, input, weight)};
    mg_graph *batch = NULL;
    if (mg_batch(g, 1, &root, NULL, 5, &batch) != MG_OK)
        fail_msg("%s", mg_message(t->ctx));
    const mg_value y = mg_graph_root(batch, 0)->value;
    assert_int_equal(test_count_nodes(batch, y, &mg_op_matmul), 1);
    const mg_value loss = mg_sum(batch, y, -1, NULL, false);
    mg_value wrt = {0}, gradient = {0};
    for (uint32_t id = 1; id <= mg_graph_size(batch); id++) {
        const mg_node *const node = mg_graph_node(batch, (mg_value){id});
        if (node->op == &mg_op_variable)
            wrt = node->self;
    }
    assert_int_equal(mg_gradient(batch, loss, 1, &wrt, &gradient), MG_OK);
    assert_int_equal(test_count_nodes(batch, gradient, &mg_op_matmul), 1);
    assert_int_equal(test_count_nodes(batch, gradient, &mg_op_sum), 0);
    for (uint32_t id = 1; id <= mg_graph_size(batch); id++) {
        const mg_node *const node = mg_graph_node(batch, (mg_value){id});
        if (node->op != &mg_op_matmul)
            continue;
        for (int i = 0; i < 2; i++)
            assert_in_range(mg_value_shape(batch, node->input[i]).rank, 1, 2);
    }
    mg_graph_destroy(batch);
}

static void a_shared_matrix_meets_the_batch_in_one_product(void **state)
{
    test_graph *const t = *state;
    expect_single_products(t, true, shape(2, 4, 3, 0), shape(1, 3, 0, 0));
    expect_single_products(t, true, shape(2, 4, 3, 0), shape(2, 3, 2, 0));
    expect_single_products(t, true, shape(2, 4, 3, 0), shape(3, 2, 3, 2));
    expect_single_products(t, false, shape(2, 3, 4, 0), shape(1, 3, 0, 0));
    expect_single_products(t, false, shape(2, 3, 4, 0), shape(2, 2, 3, 0));
    expect_single_products(t, false, shape(2, 3, 4, 0), shape(3, 2, 2, 3));
    expect_single_products(t, true, shape(1, 3, 0, 0), shape(2, 3, 2, 0));
    expect_single_products(t, false, shape(1, 3, 0, 0), shape(2, 2, 3, 0));
}

static void a_matrix_times_the_batch_is_x_times_its_transpose(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value w = mg_variable(g, "W", MG_F64, shape(2, 4, 3, 0));
    const mg_value x = mg_input(g, "x", MG_F64, shape(1, 3, 0, 0));
    const mg_root root = {.name = "y", .value = mg_matmul(g, w, x)};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(g, 1, &root, NULL, 5, &batch), MG_OK);
    const mg_node *const y =
        mg_graph_node(batch, mg_graph_root(batch, 0)->value);
    assert_ptr_equal(y->op, &mg_op_matmul);
    assert_ptr_equal(mg_graph_node(batch, y->input[0])->op, &mg_op_input);
    assert_ptr_equal(mg_graph_node(batch, y->input[1])->op, &mg_op_transpose);
    mg_graph_destroy(batch);
}

static void a_batch_with_too_many_axes_is_refused(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_shape most = {8, {1, 1, 1, 1, 1, 1, 1, 1}};
    const mg_shape seven = {7, {1, 1, 1, 1, 1, 1, 1}};
    const mg_value w = mg_variable(g, "W", MG_F64, most);
    const mg_value x = mg_input(g, "x", MG_F64, seven);
    const mg_root root = {.name = "y", .value = mg_matmul(g, w, x)};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(g, 1, &root, NULL, 5, &batch), MG_BAD_SHAPE);
    assert_string_equal(mg_message(t->ctx),
                        "matmul: a batch of [1, 1, 1, 1, 1, 1, 1, 1] has more "
                        "than 8 axes");
    assert_null(batch);
}

static void its_operations_are_two_a_term(void **state)
{
    test_graph *const t = *state;
    const mg_value a = test_table(t, shape(3, 2, 2, 3), count);
    const mg_value b = test_table(t, shape(2, 3, 4, 0), count);
    const mg_value y = mg_matmul(t->g, a, b);
    const double flops = mg_op_matmul.flops(t->g, mg_graph_node(t->g, y));
    assert_true(test_close(flops, 2.0 * 2 * 2 * 3 * 4, 0));
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)
    const struct CMUnitTest tests[] = {
        TEST(matrices_and_vectors_multiply_as_on_paper),
        TEST(leading_axes_broadcast),
        TEST(flags_swap_the_last_two_axes),
        TEST(strided_operands_are_read_in_place),
        TEST(a_product_is_added_to_what_is_there),
        TEST(nothing_sums_to_0_and_no_rows_stay_none),
        TEST(integers_multiply_exactly),
        TEST(shapes_that_do_not_fit_are_named),
        TEST(derivative_and_batch_hold_for_every_pair_of_ranks),
        TEST(derivative_and_batch_hold_without_elements),
        TEST(derivative_and_batch_hold_with_flags),
        TEST(a_shared_matrix_meets_the_batch_in_one_product),
        TEST(a_matrix_times_the_batch_is_x_times_its_transpose),
        TEST(a_batch_with_too_many_axes_is_refused),
        TEST(its_operations_are_two_a_term),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
