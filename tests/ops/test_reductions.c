/* Known values and slopes of the reductions: empty axes, ties, zeros in
 * products, truth values and integers, axes and their messages. */
#include "derive/derive.h"
#include "support/memory.h"
#include "support/values.h"
#include "test.h"

#include <math.h>

static const double tight = 1e-14; /* a few operations of 1 ulp each */

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

static const double table[] = {1, 5, 2, 4, 3, 6};

static mg_shape shape_2_3(void)
{
    return mg_shape_of(2, (const int64_t[]){2, 3});
}

static mg_shape shape_1(int64_t n)
{
    return mg_shape_of(1, &n);
}

static void every_reduction_walks_its_axes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape_2_3(), table);
    const int64_t first[] = {0}, last[] = {-1};
    test_check(t, mg_sum(g, x, -1, NULL, false), 1, (const double[]){21}, 0);
    test_check(t, mg_sum(g, x, 1, first, false), 3, (const double[]){5, 8, 8},
               0);
    test_check(t, mg_mean(g, x, 1, last, false), 2,
               (const double[]){8.0 / 3, 13.0 / 3}, tight);
    test_check(t, mg_max(g, x, 1, last, false), 2, (const double[]){5, 6}, 0);
    test_check(t, mg_min(g, x, 1, first, false), 3, (const double[]){1, 3, 2},
               0);
    test_check(t, mg_prod(g, x, 1, first, false), 3,
               (const double[]){4, 15, 12}, 0);
    test_check(t, mg_var(g, x, 1, first, false), 3,
               (const double[]){2.25, 1, 4}, tight);
    test_check(t, mg_argmax(g, x, 1, last, false), 2, (const double[]){1, 2},
               0);
    test_check(t, mg_argmin(g, x, 1, first, false), 3,
               (const double[]){0, 1, 0}, 0);
    test_check(t, mg_sum(g, x, 0, NULL, false), 6, table, 0);
}

static void kept_axes_have_size_one(void **state)
{
    test_graph *const t = *state;
    const mg_value x = test_table(t, shape_2_3(), table);
    const int64_t both[] = {1, -2}, last[] = {1};
    test_check_type(t, mg_sum(t->g, x, 2, both, true), MG_F64,
                    mg_shape_of(2, (const int64_t[]){1, 1}));
    test_check_type(t, mg_argmax(t->g, x, 1, last, true), MG_I64,
                    mg_shape_of(2, (const int64_t[]){2, 1}));
    test_check_type(t, mg_var(t->g, x, 1, last, false), MG_F64, shape_1(2));
}

static void results_have_the_element_types_of_the_language(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_shape number = {0};
    const mg_value i = test_integers(t, 3, (const int64_t[]){1, 2, 4});
    const mg_value p = mg_less(g, i, mg_integer(g, 3));
    test_check_type(t, mg_sum(g, i, -1, NULL, false), MG_I64, number);
    test_check_type(t, mg_sum(g, p, -1, NULL, false), MG_I64, number);
    test_check_type(t, mg_mean(g, i, -1, NULL, false), MG_F64, number);
    test_check_type(t, mg_mean(g, p, -1, NULL, false), MG_F64, number);
    test_check_type(t, mg_var(g, i, -1, NULL, false), MG_F64, number);
    test_check_type(t, mg_max(g, p, -1, NULL, false), MG_I64, number);
    test_check_type(t, mg_prod(g, i, -1, NULL, false), MG_I64, number);
    test_check_type(t, mg_any(g, p, -1, NULL, false), MG_BOOL, number);
    test_check_type(t, mg_cumsum(g, p, 0), MG_I64, shape_1(3));
    test_check(t, mg_sum(g, p, -1, NULL, false), 1, (const double[]){2}, 0);
    test_check(t, mg_mean(g, p, -1, NULL, false), 1, (const double[]){2.0 / 3},
               tight);
    test_check(t, mg_prod(g, i, -1, NULL, false), 1, (const double[]){8}, 0);
    test_check(t, mg_cumsum(g, p, 0), 3, (const double[]){1, 2, 2}, 0);
}

static void nothing_has_sum_0_product_1_and_no_mean(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_shape empty = mg_shape_of(2, (const int64_t[]){2, 0});
    const mg_value x = test_table(t, empty, NULL);
    const int64_t last[] = {1}, first[] = {0};
    const mg_value p = mg_less(g, x, x);
    test_check(t, mg_sum(g, x, 1, last, false), 2, (const double[]){0, 0}, 0);
    test_check(t, mg_prod(g, x, 1, last, false), 2, (const double[]){1, 1}, 0);
    test_check(t, mg_mean(g, x, 1, last, false), 2, (const double[]){NAN, NAN},
               0);
    test_check(t, mg_var(g, x, -1, NULL, false), 1, (const double[]){NAN}, 0);
    test_check(t, mg_any(g, p, 1, last, false), 2, (const double[]){0, 0}, 0);
    test_check(t, mg_all(g, p, 1, last, false), 2, (const double[]){1, 1}, 0);
    test_check(t, mg_max(g, x, 1, first, false), 0, NULL, 0);
    test_check(t, mg_cumsum(g, x, 1), 0, NULL, 0);
    test_check(t, test_slope(t, mg_prod(g, x, 1, last, false), x), 0, NULL, 0);
    test_check(t, test_slope(t, mg_var(g, x, 1, last, false), x), 0, NULL, 0);
}

static void products_with_zeros_have_their_gradient(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double one[] = {0, 2, 3}, two[] = {0, 2, 0};
    const mg_value x = test_reals(t, 3, one), z = test_reals(t, 3, two);
    const mg_value by_x = test_slope(t, mg_prod(g, x, -1, NULL, false), x);
    const mg_value by_z = test_slope(t, mg_prod(g, z, -1, NULL, false), z);
    test_check(t, by_x, 3, (const double[]){6, 0, 0}, 0);
    test_check(t, by_z, 3, (const double[]){0, 0, 0}, 0);
    /* d/dx of x1 x2 + x0 x2 + x0 x1, and the same by z */
    test_check(t, test_slope(t, by_x, x), 3, (const double[]){5, 3, 2}, 0);
    test_check(t, test_slope(t, by_z, z), 3, (const double[]){2, 0, 2}, 0);
}

static void products_over_some_axes_have_their_gradient(void **state)
{
    test_graph *const t = *state;
    const mg_shape shape = mg_shape_of(3, (const int64_t[]){3, 2, 2});
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 0, 9, 1, 2, 3};
    /* over axes 0 and 2: rows of the middle axis are 1 2 5 6 9 1, 3 4 7 0 2 3
     */
    const double slope[] = {540, 270, 0, 0, 108, 90, 0, 504, 60, 540, 0, 0};
    const mg_value value = test_table(t, shape, x);
    const int64_t axes[] = {2, 0};
    const mg_value y = mg_prod(t->g, value, 2, axes, true);
    test_check(t, y, 2, (const double[]){540, 0}, 0);
    test_check(t, test_slope(t, y, value), 12, slope, 0);
    const mg_value number = test_table(t, (mg_shape){0}, x + 1);
    const mg_value same = mg_prod(t->g, number, -1, NULL, false);
    test_check(t, test_slope(t, same, number), 1, (const double[]){1}, 0);
}

static void ties_share_the_gradient_evenly(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 4, (const double[]){3, 1, 3, 1});
    const mg_value top = mg_max(g, x, -1, NULL, false);
    const mg_value low = mg_min(g, x, -1, NULL, false);
    test_check(t, test_slope(t, top, x), 4, (const double[]){0.5, 0, 0.5, 0},
               0);
    test_check(t, test_slope(t, low, x), 4, (const double[]){0, 0.5, 0, 0.5},
               0);
    test_check(t, mg_argmax(g, x, -1, NULL, false), 1, (const double[]){0}, 0);
    test_check(t, mg_argmin(g, x, -1, NULL, false), 1, (const double[]){1}, 0);
}

static void extremes_of_what_is_no_number_are_none(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double none[] = {NAN};
    const mg_value x = test_reals(t, 3, (const double[]){1, NAN, 2});
    test_check(t, mg_max(g, x, -1, NULL, false), 1, none, 0);
    test_check(t, mg_min(g, x, -1, NULL, false), 1, none, 0);
    test_check(t, mg_argmax(g, x, -1, NULL, false), 1, (const double[]){1}, 0);
    const mg_value far =
        test_reals(t, 2, (const double[]){-INFINITY, -INFINITY});
    test_check(t, mg_max(g, far, -1, NULL, false), 1,
               (const double[]){-INFINITY}, 0);
}

static void arg_counts_all_elements_in_c_order(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape_2_3(), table);
    const int64_t back[] = {1, 0};
    const mg_value turned = mg_transpose(g, x, back);
    test_check(t, mg_argmax(g, x, -1, NULL, false), 1, (const double[]){5}, 0);
    test_check(t, mg_argmax(g, turned, -1, NULL, false), 1, (const double[]){5},
               0);
    test_check(t, mg_argmin(g, turned, -1, NULL, false), 1, (const double[]){0},
               0);
    const mg_value middle = mg_name(g, mg_sub(g, x, mg_real(g, 3)), "m");
    const mg_value near = mg_argmin(g, mg_abs(g, middle), -1, NULL, false);
    test_check(t, near, 1, (const double[]){4}, 0);
}

static void means_and_variances_have_their_gradient(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape_2_3(), table);
    const int64_t last[] = {1};
    const mg_value mean = test_slope(t, mg_mean(g, x, 1, last, false), x);
    const double third = 1.0 / 3;
    test_check(t, mean, 6,
               (const double[]){third, third, third, third, third, third},
               tight);
    const mg_value var = test_slope(t, mg_var(g, x, 1, last, false), x);
    const double a = 8.0 / 3, b = 13.0 / 3, f = 2.0 / 3;
    test_check(t, var, 6,
               (const double[]){f * (1 - a), f * (5 - a), f * (2 - a),
                                f * (4 - b), f * (3 - b), f * (6 - b)},
               tight);
}

static void running_sums_hand_back_the_sums_from_the_end(void **state)
{
    test_graph *const t = *state;
    const mg_value x = test_table(t, shape_2_3(), table);
    const mg_value rows = mg_cumsum(t->g, x, -1);
    const mg_value columns = mg_cumsum(t->g, x, 0);
    test_check(t, rows, 6, (const double[]){1, 6, 8, 4, 7, 13}, 0);
    test_check(t, columns, 6, (const double[]){1, 5, 2, 5, 8, 8}, 0);
    test_check(t, test_slope(t, rows, x), 6, (const double[]){3, 2, 1, 3, 2, 1},
               0);
    test_check(t, test_slope(t, columns, x), 6,
               (const double[]){2, 2, 2, 1, 1, 1}, 0);
}

static void a_call_of_max_decides_by_its_values(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape_2_3(), table);
    const mg_value both[] = {x, mg_real(g, 3)};
    const int64_t axis[] = {0}, keep[] = {1};
    mg_call call = {.n_values = 2, .value = both};
    test_check(t, mg_op_max.build(g, &call), 6,
               (const double[]){3, 5, 3, 4, 3, 6}, 0);
    test_check(t, mg_op_min.build(g, &call), 6,
               (const double[]){1, 3, 2, 3, 3, 3}, 0);
    call.at[2].given = true;
    call.at[2].n = 1;
    call.at[2].integer = axis;
    test_check_failure(t, mg_op_max.build(g, &call),
                       "max: of two values it takes no axis or keep");
    call.n_values = 1;
    call.at[3].given = true;
    call.at[3].n = 1;
    call.at[3].integer = keep;
    test_check_type(t, mg_op_max.build(g, &call), MG_F64,
                    mg_shape_of(2, (const int64_t[]){1, 3}));
}

static void mistakes_name_the_axis(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape_2_3(), table);
    const mg_value none = test_reals(t, 0, NULL);
    const int64_t far[] = {2}, twice[] = {1, -1}, both[] = {0, 1};
    test_check_failure(t, mg_sum(g, x, 1, far, false),
                       "sum: axis 2 of a value with 2 axes");
    test_check_failure(t, mg_mean(g, x, 2, twice, false),
                       "mean: axis -1 is named twice");
    test_check_failure(t, mg_max(g, none, -1, NULL, false),
                       "max: axis 0 has no elements");
    test_check_failure(t, mg_argmin(g, none, -1, NULL, false),
                       "argmin: axis 0 has no elements");
    test_check_failure(t, mg_argmax(g, x, 2, both, false),
                       "argmax: wants one axis, not 2");
    test_check_failure(t, mg_cumsum(g, x, -3),
                       "cumsum: axis -3 of a value with 2 axes");
    test_check_failure(t, mg_any(g, x, -1, NULL, false),
                       "any: wants truth values, not real numbers");
}

/* The gradients of everything that builds more than a node or two. */
static mg_status build_gradients(mg_graph *g)
{
    const double data[] = {1, 2, 3, 4, 5, 6};
    const mg_shape shape = shape_2_3();
    const mg_value x = mg_name(g, mg_constant(g, MG_F64, shape, data), "x");
    const int64_t last[] = {1};
    const mg_value y[] = {
        mg_prod(g, x, 1, last, false),
        mg_var(g, x, 1, last, false),
        mg_max(g, x, 1, last, false),
        mg_mean(g, x, 1, last, false),
        mg_cumsum(g, x, 0),
        mg_pow(g, x, x),
        mg_clamp(g, x, x, x),
        mg_maximum(g, x, mg_real(g, 3)),
    };
    mg_value loss = mg_real(g, 0), slope = {0};
    for (size_t i = 0; i < sizeof y / sizeof *y; i++)
        loss = mg_add(g, loss, mg_sum(g, y[i], -1, NULL, false));
    return mg_gradient(g, loss, 1, &x, &slope);
}

static mg_status build_and_end(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_graph *g = NULL;
    MG_TRY(mg_graph_create(ctx, MG_F64, &g));
    const mg_status status = build_gradients(g);
    mg_graph_destroy(g);
    return status;
}

static void refused_memory_ends_building_cleanly(void **state)
{
    (void)state;
    assert_true(test_every_refusal(build_and_end, NULL) > 10);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_reduction_walks_its_axes),
        TEST(kept_axes_have_size_one),
        TEST(results_have_the_element_types_of_the_language),
        TEST(nothing_has_sum_0_product_1_and_no_mean),
        TEST(products_with_zeros_have_their_gradient),
        TEST(products_over_some_axes_have_their_gradient),
        TEST(ties_share_the_gradient_evenly),
        TEST(extremes_of_what_is_no_number_are_none),
        TEST(arg_counts_all_elements_in_c_order),
        TEST(means_and_variances_have_their_gradient),
        TEST(running_sums_hand_back_the_sums_from_the_end),
        TEST(a_call_of_max_decides_by_its_values),
        TEST(mistakes_name_the_axis),
        cmocka_unit_test(refused_memory_ends_building_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
