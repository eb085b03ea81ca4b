/* How parameters start. */
#include "formula/network.h"
#include "support/formula.h"
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The numbers of parameter `index`; the caller frees them. */
static double *draw(const mg_network *n, size_t index, uint64_t seed,
                    int64_t *size)
{
    const mg_shape shape = mg_value_shape(n->graph, n->param[index].value);
    *size = mg_shape_size(&shape);
    double *const data = calloc((size_t)*size + 1, sizeof(*data));
    assert_non_null(data);
    const mg_tensor out = mg_tensor_dense((mg_type){MG_F64, shape}, data);
    assert_int_equal(mg_network_init_param(n, index, seed, &out), MG_OK);
    return data;
}

static void check_init(const char *start, mg_init_kind kind, double a, double b)
{
    char text[200];
    test_formula t;
    snprintf(text, sizeof(text), "param W%s", start);
    test_formula_open(&t, text);
    const mg_network_param *const p = &t.network->param[0];
    assert_int_equal(p->init, kind);
    assert_true(fabs(p->a - a) < 1e-15 && fabs(p->b - b) < 1e-15);
    test_formula_close(&t);
}

/* fan_in: all axes but the first; fan_out: the first times all from the third
 * on; of a vector n and 1. */
static void scales_follow_the_shape(void **state)
{
    (void)state;
    check_init("[4,8] ~ he", MG_INIT_NORMAL, sqrt(2.0 / 8), 0);
    check_init("[4,8,3,3] ~ he", MG_INIT_NORMAL, sqrt(2.0 / 72), 0);
    check_init("[8] ~ he", MG_INIT_NORMAL, sqrt(2.0 / 8), 0);
    check_init("[4,8] ~ xavier", MG_INIT_UNIFORM, -sqrt(6.0 / 12),
               sqrt(6.0 / 12));
    check_init("[4,8,3,3] ~ xavier", MG_INIT_UNIFORM, -sqrt(6.0 / 108),
               sqrt(6.0 / 108));
    check_init("[5] ~ xavier", MG_INIT_UNIFORM, -1, 1);
    check_init("[5] ~ normal(0.5)", MG_INIT_NORMAL, 0.5, 0);
    check_init("[5] ~ uniform(-1, sqrt(4))", MG_INIT_UNIFORM, -1, 2);
    check_init("[0,3] ~ he", MG_INIT_NORMAL, sqrt(2.0 / 3), 0);
    check_init("[3,0] ~ he", MG_INIT_NORMAL, 0, 0);
}

static void numbers_fill_and_tables_fit(void **state)
{
    test_formula t;
    int64_t n;
    (void)state;
    test_formula_open(&t, "param a[2,2] = 1/2, b[3] = [1, 2, 3], c ~ ones\n"
                          "param d[2] = [1, 2] * sqrt(4), e = -1\n");
    const double expected[5][4] = {
        {0.5, 0.5, 0.5, 0.5}, {1, 2, 3}, {1}, {2, 4}, {-1}};
    for (size_t i = 0; i < 5; i++) {
        double *const data = draw(t.network, i, 1, &n);
        assert_memory_equal(data, expected[i], (size_t)n * sizeof(*data));
        free(data);
    }
    test_formula_close(&t);
}

static void numbers_depend_on_seed_and_parameter_alone(void **state)
{
    test_formula t;
    int64_t n;
    (void)state;
    test_formula_open(&t, "param a[50] ~ normal(1)\nparam b[50] ~ normal(1)\n");
    double *const a = draw(t.network, 0, 1, &n);
    double *const again = draw(t.network, 0, 1, &n);
    double *const b = draw(t.network, 1, 1, &n);
    double *const other = draw(t.network, 0, 2, &n);
    assert_memory_equal(a, again, 50 * sizeof(*a));
    assert_memory_not_equal(a, b, 50 * sizeof(*a));
    assert_memory_not_equal(a, other, 50 * sizeof(*a));
    free(a);
    free(again);
    free(b);
    free(other);
    test_formula_close(&t);
}

/* 10,000 numbers: the mean is off by less than 5 deviations of itself. */
static void distributions_have_their_moments(void **state)
{
    test_formula t;
    int64_t n;
    (void)state;
    test_formula_open(&t, "param a[10000] ~ normal(2)\n"
                          "param b[10000] ~ uniform(1, 4)\n");
    double sum[2] = {0}, squares[2] = {0};
    for (size_t k = 0; k < 2; k++) {
        double *const data = draw(t.network, k, 7, &n);
        for (int64_t i = 0; i < n; i++) {
            sum[k] += data[i];
            squares[k] += data[i] * data[i];
            assert_true(k == 0 || (data[i] >= 1 && data[i] < 4));
        }
        free(data);
    }
    assert_true(fabs(sum[0] / 1e4) < 5 * 2 / 100.0);
    assert_true(fabs(squares[0] / 1e4 - 4) < 0.3);
    assert_true(fabs(sum[1] / 1e4 - 2.5) < 5 * 0.866 / 100);
    test_formula_close(&t);
}

/* The smaller side's vectors have length 1 and right angles. */
static void check_orthogonal(const char *text, int64_t m, int64_t n)
{
    test_formula t;
    int64_t size;
    test_formula_open(&t, text);
    double *const w = draw(t.network, 0, 3, &size);
    assert_int_equal(size, m * n);
    const int64_t count = m < n ? m : n, length = m < n ? n : m;
    const int64_t across = m < n ? n : 1, along = m < n ? 1 : n;
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j <= i; j++) {
            double dot = 0;
            for (int64_t k = 0; k < length; k++)
                dot += w[i * across + k * along] * w[j * across + k * along];
            assert_true(fabs(dot - (i == j)) < 1e-13);
        }
    free(w);
    test_formula_close(&t);
}

static void orthogonal_rows_or_columns_are_orthonormal(void **state)
{
    (void)state;
    check_orthogonal("param W[3,7] ~ orthogonal", 3, 7);
    check_orthogonal("param W[7,3] ~ orthogonal", 7, 3);
    check_orthogonal("param W[5,5] ~ orthogonal", 5, 5);
    check_orthogonal("param W[4,3,2] ~ orthogonal", 4, 6);
    check_orthogonal("param W[6] ~ orthogonal", 1, 6);
    check_orthogonal("param W[0,6] ~ orthogonal", 0, 6);
}

static void a_tensor_of_another_shape_is_refused(void **state)
{
    test_formula t;
    float data[3];
    const int64_t three = 3;
    (void)state;
    test_formula_open(&t, "param a[2] = 1");
    const mg_tensor out =
        mg_tensor_dense((mg_type){MG_F32, mg_shape_of(1, &three)}, data);
    assert_int_equal(mg_network_init_param(t.network, 0, 1, &out),
                     MG_BAD_ARGUMENT);
    test_formula_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_follow_the_shape),
        cmocka_unit_test(numbers_fill_and_tables_fit),
        cmocka_unit_test(numbers_depend_on_seed_and_parameter_alone),
        cmocka_unit_test(distributions_have_their_moments),
        cmocka_unit_test(orthogonal_rows_or_columns_are_orthonormal),
        cmocka_unit_test(a_tensor_of_another_shape_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
