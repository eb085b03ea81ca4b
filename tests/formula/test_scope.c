/* Which names a formula sees, what values and parameters are called, and where
 * they stand. */
#include "formula/network.h"
#include "support/formula.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

/* One value of a text with x = (1, 2, 3). */
static void check_vector(const char *text, int n, const double expected[])
{
    char source[1000];
    test_formula t;
    snprintf(source, sizeof(source), "input x[3]\n%s\n", text);
    test_formula_open(&t, source);
    for (size_t i = 0; i < t.network->n_inputs; i++)
        test_formula_feed(&t, "x", 3, (const double[]){1, 2, 3});
    test_formula_check(&t, "y", n, expected, 1e-12);
    test_formula_close(&t);
}

/* ---- Scope ---- */

static void functions_see_the_names_above_their_definition(void **state)
{
    (void)state;
    test_formula_is("n = 1; def f(x) { x + n }\na = f(2)", 3);
    /* Inside a function the later meaning holds from there on. */
    test_formula_is("def f(x) { x = x + 1; y = x; x = 10; x + y }\na = f(1)",
                    12);
    /* A default sees the parameters before it. */
    test_formula_is("def f(x, y = 2 * x, z = y) { x + y + z }\na = f(1)", 5);
    test_formula_is("def f(x, y = 2) { x - y }\na = f(y = 1, x = 9)", 8);
    test_formula_is("def f(x) { def g(y) { x * y }; g(10) }\na = f(3)", 30);
    test_formula_is("def twice(f, x) { f(f(x)) }\ndef add(x) { x + 3 }\n"
                    "a = twice(add, 1)",
                    7);
    test_formula_is("a = if training { 1 } else { 2 }", 2);
    test_formula_is("def f(x) {\n y = if training { z = 1; z } else {\n z = 2\n"
                    " z\n }\n y + x\n}\na = f(1)",
                    3);
}

static void the_library_does_not_see_what_a_file_renames(void **state)
{
    (void)state;
    check_vector("def max(x) { 7 }\ndef exp(x) { 0 * x }\ny = softmax(0 * x)",
                 3, (const double[]){1.0 / 3, 1.0 / 3, 1.0 / 3});
    check_vector("def relu(x) { 2 * x }\ny = relu(x)", 3,
                 (const double[]){2, 4, 6});
    /* Above its own definition a name means the library's. */
    check_vector("y = relu(-x)\ndef relu(x) { 2 * x }", 3,
                 (const double[]){0, 0, 0});
}

/* ---- Paths ---- */

static void check_params(const char *text, size_t n, const char *const names[])
{
    test_formula t;
    test_formula_open(&t, text);
    for (size_t i = 0; i < n && i < t.network->n_params; i++)
        assert_string_equal(t.network->param[i].name, names[i]);
    assert_int_equal(t.network->n_params, n);
    test_formula_close(&t);
}

static void calls_are_named_after_the_value_and_numbered_as_evaluated(
    void **state)
{
    (void)state;
    check_params("input x[3]\nh = relu(dense(x, 5))\n", 2,
                 (const char *const[]){"h.dense.W", "h.dense.b"});
    check_params("input x[3]\nh = dense(relu(dense(x, 5)), 2)\n", 4,
                 (const char *const[]){"h.dense.W", "h.dense.b", "h.dense.2.W",
                                       "h.dense.2.b"});
    check_params("input x[3]\na, b = (rmsnorm(x), rmsnorm(x))\n"
                 "loss = sum(rmsnorm(x))\npenalty = sum(rmsnorm(ones(2)))\n"
                 "metric m = sum(rmsnorm(x))\n",
                 5,
                 (const char *const[]){"a.rmsnorm.W", "a.rmsnorm.2.W",
                                       "loss.rmsnorm.W", "penalty.rmsnorm.W",
                                       "m.rmsnorm.W"});
}

static void inside_a_function_paths_go_on_with_its_own_names(void **state)
{
    (void)state;
    check_params("input x[3]\n"
                 "def block(x) {\n  y = rmsnorm(x)\n  y = rmsnorm(y)\n"
                 "  param W[3] = 0\n  rmsnorm(y + W)\n}\n"
                 "t = block(block(x))\n",
                 8,
                 (const char *const[]){
                     "t.block.y.rmsnorm.W", "t.block.y.rmsnorm.2.W",
                     "t.block.W", "t.block.rmsnorm.W", "t.block.2.y.rmsnorm.W",
                     "t.block.2.y.rmsnorm.2.W", "t.block.2.W",
                     "t.block.2.rmsnorm.W"});
}

/* Calls that name nothing take no number; a path that exists is passed by. */
static void only_calls_that_name_something_are_numbered(void **state)
{
    (void)state;
    check_params("input x[3]\n"
                 "def f(x, make) { x }\n"
                 "def g(x) { param W[3] = 1; f(x, 1) * W }\n"
                 "h = g(f(g(x), 2))\n",
                 2, (const char *const[]){"h.g.W", "h.g.2.W"});
    check_params("input x[3]\n"
                 "def g(x) { param W[3] = 1; x * W }\n"
                 "def f(x) { k = g; g = x + 1; k(g) }\n"
                 "h = f(x)\n",
                 1, (const char *const[]){"h.f.g.2.W"});
}

static void both_branches_keep_their_parameters(void **state)
{
    (void)state;
    check_params(
        "input x[3]\nh = if training { rmsnorm(x) } else { rmsnorm(x) }\n", 2,
        (const char *const[]){"h.rmsnorm.W", "h.rmsnorm.2.W"});
}

static void a_path_is_an_expression(void **state)
{
    (void)state;
    check_vector("def f(v) { u = 2 * v; u + 1 }\nh = f(x)\ny = h.f.u", 3,
                 (const double[]){2, 4, 6});
    check_vector("h = rmsnorm(x)\ndef w(v) { v.rmsnorm.W }\ny = 3 * w(h)", 3,
                 (const double[]){3, 3, 3});
    check_vector("def f(v) { u = rmsnorm(v); u.rmsnorm.W + 1 }\ny = f(x)", 3,
                 (const double[]){2, 2, 2});
}

static void values_are_listed_with_their_place(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x[3]\ndef f(v) {\n  N = 2\n  u = v * N\n"
                          "  relu(u)\n}\nh = f(x)\n");
    assert_int_equal(t.network->n_values, 2);
    const mg_network_value *const u = &t.network->value[0];
    assert_string_equal(u->name, "h.f.u");
    assert_int_equal(u->place.line, 4);
    assert_int_equal(u->place.column, 3);
    assert_string_equal(u->place.formula, "u = v * N");
    assert_string_equal(t.network->value[1].name, "h");
    test_formula_close(&t);
}

/* ---- Places ---- */

static const mg_node *find_node(const mg_network *n, const char *op)
{
    for (uint32_t id = 1; id <= mg_graph_size(n->graph); id++) {
        const mg_node *const node = mg_graph_node(n->graph, (mg_value){id});
        if (!strcmp(node->op->name, op))
            return node;
    }
    fail_msg("there is no %s", op);
    return NULL;
}

static void check_place(const mg_network *n, const char *op, int line,
                        int column, const char *formula)
{
    const mg_node *const node = find_node(n, op);
    assert_int_equal(node->place.line, line);
    assert_int_equal(node->place.column, column);
    assert_string_equal(node->place.formula, formula);
}

static void nodes_stand_at_their_operator_or_name(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x[2]\nparam W[2,2] = 1\n"
                          "h = sigmoid(W @ x\n  # why\n  + 1)\n"
                          "g = gelu(h)\n");
    check_place(t.network, "matmul", 3, 15, "W @ x");
    check_place(t.network, "sigmoid", 3, 5, "sigmoid(W @ x + 1)");
    /* What the library computes stands at the user's call. */
    check_place(t.network, "erf", 6, 5, "erf(x / sqrt(2))");
    test_formula_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_see_the_names_above_their_definition),
        cmocka_unit_test(the_library_does_not_see_what_a_file_renames),
        cmocka_unit_test(
            calls_are_named_after_the_value_and_numbered_as_evaluated),
        cmocka_unit_test(inside_a_function_paths_go_on_with_its_own_names),
        cmocka_unit_test(only_calls_that_name_something_are_numbered),
        cmocka_unit_test(both_branches_keep_their_parameters),
        cmocka_unit_test(a_path_is_an_expression),
        cmocka_unit_test(values_are_listed_with_their_place),
        cmocka_unit_test(nodes_stand_at_their_operator_or_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
