/* The standard library against numbers by hand, and where numbers are large:
 * values and gradients must stay finite. */
#include "derive/derive.h"
#include "support/formula.h"
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Value y of a text with x[n], and the gradient of sum(y) by x. */
static void check_both(const char *text, int n, const double x[], int m,
                       const double y[], const double slope[])
{
    char source[1000];
    test_formula t;
    snprintf(source, sizeof(source), "input x[%d]\n%s\nloss = sum(y)\n", n,
             text);
    test_formula_open(&t, source);
    test_formula_feed(&t, "x", n, x);
    test_formula_check(&t, "y", m, y, 1e-12);
    if (slope) {
        mg_value gradient;
        assert_int_equal(mg_gradient(t.network->graph, t.network->loss, 1,
                                     &t.network->input[0].value, &gradient),
                         MG_OK);
        test_formula_check_value(&t, gradient, n, slope, 1e-12);
    }
    test_formula_close(&t);
}

static void rectifiers_have_slope_zero_at_zero(void **state)
{
    const double x[] = {-2, 0, 3};
    (void)state;
    check_both("y = relu(x)", 3, x, 3, (const double[]){0, 0, 3},
               (const double[]){0, 0, 1});
    check_both("y = leaky_relu(x)", 3, x, 3, (const double[]){-0.02, 0, 3},
               (const double[]){0.01, 0.01, 1});
    check_both("y = leaky_relu(x, slope = 0.5)", 3, x, 3,
               (const double[]){-1, 0, 3}, (const double[]){0.5, 0.5, 1});
    check_both("y = elu(x)", 3, x, 3, (const double[]){expm1(-2), 0, 3},
               (const double[]){exp(-2), 1, 1});
    check_both("y = elu(x)", 3, (const double[]){-800, 800, 1}, 3,
               (const double[]){-1, 800, 1}, (const double[]){0, 1, 1});
}

static void smooth_activations_have_their_formulas(void **state)
{
    const double x[] = {-1, 0, 2};
    const double s[] = {1 / (1 + exp(1)), 0.5, 1 / (1 + exp(-2))};
    (void)state;
    check_both(
        "y = gelu(x)", 3, x, 3,
        (const double[]){-0.5 * (1 + erf(-sqrt(0.5))), 0, 1 + erf(sqrt(2))},
        NULL);
    check_both("y = silu(x)", 3, x, 3, (const double[]){-s[0], 0, 2 * s[2]},
               NULL);
    check_both("y = softplus(x)", 3, x, 3,
               (const double[]){log1p(exp(-1)), log(2), log1p(exp(2))}, s);
    check_both("y = softplus(x)", 3, (const double[]){-800, 0, 800}, 3,
               (const double[]){0, log(2), 800}, (const double[]){0, 0.5, 1});
}

static void softmax_of_large_logits_does_not_overflow(void **state)
{
    const double e = exp(-1), sum = 1 + e;
    (void)state;
    check_both("y = softmax(x)", 2, (const double[]){800, 799}, 2,
               (const double[]){1 / sum, e / sum}, (const double[]){0, 0});
    check_both("y = log_softmax(x)", 2, (const double[]){800, -800}, 2,
               (const double[]){0, -1600}, (const double[]){-1, 1});
    check_both("y = softmax([x, x])[1]", 2, (const double[]){0, 0}, 2,
               (const double[]){0.5, 0.5}, (const double[]){0, 0});
}

static void masked_logits_get_nothing_and_spoil_nothing(void **state)
{
    (void)state;
    check_both("y = softmax(where([true, false], x, -inf))[0]", 2,
               (const double[]){3, 800}, 1, (const double[]){1},
               (const double[]){0, 0});
    check_both("y = softmax(where([false, false], x, -inf))", 2,
               (const double[]){3, 4}, 2, (const double[]){0, 0},
               (const double[]){0, 0});
    check_both("y = cross_entropy(where([true, true, false], x, -inf), 1)", 3,
               (const double[]){800, 800, 5}, 1, (const double[]){log(2)},
               (const double[]){0.5, -0.5, 0});
}

static void cross_entropy_is_the_logarithm_of_the_labels_share(void **state)
{
    const double total = log(exp(1) + exp(2) + exp(4));
    test_formula t;
    (void)state;
    check_both(
        "y = cross_entropy(x, 2)", 3, (const double[]){1, 2, 4}, 1,
        (const double[]){total - 4},
        (const double[]){exp(1 - total), exp(2 - total), exp(4 - total) - 1});
    check_both("y = cross_entropy(x, 0)", 2, (const double[]){-800, 800}, 1,
               (const double[]){1600}, (const double[]){-1, 1});
    /* [T, V] against [T]: one value a label. */
    test_formula_open(&t, "input z[2,3]\ntarget c[2] int 3\n"
                          "y = cross_entropy(z, c)\n");
    test_formula_feed(&t, "z", 6, (const double[]){1, 2, 4, 0, 0, 0});
    test_formula_feed(&t, "c", 2, (const double[]){1, 2});
    test_formula_check(&t, "y", 2, (const double[]){total - 2, log(3)}, 1e-12);
    test_formula_close(&t);
}

static void losses_have_their_formulas(void **state)
{
    const double x[] = {1, 3};
    (void)state;
    check_both("y = l2(x, [0, 1])", 2, x, 1, (const double[]){2.5},
               (const double[]){1, 2});
    check_both("y = mse(x, [0, 1])", 2, x, 1, (const double[]){2.5},
               (const double[]){1, 2});
    check_both("y = mae(x, [0, 4])", 2, x, 1, (const double[]){1},
               (const double[]){0.5, -0.5});
    check_both("y = huber(x, [0.5, 1])", 2, x, 1,
               (const double[]){(0.125 + 1.5) / 2},
               (const double[]){0.25, 0.5});
    check_both("y = huber(x, [0.5, 1], delta = 3)", 2, x, 1,
               (const double[]){(0.125 + 2) / 2}, (const double[]){0.25, 1});
    check_both("y = hinge(x, [1, -1])", 2, (const double[]){0.5, 3}, 1,
               (const double[]){(0.5 + 4) / 2}, (const double[]){-0.5, 0.5});
    check_both("y = kl([0, 1], x)", 2, (const double[]){0.5, 0.25}, 1,
               (const double[]){log(4)}, (const double[]){0, -4});
}

static void binary_cross_entropy_does_not_overflow(void **state)
{
    (void)state;
    check_both("y = binary_cross_entropy(x, [1, 0, 1])", 3,
               (const double[]){0, 800, -800}, 1,
               (const double[]){(log(2) + 1600) / 3},
               (const double[]){-0.5 / 3, 1.0 / 3, -1.0 / 3});
}

static void norms_work_on_the_last_axis(void **state)
{
    const double r = 1 / sqrt(1 + 1e-5), q = 1 / sqrt(5 + 1e-6);
    (void)state;
    check_both("y = flatten(layernorm(reshape(x, (2, 2))))", 4,
               (const double[]){1, 3, 5, 7}, 4, (const double[]){-r, r, -r, r},
               NULL);
    check_both("y = rmsnorm(x)", 2, (const double[]){1, 3}, 2,
               (const double[]){q, 3 * q}, NULL);
}

static void dropout_does_nothing_in_use(void **state)
{
    test_formula t;
    (void)state;
    check_both("y = dropout(x, 0.9)", 2, (const double[]){1, 3}, 2,
               (const double[]){1, 3}, (const double[]){1, 1});
    test_formula_open_training(&t, "input x[400]\n"
                                   "y = dropout(x + 1, 0.25)\n"
                                   "dropped = mean(y == 0)\n"
                                   "kept = max(y)\n"
                                   "all = sum(dropout(x + 1, 1.0))\n");
    test_formula_feed(&t, "x", 400, (const double[400]){0});
    test_formula_check(&t, "dropped", 1, (const double[]){0.25}, 0.08);
    test_formula_check(&t, "kept", 1, (const double[]){1 / 0.75}, 1e-12);
    test_formula_check(&t, "all", 1, (const double[]){0}, 0);
    test_formula_close(&t);
}

static void dense_is_a_product_with_the_transpose(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x[2,3]\nh = dense(x, 4)\n"
                          "y = h - (x @ h.dense.W' + h.dense.b)\n"
                          "s = max(abs(h.dense.W))\n");
    test_formula_feed(&t, "x", 6, (const double[]){1, 2, 3, 4, 5, 6});
    test_formula_check(&t, "y", 8, (const double[8]){0}, 1e-14);
    test_formula_check(&t, "s", 1, (const double[]){0.3}, 0.2774);
    const mg_network_param *const w =
        mg_network_find_param(t.network, "h.dense.W");
    assert_true(w->init == MG_INIT_UNIFORM);
    assert_true(fabs(w->b - 1 / sqrt(3)) < 1e-15 && w->a == -w->b);
    test_formula_close(&t);
}

static void embedding_takes_rows(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t,
                      "input i[2] int 5\ne = embedding(i, 5, 3)\n"
                      "y = e - stack(e.embedding.W[4], e.embedding.W[0])\n");
    test_formula_feed(&t, "i", 2, (const double[]){4, 0});
    test_formula_check(&t, "y", 6, (const double[6]){0}, 0);
    test_formula_close(&t);
}

static void attention_averages_what_its_mask_lets_through(void **state)
{
    (void)state;
    check_both("q = reshape(x, (2, 1))\n"
               "y = flatten(attention(q, 0 * q, q))",
               2, (const double[]){1, 3}, 2, (const double[]){2, 2},
               (const double[]){1, 1});
    check_both("q = reshape(x, (2, 1))\n"
               "y = flatten(attention(q, 0 * q, q, causal(2)))",
               2, (const double[]){1, 3}, 2, (const double[]){1, 2},
               (const double[]){1.5, 0.5});
}

static void heads_come_first_and_go_back(void **state)
{
    (void)state;
    check_both("m = reshape(x, (2, 4))\ny = flatten(heads_first(m, 2))", 8,
               (const double[]){0, 1, 2, 3, 4, 5, 6, 7}, 8,
               (const double[]){0, 1, 4, 5, 2, 3, 6, 7}, NULL);
    check_both("m = reshape(x, (2, 4))\n"
               "y = flatten(heads_last(heads_first(m, 2)))",
               8, (const double[]){0, 1, 2, 3, 4, 5, 6, 7}, 8,
               (const double[]){0, 1, 2, 3, 4, 5, 6, 7}, NULL);
}

static void products_of_vectors(void **state)
{
    (void)state;
    check_both("y = flatten(outer(x, [10, 100, 1000]))", 2,
               (const double[]){1, 2}, 6,
               (const double[]){10, 100, 1000, 20, 200, 2000}, NULL);
    check_both("y = dot(x, [10, 100])", 2, (const double[]){1, 2}, 1,
               (const double[]){210}, (const double[]){10, 100});
}

static void schedules_have_their_formulas(void **state)
{
    (void)state;
    test_formula_is("a = cosine(0)", 1);
    test_formula_is("a = cosine(1/2)", 0.5);
    test_formula_is("a = cosine(1)", 0);
    test_formula_is("a = linear(1/4)", 0.75);
    test_formula_is("a = warmup(0.05, 0.1)", 0.5);
    test_formula_is("a = warmup(0.5, 0.1)", 1);
    test_formula_is("a = step_decay(0.7, 3, 0.1)", 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rectifiers_have_slope_zero_at_zero),
        cmocka_unit_test(smooth_activations_have_their_formulas),
        cmocka_unit_test(softmax_of_large_logits_does_not_overflow),
        cmocka_unit_test(masked_logits_get_nothing_and_spoil_nothing),
        cmocka_unit_test(cross_entropy_is_the_logarithm_of_the_labels_share),
        cmocka_unit_test(losses_have_their_formulas),
        cmocka_unit_test(binary_cross_entropy_does_not_overflow),
        cmocka_unit_test(norms_work_on_the_last_axis),
        cmocka_unit_test(dropout_does_nothing_in_use),
        cmocka_unit_test(dense_is_a_product_with_the_transpose),
        cmocka_unit_test(embedding_takes_rows),
        cmocka_unit_test(attention_averages_what_its_mask_lets_through),
        cmocka_unit_test(heads_come_first_and_go_back),
        cmocka_unit_test(products_of_vectors),
        cmocka_unit_test(schedules_have_their_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
