/* Known values and slopes of the operations by element, and the traps: kinks,
 * infinite slopes, integers, halves. References to known values: Abramowitz
 * and Stegun (1964), tables of chapters 4 and 7. */
#include "support/values.h"
#include "test.h"

#include <math.h>
#include <string.h>

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))

/* The oracle uses libm, within 1 ulp; the tabled values have 16 digits and a
 * slope takes at most five operations: 1e-14 has room. */
static const double tight = 1e-14;

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

typedef struct {
    mg_value (*build)(mg_graph *g, mg_value x);
    double x, y, slope;
} known_value;

static void functions_have_their_known_values_and_slopes(void **state)
{
    test_graph *const t = *state;
    const known_value known[] = {
        {mg_exp, 1, 2.718281828459045, 2.718281828459045},
        {mg_exp, -INFINITY, 0, 0},
        {mg_log, 2, 0.6931471805599453, 0.5},
        {mg_log, 0, -INFINITY, INFINITY},
        {mg_log1p, 1e-20, 1e-20, 1},
        {mg_log1p, 1, 0.6931471805599453, 0.5},
        {mg_expm1, 1e-20, 1e-20, 1},
        {mg_expm1, 1, 1.718281828459045, 2.718281828459045},
        {mg_sqrt, 9, 3, 1.0 / 6},
        {mg_sqrt, 0, 0, INFINITY},
        {mg_rsqrt, 4, 0.5, -1.0 / 16},
        {mg_sin, 1, 0.8414709848078965, 0.5403023058681398},
        {mg_cos, 1, 0.5403023058681398, -0.8414709848078965},
        {mg_tanh, 1, 0.7615941559557649, 0.41997434161402614},
        {mg_tanh, 1000, 1, 0},
        {mg_sigmoid, 0, 0.5, 0.25},
        {mg_sigmoid, 1, 0.7310585786300049, 0.19661193324148185},
        {mg_sigmoid, 1e5, 1, 0},
        {mg_sigmoid, -1e5, 0, 0},
        {mg_sigmoid, INFINITY, 1, 0},
        {mg_sigmoid, -INFINITY, 0, 0},
        {mg_erf, 1, 0.8427007929497149, 0.4151074974205947},
        {mg_erf, 0, 0, 1.1283791670955126},
        {mg_abs, -3, 3, -1},
        {mg_abs, 0, 0, 0},
        {mg_sign, -3, -1, 0},
        {mg_sign, 0, 0, 0},
        {mg_neg, 3, -3, -1},
        {mg_floor, -0.5, -1, 0},
        {mg_ceil, 0.5, 1, 0},
        {mg_stop_gradient, 3, 3, 0},
    };
    for (int64_t i = 0; i < COUNT(known); i++) {
        const mg_value x = test_reals(t, 1, &known[i].x);
        const mg_value y = known[i].build(t->g, x);
        test_check(t, y, 1, &known[i].y, tight);
        test_check(t, test_slope(t, y, x), 1, &known[i].slope, tight);
    }
}

static void round_sends_halves_to_the_even_integer(void **state)
{
    test_graph *const t = *state;
    const double x[] = {0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, -2.6, 1e300};
    const double y[] = {0, 2, 2, 0, -2, -2, 2, -3, 1e300};
    const double odd[] = {INFINITY, -INFINITY, NAN, 4503599627370497.0};
    test_check(t, mg_round(t->g, test_reals(t, COUNT(x), x)), COUNT(x), y, 0);
    test_check(t, mg_round(t->g, test_reals(t, 4, odd)), 4, odd, 0);
}

static void numbers_that_are_none_stay_so(void **state)
{
    test_graph *const t = *state;
    const double none[] = {NAN}, one[] = {1};
    const mg_value x = test_reals(t, 1, none), y = test_reals(t, 1, one);
    test_check(t, mg_sign(t->g, x), 1, none, 0);
    test_check(t, mg_sigmoid(t->g, x), 1, none, 0);
    test_check(t, mg_maximum(t->g, x, y), 1, none, 0);
    test_check(t, mg_maximum(t->g, y, x), 1, none, 0);
    test_check(t, mg_minimum(t->g, x, y), 1, none, 0);
    test_check(t, mg_minimum(t->g, y, x), 1, none, 0);
    test_check(t, mg_clamp(t->g, x, y, y), 1, none, 0);
}

static void the_branch_not_taken_never_spoils_a_gradient(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double data[] = {0, 4}, none[] = {NAN, 4};
    const double by_sqrt[] = {0, 0.25}, second[] = {0, -1.0 / 32};
    const double by_log[] = {0, 0.25};
    const mg_value x = test_reals(t, 2, data), zero = mg_real(g, 0);
    const mg_value positive = mg_less(g, zero, x);
    const mg_value root = mg_where(g, positive, mg_sqrt(g, x), zero);
    const mg_value slope = test_slope(t, root, x);
    test_check(t, slope, 2, by_sqrt, tight);
    test_check(t, test_slope(t, slope, x), 2, second, tight);
    const mg_value log = mg_where(g, positive, mg_log(g, x), zero);
    test_check(t, test_slope(t, log, x), 2, by_log, tight);
    const mg_value quotient = mg_div(g, mg_real(g, 1), x);
    const mg_value inverse = mg_where(g, positive, quotient, zero);
    const double by_inverse[] = {0, -1.0 / 16};
    test_check(t, test_slope(t, inverse, x), 2, by_inverse, tight);
    const mg_value bad = test_reals(t, 2, none);
    const mg_value half = mg_where(g, mg_less(g, zero, bad), bad, zero);
    test_check(t, test_slope(t, mg_exp(g, half), bad), 2,
               (const double[]){0, exp(4)}, tight);
}

static void strong_zeros_absorb_but_have_the_plain_derivative(void **state)
{
    test_graph *const t = *state;
    const double a[] = {0, 0, 2, 0}, b[] = {INFINITY, NAN, 3, 5};
    const double y[] = {0, 0, 6, 0};
    const mg_value x = test_reals(t, 4, a), z = test_reals(t, 4, b);
    const mg_value product = mg_strong_mul(t->g, x, z);
    test_check(t, product, 4, y, 0);
    test_check(t, test_slope(t, product, x), 4, b, 0);
    test_check(t, test_slope(t, product, z), 4, a, 0);
}

static void powers_have_slopes_at_zero_and_below(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const double data[] = {0, -2, 3};
    const double slope[5][3] = {
        {0, 0, 0}, {1, 1, 1}, {0, -4, 6}, {0, 12, 27}, {0, -32, 108}};
    const double second[5][3] = {
        {0, 0, 0}, {0, 0, 0}, {2, 2, 2}, {0, -12, 18}, {0, 48, 108}};
    const mg_value x = test_reals(t, 3, data);
    for (int64_t n = 0; n < 5; n++) {
        const mg_value y = mg_pow(g, x, mg_integer(g, n));
        const mg_value first = test_slope(t, y, x);
        test_check(t, first, 3, slope[n], tight);
        test_check(t, test_slope(t, first, x), 3, second[n], tight);
    }
    const double inverse[] = {-INFINITY, -0.25, -1.0 / 9};
    const mg_value y = mg_pow(g, x, mg_integer(g, -1));
    test_check(t, test_slope(t, y, x), 3, inverse, tight);
}

static void powers_have_slopes_by_the_exponent(void **state)
{
    test_graph *const t = *state;
    const double a[] = {0, 2, 0, 1}, b[] = {2, 3, 0, -1};
    const double by_a[] = {0, 12, 0, -1};
    const double by_b[] = {0, 8 * log(2), -INFINITY, 0};
    const mg_value x = test_reals(t, 4, a), z = test_table(t, (mg_shape){0}, b);
    const mg_value n = test_reals(t, 4, b);
    const mg_value y = mg_pow(t->g, x, n);
    test_check(t, test_slope(t, y, x), 4, by_a, tight);
    test_check(t, test_slope(t, y, n), 4, by_b, tight);
    const double total[] = {4 * log(2)};
    const mg_value square = mg_pow(t->g, x, z);
    test_check(t, test_slope(t, square, z), 1, total, tight);
}

static void integers_to_a_natural_literal_stay_integers(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_shape three = mg_shape_of(1, (const int64_t[]){3});
    const mg_value i = test_integers(t, 3, (const int64_t[]){-2, 0, 3});
    const mg_value cube = mg_pow(g, i, mg_integer(g, 3));
    test_check_type(t, cube, MG_I64, three);
    test_check(t, cube, 3, (const double[]){-8, 0, 27}, 0);
    const mg_value one = mg_pow(g, i, mg_integer(g, 0));
    test_check(t, one, 3, (const double[]){1, 1, 1}, 0);
    const mg_value inverse = mg_pow(g, i, mg_integer(g, -1));
    test_check_type(t, inverse, MG_F64, three);
    test_check(t, inverse, 3, (const double[]){-0.5, INFINITY, 1.0 / 3}, tight);
    test_check_type(t, mg_pow(g, i, i), MG_F64, three);
    test_check_type(t, mg_pow(g, i, mg_real(g, 2)), MG_F64, three);
    const mg_value truth = mg_less(g, i, mg_integer(g, 1));
    const mg_value square = mg_pow(g, truth, mg_integer(g, 2));
    test_check_type(t, square, MG_I64, three);
    test_check(t, square, 3, (const double[]){1, 1, 0}, 0);
}

static void integer_division_rounds_down_as_pythons(void **state)
{
    test_graph *const t = *state;
    const mg_value a =
        test_integers(t, 7, (const int64_t[]){7, -7, 7, -7, 6, -6, 5});
    const mg_value b =
        test_integers(t, 7, (const int64_t[]){2, 2, -2, -2, 3, -3, 0});
    const double quotient[] = {3, -4, -4, 3, 2, 2, 0};
    const double rest[] = {1, 1, -1, -1, 0, 0, 0};
    const mg_value down = mg_floor_div(t->g, a, b);
    test_check(t, down, 7, quotient, 0);
    test_check_type(t, down, MG_I64, mg_shape_of(1, (const int64_t[]){7}));
    test_check(t, mg_mod(t->g, a, b), 7, rest, 0);
}

static void quotients_of_integers_are_real(void **state)
{
    test_graph *const t = *state;
    const mg_value half =
        mg_div(t->g, mg_integer(t->g, 1), mg_integer(t->g, 2));
    test_check_type(t, half, MG_F64, (mg_shape){0});
    test_check(t, half, 1, (const double[]){0.5}, 0);
}

static void truth_values_count_as_numbers(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 3, (const double[]){-1, 0, 1});
    const mg_value low = mg_less_equal(g, x, mg_real(g, 0));
    const mg_shape three = mg_shape_of(1, (const int64_t[]){3});
    test_check_type(t, low, MG_BOOL, three);
    test_check_type(t, mg_add(g, low, low), MG_I64, three);
    test_check(t, mg_add(g, low, low), 3, (const double[]){2, 2, 0}, 0);
    test_check_type(t, mg_mul(g, low, x), MG_F64, three);
    test_check_type(t, mg_exp(g, low), MG_F64, three);
    test_check_type(t, mg_neg(g, low), MG_I64, three);
    test_check_type(t, mg_equal(g, low, low), MG_BOOL, three);
    const mg_value same = mg_equal(g, low, mg_integer(g, 1));
    test_check(t, same, 3, (const double[]){1, 1, 0}, 0);
}

static void comparisons_and_logic_have_their_tables(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_reals(t, 4, (const double[]){0, 0, 1, 1});
    const mg_value b = test_reals(t, 4, (const double[]){0, 1, 0, 1});
    const mg_value one = mg_real(g, 1);
    const mg_value p = mg_equal(g, a, one), q = mg_equal(g, b, one);
    test_check(t, mg_less(g, a, b), 4, (const double[]){0, 1, 0, 0}, 0);
    test_check(t, mg_less_equal(g, a, b), 4, (const double[]){1, 1, 0, 1}, 0);
    test_check(t, mg_equal(g, a, b), 4, (const double[]){1, 0, 0, 1}, 0);
    test_check(t, mg_not_equal(g, a, b), 4, (const double[]){0, 1, 1, 0}, 0);
    test_check(t, mg_logical_and(g, p, q), 4, (const double[]){0, 0, 0, 1}, 0);
    test_check(t, mg_logical_or(g, p, q), 4, (const double[]){0, 1, 1, 1}, 0);
    test_check(t, mg_logical_not(g, p), 4, (const double[]){1, 1, 0, 0}, 0);
}

static void ties_of_two_share_the_gradient(void **state)
{
    test_graph *const t = *state;
    const mg_value a = test_reals(t, 3, (const double[]){1, 2, 3});
    const mg_value b = test_table(t, (mg_shape){0}, (const double[]){2});
    const mg_value larger = mg_maximum(t->g, a, b);
    const mg_value smaller = mg_minimum(t->g, a, b);
    test_check(t, larger, 3, (const double[]){2, 2, 3}, 0);
    test_check(t, smaller, 3, (const double[]){1, 2, 2}, 0);
    test_check(t, test_slope(t, larger, a), 3, (const double[]){0, 0.5, 1}, 0);
    test_check(t, test_slope(t, larger, b), 1, (const double[]){1.5}, 0);
    test_check(t, test_slope(t, smaller, a), 3, (const double[]){1, 0.5, 0}, 0);
    test_check(t, test_slope(t, smaller, b), 1, (const double[]){1.5}, 0);
}

static void clamp_hands_the_gradient_to_the_limit_that_holds(void **state)
{
    test_graph *const t = *state;
    const double data[] = {-3, -1, 0, 2, 5};
    const mg_value x = test_reals(t, 5, data);
    const mg_value low = test_table(t, (mg_shape){0}, (const double[]){-1});
    const mg_value high = test_table(t, (mg_shape){0}, (const double[]){2});
    const mg_value y = mg_clamp(t->g, x, low, high);
    test_check(t, y, 5, (const double[]){-1, -1, 0, 2, 2}, 0);
    test_check(t, test_slope(t, y, x), 5, (const double[]){0, 1, 1, 1, 0}, 0);
    test_check(t, test_slope(t, y, low), 1, (const double[]){1}, 0);
    test_check(t, test_slope(t, y, high), 1, (const double[]){1}, 0);
    const mg_value crossed = mg_clamp(t->g, x, high, low);
    test_check(t, crossed, 5, (const double[]){-1, -1, -1, -1, -1}, 0);
    test_check(t, test_slope(t, crossed, low), 1, (const double[]){5}, 0);
    test_check(t, test_slope(t, crossed, high), 1, (const double[]){0}, 0);
}

static void gradients_sum_over_the_axes_that_broadcast(void **state)
{
    test_graph *const t = *state;
    const mg_shape column = mg_shape_of(2, (const int64_t[]){2, 1});
    const mg_value a = test_table(t, column, (const double[]){1, 2});
    const mg_value b = test_reals(t, 3, (const double[]){10, 20, 30});
    const mg_value y = mg_mul(t->g, a, b);
    test_check_type(t, y, MG_F64, mg_shape_of(2, (const int64_t[]){2, 3}));
    const mg_value by_a = test_slope(t, y, a), by_b = test_slope(t, y, b);
    test_check_type(t, by_a, MG_F64, column);
    test_check(t, by_a, 2, (const double[]){60, 60}, 0);
    test_check(t, by_b, 3, (const double[]){3, 3, 3}, 0);
}

static void mistakes_name_the_operation_and_the_operands(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value a = test_reals(t, 2, (const double[]){1, 2});
    const mg_value b = test_reals(t, 3, (const double[]){1, 2, 3});
    const mg_value p = mg_less(g, a, a);
    test_check_failure(t, mg_add(g, a, b),
                       "add: shapes [2] and [3] do not broadcast");
    test_check_failure(t, mg_floor_div(g, a, a),
                       "// is for integers, not real numbers");
    test_check_failure(t, mg_mod(g, mg_integer(g, 1), a),
                       "% is for integers, not real numbers");
    test_check_failure(t, mg_logical_and(g, p, a),
                       "logical_and: wants truth values, not real numbers");
    test_check_failure(
        t, mg_where(g, a, a, a),
        "where: the condition must be truth values, not real numbers");
    test_check_failure(t, mg_where(g, p, a, b),
                       "where: shapes [2] and [3] do not broadcast");
}

static void every_name_of_the_catalogue_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < mg_op_count; i++) {
        const char *const name = mg_ops[i]->name;
        assert_ptr_equal(mg_op_find(name, strlen(name)), mg_ops[i]);
    }
    assert_null(mg_op_find("ex", 2));
    assert_null(mg_op_find("", 0));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(functions_have_their_known_values_and_slopes),
        TEST(round_sends_halves_to_the_even_integer),
        TEST(numbers_that_are_none_stay_so),
        TEST(the_branch_not_taken_never_spoils_a_gradient),
        TEST(strong_zeros_absorb_but_have_the_plain_derivative),
        TEST(powers_have_slopes_at_zero_and_below),
        TEST(powers_have_slopes_by_the_exponent),
        TEST(integers_to_a_natural_literal_stay_integers),
        TEST(integer_division_rounds_down_as_pythons),
        TEST(quotients_of_integers_are_real),
        TEST(truth_values_count_as_numbers),
        TEST(comparisons_and_logic_have_their_tables),
        TEST(ties_of_two_share_the_gradient),
        TEST(clamp_hands_the_gradient_to_the_limit_that_holds),
        TEST(gradients_sum_over_the_axes_that_broadcast),
        TEST(mistakes_name_the_operation_and_the_operands),
        TEST(every_name_of_the_catalogue_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
