/* Functions as values, repeat, tuples, states, derivatives, totals and the
 * values of a batch: what they mean, by numbers. */
#include "formula/network.h"
#include "support/formula.h"
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* y of a text with x = (1, 2, 3). */
static void check_y(const char *text, int n, const double expected[])
{
    char source[2000];
    test_formula t;
    snprintf(source, sizeof(source), "input x[3]\n%s\n", text);
    test_formula_open(&t, source);
    test_formula_feed(&t, "x", 3, (const double[]){1, 2, 3});
    test_formula_check(&t, "y", n, expected, 1e-12);
    test_formula_close(&t);
}

static void check_number(const char *text, double expected)
{
    check_y(text, 1, &expected);
}

/* ---- Functions as values ---- */

static void lambdas_are_values(void **state)
{
    (void)state;
    check_number("f = v -> v + 1\ny = f(f(sum(x)))", 8);
    check_number("f = (a, b) -> a - b\ny = f(sum(x), 1)", 5);
    check_number("f = () -> 7\ny = f() + sum(x)", 13);
    check_number("def twice(f, v) { f(f(v)) }\ny = twice(v -> 2 * v, x[2])",
                 12);
    /* The body reaches as far right as it can; brackets end it. */
    check_number("y = (v -> v + 1)(2) * x[1]", 6);
    check_number("f = v -> u -> v - u\ny = f(x[2])(x[0])", 2);
    check_number("f = v -> {\n a = v^2\n  a + 1\n}\ny = f(x[1])", 5);
    check_number("n = 3; f = v -> v * n\ny = f(x[0])", 3);
    check_number("f, (g, k) = (v -> v, (v -> 2 * v, 4))\ny = g(f(x[1])) + k",
                 8);
}

static void lambdas_see_what_stands_above_them(void **state)
{
    (void)state;
    /* The meaning at their definition, not at their call. */
    check_number("def f(v) { a = 1; g = u -> u + a; a = 10; g(v) + a }\n"
                 "y = f(x[0])",
                 12);
    char *const report =
        test_formula_report("input x\nf = v -> v + b\nb = 2\ny = f(x)\n");
    assert_non_null(strstr(report, "b is not known"));
    free(report);
}

static void tuples_are_values(void **state)
{
    (void)state;
    check_number("def f(a) { (a, (a + 1, a + 2)) }\n"
                 "a, (b, c) = f(x[0])\ny = a + 10 * b + 100 * c",
                 321);
    check_number("t = (x[0], x[1])\ny = t[1] - t[0]", 1);
    check_number("f = v -> (v, 2 * v)\na, b = f(x[2])\ny = a * b", 18);
    check_number("def step(s) { a, b = s; (b, a + b) }\n"
                 "a, b = repeat(5, step, (x[0], x[0]))\ny = b",
                 13);
}

/* ---- repeat ---- */

static void repeat_writes_its_turns_out(void **state)
{
    (void)state;
    check_number("y = repeat(4, v -> 2 * v, x[0])", 16);
    check_number("y = repeat(0, v -> 2 * v, x[1])", 2);
    /* Shapes may change. */
    check_y("y = repeat(2, v -> v[1:], x)", 1, (const double[]){3});
    check_y("y = repeat(2, relu, x - 2)", 3, (const double[]){0, 0, 1});
}

static void check_params(const char *text, size_t n, const char *const names[])
{
    test_formula t;
    test_formula_open(&t, text);
    for (size_t i = 0; i < n && i < t.network->n_params; i++)
        assert_string_equal(t.network->param[i].name, names[i]);
    assert_int_equal(t.network->n_params, n);
    test_formula_close(&t);
}

static void turns_have_paths_of_their_own(void **state)
{
    (void)state;
    check_params(
        "input x[3]\n"
        "def block(x, n) { y = relu(dense(x, n)); x + dense(y, 3) }\n"
        "t = repeat(2, v -> block(v, 4), x)\n",
        8,
        (const char *const[]){"t.0.block.y.dense.W", "t.0.block.y.dense.b",
                              "t.0.block.dense.W", "t.0.block.dense.b",
                              "t.1.block.y.dense.W", "t.1.block.y.dense.b",
                              "t.1.block.dense.W", "t.1.block.dense.b"});
    check_params("input x[3]\nt = repeat(2, v -> { param a = 1; a * v }, x)\n",
                 2, (const char *const[]){"t.0.a", "t.1.a"});
    /* A lambda is no part of paths; what it calls is numbered on. */
    check_params("input x[3]\nf = v -> dense(v, 3)\nz = f(f(x))\n", 4,
                 (const char *const[]){"z.dense.W", "z.dense.b", "z.dense.2.W",
                                       "z.dense.2.b"});
}

static void paths_of_turns_are_expressions(void **state)
{
    (void)state;
    check_number("t = repeat(2, v -> { param a = 5; a * v }, x[1])\n"
                 "y = t.0.a + t.1.a",
                 10);
}

/* ---- Derivatives ---- */

static void derivatives_are_values(void **state)
{
    (void)state;
    check_y("y = grad(sum(x^3), x)", 3, (const double[]){3, 12, 27});
    check_y("y = jacobian(x^2, x)", 9,
            (const double[]){2, 0, 0, 0, 4, 0, 0, 0, 6});
    check_y("y = hessian(x[0] * x[1]^2, x)", 9,
            (const double[]){0, 4, 0, 4, 2, 0, 0, 0, 0});
    check_y("y = vjp(x^2, x, [1, 1, 2])", 3, (const double[]){2, 4, 12});
    check_y("y = jvp(x^2, x, [1, 0, 2])", 3, (const double[]){2, 0, 12});
    check_number("t = x[1]\ny = grad(grad(grad(t^4, t), t), t)", 48);
    check_y("y = grad(3, x)", 3, (const double[]){0, 0, 0});
    /* The gradient of a penalty that is a gradient. */
    check_y("g = grad(sum(x^3), x)\nn = sum(g^2)\ny = grad(n, x)", 3,
            (const double[]){36, 288, 972});
}

static void derivatives_are_taken_by_names(void **state)
{
    (void)state;
    /* Uses of the name count, also where another has the same formula. */
    check_number("a = x[0] + 1\nb = x[0] + 1\ny = grad(a * b, a)", 2);
    /* A parameter of a function stands for the name that it was given. */
    check_number("a = 3 * x[0]\ndef f(u) { grad(u * a, u) }\ny = f(a)", 6);
    /* Given a formula it is a name of its own. */
    check_number("def f(u) { grad(u * x[1], u) }\ny = f(x[1] + 0)", 2);
    check_number("def f(u) { grad(u * (x[0] + 2), u) }\ny = f(x[0] + 2)", 3);
    check_number("h = x[0] * 2\nz = dense([h], 1)\n"
                 "y = grad(z[0], z.dense.b)[0]",
                 1);
}

static void a_derivative_of_nothing_is_warned_of(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x\ninput z\ny = grad(x^2, z)\n");
    assert_int_equal(t.network->n_warnings, 1);
    assert_string_equal(t.network->warning[0].text,
                        "x^2 does not depend on z: its grad is 0");
    assert_int_equal(t.network->warning[0].place.line, 3);
    test_formula_close(&t);
}

/* ---- where ---- */

static void branches_not_taken_spoil_no_gradient(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input a; input m\n"
                          "y = where(a <= 0, exp(a), 1 + a)\nd = grad(y, a)\n"
                          "z = where(a == -inf, m, (a - m)^2)\n"
                          "e = grad(z, m)\n");
    test_formula_feed(&t, "a", 1, (const double[]){1000});
    test_formula_feed(&t, "m", 1, (const double[]){2});
    test_formula_check(&t, "d", 1, (const double[]){1}, 0);
    t.n_fed = 1;
    mg_tensor_set(&t.fed[0].tensor, 0, -INFINITY);
    test_formula_feed(&t, "m", 1, (const double[]){2});
    test_formula_check(&t, "e", 1, (const double[]){1}, 0);
    test_formula_close(&t);
}

/* exp(100) leaves the range of f32. */
static void branches_not_taken_may_leave_the_range_of_f32(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open_f32(&t, "input a\ny = where(a <= 0, exp(a), 1 + a)\n"
                              "d = grad(y, a)\n");
    test_formula_feed(&t, "a", 1, (const double[]){100});
    test_formula_check(&t, "d", 1, (const double[]){1}, 0);
    test_formula_close(&t);
}

static void a_row_that_is_masked_whole_spoils_no_gradient(void **state)
{
    test_formula t;
    (void)state;
    /* Query 1 sees no key; its row of the result is 0. */
    test_formula_open(&t,
                      "input q[3,2]; input k[3,2]; input v[3,2]\n"
                      "m = [[true, false, false], [false, false, false],\n"
                      "     [true, true, true]]\n"
                      "y = attention(q, k, v, m)\n"
                      "f = sum(y^2)\n"
                      "finite = [sum(abs(grad(f, q))), sum(abs(grad(f, k))),\n"
                      "          sum(abs(grad(f, v)))] < inf\n"
                      "row = grad(f, q)[1]\nfirst = y[:2]\n");
    const double data[] = {1, 2, -1, 0.5, 3, 1};
    test_formula_feed(&t, "q", 6, data);
    test_formula_feed(&t, "k", 6, data);
    test_formula_feed(&t, "v", 6, data);
    test_formula_check(&t, "finite", 3, (const double[]){1, 1, 1}, 0);
    test_formula_check(&t, "row", 2, (const double[]){0, 0}, 0);
    test_formula_check(&t, "first", 4, (const double[]){1, 2, 0, 0}, 1e-12);
    test_formula_close(&t);
}

/* ---- States ---- */

static void a_state_means_its_new_value_from_its_update_on(void **state)
{
    test_formula t;
    (void)state;
    static const char text[] = "input x\nstate n = 5\nbefore = n + x\n"
                               "n := n + 1\nafter = n + x\n"
                               "def f(v) { n * v }\nz = f(x)\n";
    test_formula_open_training(&t, text);
    const mg_network *const n = t.network;
    assert_int_equal(n->n_states, 1);
    assert_string_equal(n->state[0].name, "n");
    assert_true(mg_tensor_get(&n->state[0].initial, 0) == 5);
    test_formula_feed(&t, "x", 1, (const double[]){1});
    test_formula_feed(&t, "n", 1, (const double[]){10});
    test_formula_check(&t, "before", 1, (const double[]){11}, 0);
    test_formula_check(&t, "after", 1, (const double[]){12}, 0);
    test_formula_check(&t, "z", 1, (const double[]){11}, 0);
    test_formula_check_value(&t, n->state[0].next, 1, (const double[]){11}, 0);
    test_formula_close(&t);
    /* Outside training nothing is stored, but the name means the same. */
    test_formula_open(&t, text);
    assert_int_equal(t.network->n_states, 1);
    assert_int_equal(t.network->state[0].next.id, 0);
    test_formula_feed(&t, "x", 1, (const double[]){1});
    test_formula_feed(&t, "n", 1, (const double[]){10});
    test_formula_check(&t, "after", 1, (const double[]){12}, 0);
    test_formula_close(&t);
}

static void states_of_both_branches_stay(void **state)
{
    test_formula t;
    static const char text[] =
        "input x[2]\nstate s = 3\n"
        "y = if training { s := 2 * s; state u = 1; u := u + 1; x * s * u } "
        "else { state v = 4; x + s + v }\n"
        "z = s + sum(x)\n";
    (void)state;
    for (int training = 0; training < 2; training++) {
        if (training)
            test_formula_open_training(&t, text);
        else
            test_formula_open(&t, text);
        const mg_network *const n = t.network;
        assert_int_equal(n->n_states, 3);
        assert_string_equal(n->state[0].name, "s");
        assert_string_equal(n->state[1].name, "y.u");
        assert_string_equal(n->state[2].name, "y.v");
        assert_int_equal(n->state[0].next.id != 0, training);
        assert_int_equal(n->state[1].next.id != 0, training);
        assert_int_equal(n->state[2].next.id, 0);
        test_formula_feed(&t, "x", 2, (const double[]){1, 2});
        test_formula_feed(&t, "s", 1, (const double[]){3});
        test_formula_check(&t, "z", 1, (const double[]){training ? 9 : 6}, 0);
        test_formula_close(&t);
    }
}

static void each_call_has_states_of_its_own(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open_training(&t, "input x[2]\nh = batchnorm(x)\n"
                                   "k = batchnorm(batchnorm(h))\n");
    static const char *const names[] = {
        "h.batchnorm.running_mean",   "h.batchnorm.running_var",
        "k.batchnorm.running_mean",   "k.batchnorm.running_var",
        "k.batchnorm.2.running_mean", "k.batchnorm.2.running_var"};
    assert_int_equal(t.network->n_states, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(t.network->state[i].name, names[i]);
        assert_true(t.network->state[i].next.id != 0);
        assert_true(mg_tensor_get(&t.network->state[i].initial, 1) ==
                    (double)(i % 2));
    }
    test_formula_close(&t);
}

static void batchnorm_in_use_takes_the_running_values(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x[2,3]\nh = batchnorm(x, epsilon = 0)\n");
    test_formula_feed(&t, "x", 6, (const double[]){1, 2, 3, 4, 5, 6});
    test_formula_feed(&t, "h.batchnorm.running_mean", 2,
                      (const double[]){1, 5});
    test_formula_feed(&t, "h.batchnorm.running_var", 2, (const double[]){4, 1});
    test_formula_check(&t, "h", 6, (const double[]){0, 0.5, 1, -1, 0, 1},
                       1e-12);
    test_formula_close(&t);
}

static void groupnorm_takes_neighbours_together(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x[4]\nh = groupnorm(x, 2, epsilon = 0)\n");
    test_formula_feed(&t, "x", 4, (const double[]){1, 3, 10, 30});
    test_formula_check(&t, "h", 4, (const double[]){-1, 1, -1, 1}, 1e-12);
    test_formula_close(&t);
}

/* ---- Weights, totals ---- */

static void the_weight_is_a_value_of_the_example(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input m[3]\nweight = sum(m)\nloss = m[0]\n");
    test_formula_feed(&t, "m", 3, (const double[]){1, 2, 3});
    test_formula_check_value(&t, t.network->weight, 1, (const double[]){6}, 0);
    test_formula_check(&t, "weight", 1, (const double[]){6}, 0);
    test_formula_close(&t);
}

static void totals_stand_in_metrics(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input z; target y\ndef sq(v) { total(v^2) }\n"
                          "metric r2 = 1 - sq(z - y) / "
                          "(sq(y) - total(y)^2 / total(1))\n");
    const mg_graph *const g = t.network->graph;
    int totals = 0;
    for (uint32_t id = 1; id <= mg_graph_size(g); id++)
        totals += mg_graph_node(g, (mg_value){id})->op == &mg_op_total;
    assert_int_equal(totals, 4);
    assert_int_equal(t.network->n_metrics, 1);
    test_formula_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lambdas_are_values),
        cmocka_unit_test(lambdas_see_what_stands_above_them),
        cmocka_unit_test(tuples_are_values),
        cmocka_unit_test(repeat_writes_its_turns_out),
        cmocka_unit_test(turns_have_paths_of_their_own),
        cmocka_unit_test(paths_of_turns_are_expressions),
        cmocka_unit_test(derivatives_are_values),
        cmocka_unit_test(derivatives_are_taken_by_names),
        cmocka_unit_test(a_derivative_of_nothing_is_warned_of),
        cmocka_unit_test(branches_not_taken_spoil_no_gradient),
        cmocka_unit_test(branches_not_taken_may_leave_the_range_of_f32),
        cmocka_unit_test(a_row_that_is_masked_whole_spoils_no_gradient),
        cmocka_unit_test(a_state_means_its_new_value_from_its_update_on),
        cmocka_unit_test(states_of_both_branches_stay),
        cmocka_unit_test(each_call_has_states_of_its_own),
        cmocka_unit_test(batchnorm_in_use_takes_the_running_values),
        cmocka_unit_test(groupnorm_takes_neighbours_together),
        cmocka_unit_test(the_weight_is_a_value_of_the_example),
        cmocka_unit_test(totals_stand_in_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
