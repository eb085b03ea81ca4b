/* Operations that move elements: reshape, broadcast, transpose, slice, pad,
 * flip, concat: values by hand, views of views, what they refuse, and their
 * derivative and batch rules. */
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

/* [[1, 2, 3], [4, 5, 6]] */
static mg_value two_by_three(test_graph *t)
{
    return test_table(t, shape(2, 2, 3, 0), count);
}

static mg_value reshape(mg_graph *g, mg_value x, int rank, int64_t a, int64_t b)
{
    const mg_shape to = shape(rank, a, b, 0);
    return mg_reshape(g, x, &to);
}

static void reshape_keeps_the_order_of_elements(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = two_by_three(t);
    test_check(t, reshape(g, x, 2, 3, 2), 6, count, 0);
    test_check_type(t, reshape(g, x, 2, -1, 2), MG_F64, shape(2, 3, 2, 0));
    test_check_type(t, reshape(g, x, 1, -1, 0), MG_F64, shape(1, 6, 0, 0));
    test_check(t,
               reshape(g, mg_transpose(g, x, (const int64_t[]){1, 0}), 1, 6, 0),
               6, (const double[]){1, 4, 2, 5, 3, 6}, 0);
    assert_int_equal(reshape(g, x, 2, 2, 3).id, x.id);
    const mg_value none = test_table(t, shape(2, 0, 3, 0), NULL);
    test_check_type(t, reshape(g, none, 2, 5, -1), MG_F64, shape(2, 5, 0, 0));
    const mg_value one = test_table(t, shape(2, 1, 1, 0), count);
    test_check_type(t, reshape(g, one, 0, 0, 0), MG_F64, (mg_shape){0});
    test_check(t, reshape(g, reshape(g, one, 0, 0, 0), 1, 1, 0), 1, count, 0);
}

static void reshape_refuses_what_does_not_fit(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = two_by_three(t);
    const mg_value none = test_reals(t, 0, NULL);
    test_check_failure(t, reshape(g, x, 2, 4, 2),
                       "reshape: [2, 3] does not fit into [4, 2]");
    test_check_failure(t, reshape(g, x, 2, 4, -1),
                       "reshape: [2, 3] does not fit into [4, -1]");
    test_check_failure(t, reshape(g, x, 2, -1, -1),
                       "reshape: [2, 3] does not fit into [-1, -1]");
    test_check_failure(t, reshape(g, x, 2, -2, -3),
                       "reshape: [2, 3] does not fit into [-2, -3]");
    test_check_failure(t, reshape(g, none, 2, 0, -1),
                       "reshape: [0] does not fit into [0, -1]");
    const int64_t huge = INT64_C(1) << 62;
    test_check_failure(t, reshape(g, x, 2, huge, 4),
                       "reshape: [2, 3] does not fit into "
                       "[4611686018427387904, 4]");
}

/* A dense tensor over count with the given shape. */
static mg_tensor dense(mg_shape of)
{
    return mg_tensor_dense((mg_type){MG_F64, of}, (void *)count);
}

/* Whether the shape `to` is a view of x; then with the elements in order. */
static bool views(const mg_tensor *x, mg_shape to)
{
    mg_tensor y = {.type = {x->type.dtype, to}};
    if (!mg_op_reshape.view(NULL, x, &y))
        return false;
    assert_ptr_equal(y.data, x->data);
    for (int64_t i = 0; i < mg_shape_size(&to); i++)
        assert_int_equal(mg_tensor_offset(&y, i), mg_tensor_offset(x, i));
    return true;
}

static void reshape_is_a_view_where_strides_allow_it(void **state)
{
    (void)state;
    const mg_tensor x = dense(shape(3, 2, 3, 2));
    assert_true(views(&x, shape(1, 12, 0, 0)));
    assert_true(views(&x, shape(3, 4, 1, 3)));
    assert_true(views(&x, (mg_shape){5, {1, 2, 1, 6, 1}}));
    mg_tensor swapped = dense(shape(2, 3, 4, 0));
    swapped.stride[0] = 1; /* [3, 4] with the strides of a transpose */
    swapped.stride[1] = 3;
    assert_false(views(&swapped, shape(1, 12, 0, 0)));
    assert_false(views(&swapped, shape(2, 4, 3, 0)));
    assert_true(views(&swapped, shape(3, 3, 2, 2)));
    assert_true(views(&swapped, shape(3, 3, 1, 4)));
    mg_tensor repeated = dense(shape(2, 3, 4, 0));
    repeated.stride[0] = repeated.stride[1] = 0;
    assert_true(views(&repeated, shape(1, 12, 0, 0)));
    repeated.stride[1] = 1;
    assert_false(views(&repeated, shape(1, 12, 0, 0)));
    const mg_tensor number = dense((mg_shape){0});
    assert_true(views(&number, shape(2, 1, 1, 0)));
    const mg_tensor ones = dense(shape(2, 1, 1, 0));
    assert_true(views(&ones, (mg_shape){0}));
}

static void broadcast_repeats_along_axes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 2, count);
    const mg_value column = test_table(t, shape(2, 2, 1, 0), count);
    const mg_shape to = shape(2, 2, 2, 0), none = shape(2, 0, 2, 0);
    test_check(t, mg_broadcast(g, x, &to), 4, (const double[]){1, 2, 1, 2}, 0);
    test_check(t, mg_broadcast(g, column, &to), 4, (const double[]){1, 1, 2, 2},
               0);
    test_check(t, mg_broadcast(g, x, &none), 0, NULL, 0);
    const mg_shape three = shape(2, 2, 3, 0), less = shape(1, 2, 0, 0);
    test_check_failure(t, mg_broadcast(g, x, &three),
                       "broadcast: [2] does not broadcast to [2, 3]");
    test_check_failure(t, mg_broadcast(g, column, &less),
                       "broadcast: [2, 1] does not broadcast to [2]");
    const mg_shape negative = shape(2, -1, 2, 0);
    test_check_failure(t, mg_broadcast(g, x, &negative),
                       "shape: [-1, 2] has a negative size");
}

static void transpose_permutes_axes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(3, 2, 3, 2), count);
    const mg_value y = mg_transpose(g, x, (const int64_t[]){2, 0, 1});
    test_check_type(t, y, MG_F64, shape(3, 2, 2, 3));
    test_check(t, y, 12,
               (const double[]){1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12}, 0);
    const mg_value same = mg_transpose(g, x, (const int64_t[]){-1, 0, -2});
    assert_int_equal(same.id, y.id);
    test_check(t, mg_transpose(g, y, (const int64_t[]){1, 2, 0}), 12, count, 0);
    test_check_failure(t, mg_transpose(g, x, (const int64_t[]){0, 1, 3}),
                       "transpose: axis 3 of a value with 3 axes");
    test_check_failure(t, mg_transpose(g, x, (const int64_t[]){0, 1, -3}),
                       "transpose: axis -3 is named twice");
}

static mg_value slice(mg_graph *g, mg_value x, int64_t begin, int64_t size,
                      int64_t step)
{
    return mg_slice(g, x, &begin, &size, &step);
}

static void slice_takes_every_step_th_element(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 6, count);
    test_check(t, slice(g, x, 1, 3, 2), 3, (const double[]){2, 4, 6}, 0);
    test_check(t, slice(g, x, 5, 3, -2), 3, (const double[]){6, 4, 2}, 0);
    test_check(t, slice(g, x, 6, 0, 1), 0, NULL, 0);
    assert_int_equal(slice(g, x, 2, 1, -7).id, slice(g, x, 2, 1, 1).id);
    const mg_value part =
        mg_slice(g, two_by_three(t), (const int64_t[]){1, 2},
                 (const int64_t[]){2, 2}, (const int64_t[]){-1, -2});
    test_check(t, part, 4, (const double[]){6, 4, 3, 1}, 0);
    const mg_value twice = slice(g, slice(g, x, 5, 6, -1), 1, 2, 2);
    test_check(t, twice, 2, (const double[]){5, 3}, 0);
}

static void slice_never_leaves_its_axis(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 6, count);
    test_check_failure(t, slice(g, x, 2, 3, 2),
                       "slice: 3 elements from 2 on by 2 leave axis 0 of [6]");
    test_check_failure(t, slice(g, x, 6, 1, 1),
                       "slice: 1 elements from 6 on by 1 leave axis 0 of [6]");
    test_check_failure(t, slice(g, x, 1, 3, -1),
                       "slice: 3 elements from 1 on by -1 leave axis 0 of [6]");
    test_check_failure(t, slice(g, x, 0, 2, 0),
                       "slice: 2 elements from 0 on by 0 leave axis 0 of [6]");
    assert_int_equal(slice(g, x, 0, INT64_MAX, INT64_MAX).id, 0);
    mg_graph_forgive(g);
    assert_int_equal(slice(g, x, 0, -1, 1).id, 0);
    mg_graph_forgive(g);
    assert_int_equal(slice(g, x, 5, 3, INT64_MIN).id, 0);
    mg_graph_forgive(g);
}

static mg_value pad(mg_graph *g, mg_value x, int64_t low, int64_t high,
                    int64_t interior)
{
    return mg_pad(g, x, &low, &high, &interior);
}

static void pad_puts_zeros_around_and_between(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 2, count);
    test_check(t, pad(g, x, 1, 2, 0), 5, (const double[]){0, 1, 2, 0, 0}, 0);
    test_check(t, pad(g, x, 0, 1, 2), 5, (const double[]){1, 0, 0, 2, 0}, 0);
    const mg_value square = mg_pad(
        g, test_table(t, shape(2, 1, 2, 0), count), (const int64_t[]){1, 0},
        (const int64_t[]){0, 1}, (const int64_t[]){3, 1});
    test_check(t, square, 8, (const double[]){0, 0, 0, 0, 1, 0, 2, 0}, 0);
    const mg_value none = test_reals(t, 0, NULL);
    test_check(t, pad(g, none, 1, 1, 5), 2, (const double[]){0, 0}, 0);
    assert_int_equal(pad(g, x, 0, 0, 0).id, x.id);
    test_check_failure(t, pad(g, x, -1, 0, 0),
                       "pad: axis 0 of [2] cannot get -1 zeros before, 0 after "
                       "and 0 between");
    assert_int_equal(pad(g, x, INT64_MAX, INT64_MAX, 0).id, 0);
    mg_graph_forgive(g);
    assert_int_equal(pad(g, x, 0, 0, INT64_C(1) << 50).id, 0);
    mg_graph_forgive(g);
}

static void flip_reverses_axes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = two_by_three(t);
    const int64_t last[] = {-1}, first[] = {0};
    test_check(t, mg_flip(g, x, 1, last), 6, (const double[]){3, 2, 1, 6, 5, 4},
               0);
    test_check(t, mg_flip(g, x, 1, first), 6,
               (const double[]){4, 5, 6, 1, 2, 3}, 0);
    test_check(t, mg_flip(g, x, -1, NULL), 6,
               (const double[]){6, 5, 4, 3, 2, 1}, 0);
    const mg_value none = test_table(t, shape(2, 2, 0, 0), NULL);
    test_check(t, mg_flip(g, none, -1, NULL), 0, NULL, 0);
}

static void concat_joins_along_an_axis(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = two_by_three(t);
    const mg_value row = test_table(t, shape(2, 1, 3, 0), count);
    const mg_value column = test_table(t, shape(2, 2, 1, 0), count);
    const mg_value rows[] = {x, row}, columns[] = {column, x, column};
    test_check(t, mg_concat(g, 2, rows, 0), 9,
               (const double[]){1, 2, 3, 4, 5, 6, 1, 2, 3}, 0);
    test_check(t, mg_concat(g, 3, columns, -1), 10,
               (const double[]){1, 1, 2, 3, 1, 2, 4, 5, 6, 2}, 0);
    test_check_failure(t, mg_concat(g, 2, rows, 1),
                       "concat: [2, 3] and [1, 3] differ in more than axis 1");
    test_check_failure(t, mg_concat(g, 2, rows, 2),
                       "concat: axis 2 of a value with 2 axes");
    test_check_failure(t, mg_concat(g, 0, NULL, 0), "concat: of no values");
    const mg_value number = mg_real(g, 1);
    test_check_failure(t, mg_concat(g, 1, &number, 0),
                       "concat: a number has no axis; stack it");
}

static void concat_takes_many_values_of_a_common_type(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    mg_value x[20];
    double expected[20];
    for (int i = 0; i < 20; i++) {
        expected[i] = i;
        const int64_t integer = i;
        x[i] = i % 2 ? test_integers(t, 1, &integer)
                     : test_reals(t, 1, &expected[i]);
    }
    const mg_value y = mg_concat(g, 20, x, 0);
    test_check_type(t, y, MG_F64, shape(1, 20, 0, 0));
    test_check(t, y, 20, expected, 0);
    const mg_value p = mg_less(g, x[1], x[3]), both[] = {p, p};
    test_check_type(t, mg_concat(g, 2, both, 0), MG_BOOL, shape(1, 2, 0, 0));
}

/* ---- As functions of formulas ---- */

static mg_value call(mg_graph *g, const mg_op *op, mg_value x, int n,
                     const int64_t integers[])
{
    mg_call c = {.n_values = 1, .value = &x};
    c.at[0].given = true;
    c.at[1].given = n >= 0;
    c.at[1].n = n;
    c.at[1].integer = integers;
    return op->build(g, &c);
}

static void calls_read_shapes_axes_and_widths(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = two_by_three(t);
    const int64_t n[] = {3, 2, 1, 0};
    test_check_type(t, call(g, &mg_op_reshape, x, 2, n), MG_F64,
                    shape(2, 3, 2, 0));
    test_check_type(t, call(g, &mg_op_transpose, x, -1, NULL), MG_F64,
                    shape(2, 3, 2, 0));
    test_check(t, call(g, &mg_op_flip, x, -1, NULL), 6,
               (const double[]){6, 5, 4, 3, 2, 1}, 0);
    test_check(t, call(g, &mg_op_flip, x, 1, n + 2), 6,
               (const double[]){3, 2, 1, 6, 5, 4}, 0);
    test_check_type(t, call(g, &mg_op_pad, x, 1, n + 1), MG_F64,
                    shape(2, 6, 7, 0));
    test_check_type(t, call(g, &mg_op_pad, x, 4, n), MG_F64, shape(2, 7, 4, 0));
    test_check_type(t, call(g, &mg_op_pad, x, 2, n), MG_F64, shape(2, 7, 8, 0));
    test_check_failure(t, call(g, &mg_op_pad, x, 3, n),
                       "pad: 3 widths for [2, 3]: give one, or two (before, "
                       "after), or two an axis");
    test_check_failure(t, call(g, &mg_op_transpose, x, 1, n),
                       "transpose: 1 axes named, but x is [2, 3]");
    const int64_t nine[9] = {6, 1, 1, 1, 1, 1, 1, 1, 1};
    test_check_failure(t, call(g, &mg_op_reshape, x, 9, nine),
                       "reshape: a shape of 9 axes; at most 8");
    test_check_failure(t, call(g, &mg_op_broadcast, x, 9, nine),
                       "broadcast: a shape of 9 axes; at most 8");
}

/* ---- Derivatives and batches ---- */

static mg_value flat(mg_graph *g, const mg_value x[])
{
    return mg_reshape(g, mg_swap(g, x[0]), &(mg_shape){1, {-1}});
}

static mg_value repeat(mg_graph *g, const mg_value x[])
{
    const mg_shape one = mg_value_shape(g, x[0]);
    mg_shape to = {3, {2, 2, one.rank ? mg_dim(&one, -1) : 3}};
    return mg_broadcast(g, x[0], &to);
}

static mg_value turn(mg_graph *g, const mg_value x[])
{
    return mg_transpose(g, x[0], (const int64_t[]){2, 0, 1});
}

static mg_value part(mg_graph *g, const mg_value x[])
{
    return mg_slice(g, x[0], (const int64_t[]){4, 1, 0},
                    (const int64_t[]){2, 1, 2}, (const int64_t[]){-3, 1, 2});
}

static mg_value no_part(mg_graph *g, const mg_value x[])
{
    return mg_slice(g, x[0], (const int64_t[]){0, 0, 0},
                    (const int64_t[]){2, 0, 1}, (const int64_t[]){2, 1, 1});
}

static mg_value wider(mg_graph *g, const mg_value x[])
{
    return mg_pad(g, x[0], (const int64_t[]){1, 0}, (const int64_t[]){0, 2},
                  (const int64_t[]){2, 1});
}

static mg_value back(mg_graph *g, const mg_value x[])
{
    return mg_flip(g, x[0], 1, (const int64_t[]){-1});
}

static mg_value join(mg_graph *g, const mg_value x[])
{
    const mg_value three[] = {x[0], x[1], x[0]};
    return mg_concat(g, 3, three, 1);
}

static mg_value named(mg_graph *g, const mg_value x[])
{
    const mg_value y = mg_name(g, x[0], "y");
    return mg_mul(g, y, mg_name(g, y, "z"));
}

static void derivatives_and_batches_hold(void **state)
{
    (void)state;
    const struct {
        test_build *build;
        test_operands operands;
    } cases[] = {
        {flat, {1, {{2, {2, 3}, 0}}}},
        {flat, {1, {{2, {1, 0}, 0}}}},
        {repeat, {1, {{1, {3}, 0}}}},
        {repeat, {1, {{0, {0}, 0}}}},
        {repeat, {1, {{2, {2, 1}, 0}}}},
        {repeat, {1, {{3, {1, 2, 0}, 0}}}},
        {turn, {1, {{3, {2, 3, 1}, 0}}}},
        {part, {1, {{3, {5, 2, 3}, 0}}}},
        {no_part, {1, {{3, {3, 2, 1}, 0}}}},
        {wider, {1, {{2, {2, 3}, 0}}}},
        {wider, {1, {{2, {1, 0}, 0}}}},
        {back, {1, {{2, {2, 3}, 0}}}},
        {back, {1, {{2, {2, 0}, 0}}}},
        {join, {2, {{2, {2, 2}, 0}, {2, {2, 1}, 0}}}},
        {join, {2, {{2, {2, 0}, 0}, {2, {2, 3}, 0}}}},
        {named, {1, {{1, {3}, 0}}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_rules(cases[i].build, cases[i].operands);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reshape_keeps_the_order_of_elements),
        TEST(reshape_refuses_what_does_not_fit),
        TEST(reshape_is_a_view_where_strides_allow_it),
        TEST(broadcast_repeats_along_axes),
        TEST(transpose_permutes_axes),
        TEST(slice_takes_every_step_th_element),
        TEST(slice_never_leaves_its_axis),
        TEST(pad_puts_zeros_around_and_between),
        TEST(flip_reverses_axes),
        TEST(concat_joins_along_an_axis),
        TEST(concat_takes_many_values_of_a_common_type),
        TEST(calls_read_shapes_axes_and_widths),
        TEST(derivatives_and_batches_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
