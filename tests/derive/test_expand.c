/* Derivatives as values of a graph: what they expand to, by numbers. */
#include "derive/expand.h"
#include "derive/batch.h"
#include "derive/derive.h"
#include "support/values.h"
#include "test.h"

#include <math.h>
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

/* The graph again in t->g with its derivatives expanded; v in the new one. */
static mg_value expand(test_graph *t, mg_value v)
{
    mg_graph *to = NULL;
    const mg_graph *const from = t->g;
    mg_value value[500], x[8];
    assert_int_equal(mg_graph_status(from), MG_OK);
    assert_true(mg_graph_size(from) < 500);
    assert_int_equal(mg_graph_create(t->ctx, MG_F64, &to), MG_OK);
    for (uint32_t id = 1; id <= mg_graph_size(from); id++) {
        const mg_node *const node = mg_graph_node(from, (mg_value){id});
        for (int i = 0; i < node->n_inputs; i++)
            x[i] = value[node->input[i].id];
        value[id] = mg_expand_node(to, node, x);
    }
    mg_graph_destroy(t->g);
    t->g = to;
    return mg_graph_status(to) == MG_OK ? value[v.id] : (mg_value){0};
}

static void the_second_derivative_is_a_gradient_of_a_gradient(void **state)
{
    test_graph *const t = *state;
    const double at[] = {0.7};
    const mg_value x = mg_reshape(t->g, test_reals(t, 1, at), &(mg_shape){0});
    const mg_value n = mg_name(t->g, x, "x");
    const mg_value first = mg_grad(t->g, mg_sin(t->g, n), n);
    const mg_value second = mg_grad(t->g, first, n);
    const mg_value third = mg_grad(t->g, second, n);
    const double expected[] = {-cos(0.7)};
    test_check(t, expand(t, third), 1, expected, 1e-12);
}

static void a_gradient_by_what_is_not_used_is_zero(void **state)
{
    test_graph *const t = *state;
    const double at[] = {1, 2};
    const mg_value x = mg_name(t->g, test_reals(t, 2, at), "x");
    const mg_value y = mg_name(t->g, test_reals(t, 2, at), "y");
    const mg_value f = mg_sum(t->g, mg_mul(t->g, y, y), -1, NULL, false);
    const double zeros[] = {0, 0};
    test_check(t, expand(t, mg_grad(t->g, f, x)), 2, zeros, 0);
}

/* y = A x^2: J = 2 A diag(x). */
static mg_value squares(test_graph *t, mg_value *x)
{
    static const double a[] = {1, 2, 3, 4, 5, 6};
    static const double at[] = {1, -1, 2};
    const mg_value matrix =
        test_table(t, mg_shape_of(2, (const int64_t[]){2, 3}), a);
    *x = mg_name(t->g, test_reals(t, 3, at), "x");
    return mg_matmul(t->g, matrix, mg_mul(t->g, *x, *x));
}

static void a_jacobian_has_the_axes_of_y_then_of_x(void **state)
{
    test_graph *const t = *state;
    mg_value x;
    const mg_value y = squares(t, &x);
    const mg_value j = mg_jacobian(t->g, y, x);
    const double expected[] = {2, -4, 12, 8, -10, 24};
    test_check_type(t, j, MG_F64, mg_shape_of(2, (const int64_t[]){2, 3}));
    test_check(t, expand(t, j), 6, expected, 1e-12);
}

static void a_hessian_is_the_jacobian_of_a_gradient(void **state)
{
    test_graph *const t = *state;
    const double at[] = {2, 3};
    const mg_value x = mg_name(t->g, test_reals(t, 2, at), "x");
    const mg_value f = mg_prod(t->g, mg_mul(t->g, x, x), -1, NULL, false);
    const mg_value h = mg_jacobian(t->g, mg_grad(t->g, f, x), x);
    /* f = a^2 b^2 */
    const double expected[] = {18, 24, 24, 8};
    test_check(t, expand(t, h), 4, expected, 1e-12);
}

static void products_with_a_jacobian_build_none(void **state)
{
    test_graph *const t = *state;
    mg_value x;
    mg_value y = squares(t, &x);
    const double v[] = {1, 1, 1}, g[] = {1, 10};
    const mg_value forward = mg_jvp(t->g, y, x, test_reals(t, 3, v));
    const double jv[] = {10, 22};
    test_check(t, expand(t, forward), 2, jv, 1e-12);
    y = squares(t, &x);
    const mg_value back = mg_vjp(t->g, y, x, test_reals(t, 2, g));
    const double gj[] = {82, -104, 252};
    test_check(t, expand(t, back), 3, gj, 1e-12);
}

static void derivatives_of_derivatives_flow_into_gradients(void **state)
{
    test_graph *const t = *state;
    const double at[] = {0.3}, w[] = {0.8};
    mg_value x = mg_name(t->g, test_reals(t, 1, at), "x");
    mg_value a = mg_name(t->g, test_reals(t, 1, w), "a");
    const mg_value u =
        mg_sum(t->g, mg_sin(t->g, mg_mul(t->g, a, x)), -1, NULL, false);
    const mg_value du = mg_sum(t->g, mg_grad(t->g, u, x), -1, NULL, false);
    const mg_value slope = mg_grad(t->g, du, a);
    /* d/da a cos(a x) = cos(a x) - a x sin(a x) */
    const double expected[] = {cos(0.24) - 0.24 * sin(0.24)};
    test_check(t, expand(t, slope), 1, expected, 1e-12);
}

static void other_examples_stop_a_derivative(void **state)
{
    test_graph *const t = *state;
    const double at[] = {1, 2};
    const mg_value x = mg_name(t->g, test_reals(t, 2, at), "x");
    const mg_value m = mg_batch_mean(t->g, x);
    const mg_value f = mg_sum(t->g, mg_mul(t->g, m, x), -1, NULL, false);
    const mg_value v = expand(t, mg_grad(t->g, f, x));
    test_check_failure(t, v,
                       "grad: through batch_mean it would depend on "
                       "other examples");
}

static void types_of_derivatives_are_checked(void **state)
{
    test_graph *const t = *state;
    const double at[] = {1, 2};
    const int64_t whole[] = {1, 2};
    const mg_value x = test_reals(t, 2, at), i = test_integers(t, 2, whole);
    test_check_failure(t, mg_grad(t->g, x, x),
                       "grad: wants a number, not a value of shape [2]; "
                       "jacobian(y, x) is for those");
    mg_graph_forgive(t->g);
    test_check_failure(t, mg_jacobian(t->g, x, i),
                       "jacobian: a derivative by i64 values does not exist");
}

/* ---- Looking at the whole batch ---- */

typedef struct {
    double *x;
} batch_data;

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const batch_data *const d = data;
    *out = mg_tensor_dense(leaf->type, d->x);
    return MG_OK;
}

static void check_root(const mg_graph *g, const char *name, mg_arena *arena,
                       double *x, int n, const double expected[])
{
    batch_data data = {x};
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    assert_int_equal(mg_evaluate(g, arena, &frame, feed, &data, NULL, &value),
                     MG_OK);
    const mg_tensor got = value[mg_graph_find_root(g, name)->value.id];
    assert_int_equal(mg_shape_size(&got.type.shape), n);
    for (int i = 0; i < n; i++)
        assert_true(fabs(mg_tensor_get(&got, i) - expected[i]) < 1e-12);
}

static void statistics_of_a_batch_are_one_value_for_all(void **state)
{
    test_graph *const t = *state;
    mg_graph *batched = NULL;
    double data[] = {1, 10, 2, 20, 6, 60};
    const mg_value x =
        mg_input(t->g, "x", MG_F64, mg_shape_of(1, (const int64_t[]){2}));
    const mg_value mean = mg_batch_mean(t->g, x), var = mg_batch_var(t->g, x);
    mg_graph_add_root(t->g, "mean", mean);
    mg_graph_add_root(t->g, "var", var);
    mg_graph_add_root(t->g, "n", mg_batch_size(t->g));
    mg_graph_add_root(t->g, "centred", mg_sub(t->g, x, mean));
    assert_int_equal(mg_batch(t->g, mg_graph_root_count(t->g),
                              mg_graph_root(t->g, 0), NULL, 3, &batched),
                     MG_OK);
    assert_int_equal(mg_graph_verify(batched), MG_OK);
    const double means[] = {3, 30}, vars[] = {14.0 / 3, 1400.0 / 3}, n[] = {3};
    const double centred[] = {-2, -20, -1, -10, 3, 30};
    check_root(batched, "mean", &t->arena, data, 2, means);
    check_root(batched, "var", &t->arena, data, 2, vars);
    check_root(batched, "n", &t->arena, data, 1, n);
    check_root(batched, "centred", &t->arena, data, 6, centred);
    mg_graph_destroy(batched);
}

/* The gradient of a batch by one example's value goes through the mean of
 * all: sum over examples of (x - mean)^2 by x is 2 (x - mean). */
static void gradients_flow_through_the_mean_of_a_batch(void **state)
{
    test_graph *const t = *state;
    mg_graph *batched = NULL;
    double data[] = {1, 2, 6};
    const mg_value x = mg_input(t->g, "x", MG_F64, (mg_shape){0});
    const mg_value d = mg_sub(t->g, x, mg_batch_mean(t->g, x));
    mg_graph_add_root(t->g, "loss", mg_mul(t->g, d, d));
    mg_graph_add_root(t->g, "x", x);
    assert_int_equal(
        mg_batch(t->g, 2, mg_graph_root(t->g, 0), NULL, 3, &batched), MG_OK);
    const mg_value each = mg_graph_find_root(batched, "loss")->value;
    const mg_value in = mg_graph_find_root(batched, "x")->value;
    const mg_value sum = mg_sum(batched, each, -1, NULL, false);
    mg_value slope = {0};
    assert_int_equal(mg_gradient(batched, sum, 1, &in, &slope), MG_OK);
    mg_graph_add_root(batched, "slope", slope);
    const double expected[] = {-4, -2, 6};
    check_root(batched, "slope", &t->arena, data, 3, expected);
    mg_graph_destroy(batched);
}

static void values_can_be_replaced_below_a_result(void **state)
{
    test_graph *const t = *state;
    const double a[] = {1, 2}, b[] = {5, 7};
    const mg_value x = test_reals(t, 2, a), other = test_reals(t, 2, b);
    const mg_value y = mg_mul(t->g, x, mg_add(t->g, x, mg_real(t->g, 1)));
    mg_value result[] = {y, x};
    mg_substitute(t->g, 1, &x, &other, 2, result);
    const double expected[] = {30, 56};
    test_check(t, result[0], 2, expected, 0);
    test_check(t, result[1], 2, b, 0);
    result[0] = y;
    mg_substitute(t->g, 1, &other, &x, 1, result);
    assert_int_equal(result[0].id, y.id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_second_derivative_is_a_gradient_of_a_gradient, open_graph,
            close_graph),
        cmocka_unit_test_setup_teardown(a_gradient_by_what_is_not_used_is_zero,
                                        open_graph, close_graph),
        cmocka_unit_test_setup_teardown(a_jacobian_has_the_axes_of_y_then_of_x,
                                        open_graph, close_graph),
        cmocka_unit_test_setup_teardown(a_hessian_is_the_jacobian_of_a_gradient,
                                        open_graph, close_graph),
        cmocka_unit_test_setup_teardown(products_with_a_jacobian_build_none,
                                        open_graph, close_graph),
        cmocka_unit_test_setup_teardown(
            derivatives_of_derivatives_flow_into_gradients, open_graph,
            close_graph),
        cmocka_unit_test_setup_teardown(other_examples_stop_a_derivative,
                                        open_graph, close_graph),
        cmocka_unit_test_setup_teardown(types_of_derivatives_are_checked,
                                        open_graph, close_graph),
        cmocka_unit_test_setup_teardown(
            statistics_of_a_batch_are_one_value_for_all, open_graph,
            close_graph),
        cmocka_unit_test_setup_teardown(
            gradients_flow_through_the_mean_of_a_batch, open_graph,
            close_graph),
        cmocka_unit_test_setup_teardown(values_can_be_replaced_below_a_result,
                                        open_graph, close_graph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
