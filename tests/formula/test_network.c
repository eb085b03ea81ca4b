/* What formulas mean: numbers of the lecture and by hand, against the oracle.
 */
#include "formula/network.h"
#include "support/formula.h"
#include "support/memory.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLES MATGRAD_SOURCE_DIR "/examples/"

static void read_file(const char *path, char *out, size_t size)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    const size_t length = fread(out, 1, size - 1, file);
    out[length] = 0;
    fclose(file);
}

static void check(test_formula *t, const char *name, int n,
                  const double expected[])
{
    test_formula_check(t, name, n, expected, 1e-12);
}

/* One value of a text with x = (1, 2, 3). */
static void check_vector(const char *text, int n, const double expected[])
{
    char source[1000];
    test_formula t;
    snprintf(source, sizeof(source), "input x[3]\n%s\n", text);
    test_formula_open(&t, source);
    for (size_t i = 0; i < t.network->n_inputs; i++)
        test_formula_feed(&t, "x", 3, (const double[]){1, 2, 3});
    check(&t, "y", n, expected);
    test_formula_close(&t);
}

/* ---- The lecture ---- */

static void check_lecture(const char *file, const double h[2], double z,
                          double loss)
{
    char text[2000];
    test_formula t;
    read_file(file, text, sizeof(text));
    test_formula_open(&t, text);
    test_formula_feed(&t, "x", 2, (const double[]){1, 0});
    test_formula_feed(&t, "y", 1, (const double[]){1});
    test_formula_check(&t, "h", 2, h, 5e-9);
    test_formula_check(&t, "z", 1, &z, 5e-9);
    test_formula_check(&t, "loss", 1, &loss, 5e-9);
    assert_string_equal(t.network->train.optimiser, "sgd(lr = 0.01)");
    test_formula_close(&t);
}

static void the_lectures_network_has_the_lectures_numbers(void **state)
{
    (void)state;
    check_lecture(EXAMPLES "lecture/koehn.mg",
                  (const double[]){0.90024951, 0.15446527}, 0.77693672,
                  0.02487861);
    check_lecture(EXAMPLES "lecture/koehn-slides.mg",
                  (const double[]){0.90024951, 0.16798161}, 0.76451932,
                  0.02772558);
}

static void the_lectures_layer_has_the_lectures_numbers(void **state)
{
    char text[2000];
    test_formula t;
    (void)state;
    read_file(EXAMPLES "lecture/layer.mg", text, sizeof(text));
    test_formula_open(&t, text);
    test_formula_feed(&t, "x", 3, (const double[]){0.5, 0.9, -0.3});
    test_formula_check(
        &t, "h", 3, (const double[]){0.13010847, 0.95689275, 0.40131234}, 5e-9);
    test_formula_check(&t, "y", 2, (const double[]){0.34584136, 0.85314921},
                       5e-9);
    test_formula_close(&t);
}

static void the_classifier_is_read_whole(void **state)
{
    char text[2000];
    test_formula t;
    (void)state;
    read_file(EXAMPLES "fashion-mnist/mlp.mg", text, sizeof(text));
    test_formula_open(&t, text);
    const mg_network *const n = t.network;
    assert_int_equal(n->n_params, 4);
    assert_string_equal(n->param[0].name, "h.dense.W");
    assert_string_equal(n->param[3].name, "z.dense.b");
    assert_int_equal(n->input[1].classes, 10);
    assert_true(n->input[1].target);
    assert_string_equal(n->output[0].name, "p");
    assert_string_equal(n->metric[0].name, "accuracy");
    assert_true(n->loss.id && n->penalty.id);
    assert_string_equal(n->train.optimiser,
                        "adam(lr = 1e-3 * cosine(step / steps))");
    assert_int_equal(n->train.epochs, 10);
    assert_int_equal(n->n_warnings, 0);
    test_formula_close(&t);
}

/* ---- Numbers known when compiled ---- */

static void integers_follow_python(void **state)
{
    (void)state;
    test_formula_is("a = 7 // 2", 3);
    test_formula_is("a = -7 // 2", -4);
    test_formula_is("a = 7 // -2", -4);
    test_formula_is("a = -7 % 3", 2);
    test_formula_is("a = 7 % -3", -2);
    test_formula_is("a = 2^10", 1024);
    test_formula_is("a = 2^-1", 0.5);
    test_formula_is("a = (-2)^3", -8);
    test_formula_is("a = -2^2", -4);
    test_formula_is("a = 2^3^2", 512);
    test_formula_is("a = 1/2", 0.5);
    test_formula_is("a = true + true", 2);
    test_formula_is("a = where(1 < 2 and not 3 >= 4, 1, 0)", 1);
    test_formula_is("a = where(1 == 1.0, 1, 0)", 1);
    test_formula_is("a = 3 - -3", 6);
    test_formula_is("a = 9223372036854775807 - 9223372036854775806", 1);
}

static void tuples_are_indexed_like_pythons(void **state)
{
    (void)state;
    test_formula_is("a = (1, 2, 3)[-1]", 3);
    test_formula_is("b = (1, 2, 3)[1:]; a = b[0] * 10 + b[1]", 23);
    test_formula_is("b = (1, 2, 3)[::-1]; a = b[0]", 3);
    test_formula_is("(a, b), c = ((1, 2), 3)", 1);
    test_formula_is("a = shape(zeros((4, 5)))[1]", 5);
    test_formula_is("a = size(zeros([4, 5]))", 20);
}

static void integer_division_of_values_rounds_down(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input i[3] int 9\na = i // 2\nb = i % 4\n"
                          "c = i^2\nd = i / 2\n");
    test_formula_feed(&t, "i", 3, (const double[]){3, 4, 8});
    check(&t, "a", 3, (const double[]){1, 2, 4});
    check(&t, "b", 3, (const double[]){3, 0, 0});
    check(&t, "c", 3, (const double[]){9, 16, 64});
    check(&t, "d", 3, (const double[]){1.5, 2, 4});
    const mg_value c = mg_network_find_value(t.network, "c")->value;
    assert_int_equal(mg_value_type(t.network->graph, c).dtype, MG_I64);
    test_formula_close(&t);
}

/* ---- Indexing ---- */

static void slices_follow_numpy(void **state)
{
    (void)state;
    check_vector("y = x[1]", 1, (const double[]){2});
    check_vector("y = x[-1]", 1, (const double[]){3});
    check_vector("y = x[1:]", 2, (const double[]){2, 3});
    check_vector("y = x[:-1]", 2, (const double[]){1, 2});
    check_vector("y = x[-2:99]", 2, (const double[]){2, 3});
    check_vector("y = x[::2]", 2, (const double[]){1, 3});
    check_vector("y = x[::-1]", 3, (const double[]){3, 2, 1});
    check_vector("y = x[2:0:-1]", 2, (const double[]){3, 2});
    check_vector("y = x[1::-1]", 2, (const double[]){2, 1});
    check_vector("y = x[::-2]", 2, (const double[]){3, 1});
    check_vector("y = x[::-99]", 1, (const double[]){3});
    check_vector("y = x[2:1] + zeros(0)", 0, NULL);
    check_vector("m = [x, 10*x]\ny = m[1, 1:3]", 2, (const double[]){20, 30});
    check_vector("m = [x, 10*x]\ny = m[:, 0]", 2, (const double[]){1, 10});
    check_vector("m = [x, 10*x]\ny = m[-1]", 3, (const double[]){10, 20, 30});
    check_vector("m = [x, 10*x]\ny = m[::-1, ::2]", 4,
                 (const double[]){10, 30, 1, 3});
}

static void an_integer_value_gathers(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open(&t, "input i[3] int 2\nE = [[1, 2], [3, 4.5]]\n"
                          "y = E[i]\nz = E[[1, 0, 1]]\n");
    test_formula_feed(&t, "i", 3, (const double[]){1, 0, 1});
    const double expected[] = {3, 4.5, 1, 2, 3, 4.5};
    check(&t, "y", 6, expected);
    check(&t, "z", 6, expected);
    test_formula_close(&t);
}

/* ---- Functions of the language ---- */

static void lists_stack_numbers_and_values(void **state)
{
    (void)state;
    check_vector("y = [x[0], 5, [x, x][1, 2]]", 3, (const double[]){1, 5, 3});
    check_vector("y = [[1, x[0]], x[1:]]", 4, (const double[]){1, 1, 2, 3});
    check_vector("y = x * [2, 0.5, true]", 3, (const double[]){2, 1, 3});
    check_vector("y = [x]", 3, (const double[]){1, 2, 3});
}

static void shapes_are_split_stacked_and_moved(void **state)
{
    (void)state;
    check_vector("a, b, c = split(x, 3)\ny = concat(c, b, a)", 3,
                 (const double[]){3, 2, 1});
    check_vector("y = flatten(stack(x, -x, axis = 1))", 6,
                 (const double[]){1, -1, 2, -2, 3, -3});
    check_vector("y = flatten(stack(x, -x, axis = -2))", 6,
                 (const double[]){1, 2, 3, -1, -2, -3});
    check_vector("m = stack(x, -x)\na, b = split(m, 3, axis = 1)[1:]\n"
                 "y = flatten(b)",
                 2, (const double[]){3, -3});
    check_vector("y = reshape(x, (3, 1)) @ reshape(x, [1, 3])", 9,
                 (const double[]){1, 2, 3, 2, 4, 6, 3, 6, 9});
    check_vector("m = [x, 2*x]\ny = m @ m'", 4,
                 (const double[]){14, 28, 28, 56});
    check_vector("y = zeros_like(x) + ones((1, 3))", 3,
                 (const double[]){1, 1, 1});
    check_vector("y = same_shape(x, 2*x)", 3, (const double[]){1, 2, 3});
    check_vector("y = flatten(transpose([x, -x], (1, 0)))", 6,
                 (const double[]){1, -1, 2, -2, 3, -3});
}

static void maxima_reduce_one_value_and_compare_two(void **state)
{
    (void)state;
    check_vector("y = max(x)", 1, (const double[]){3});
    check_vector("y = max(x, 2)", 3, (const double[]){2, 2, 3});
    check_vector("y = min(2, x)", 3, (const double[]){1, 2, 2});
    check_vector("y = sum([x, x], axis = 0, keep = true)", 3,
                 (const double[]){2, 4, 6});
    check_vector("y = mean([x, x], axis = [1])", 2, (const double[]){2, 2});
}

/* ---- Training ---- */

static void random_calls_are_numbered_whatever_the_branch(void **state)
{
    static const char text[] =
        "input x[4]\na = if training { x + random(4) } else { x }\n"
        "b = random(4)\nc = normal((4,))\nd = random(4)\n";
    test_formula use, training;
    (void)state;
    test_formula_open(&use, text);
    test_formula_open_training(&training, text);
    for (int i = 0; i < 2; i++) {
        const mg_network *const n = i ? training.network : use.network;
        const mg_value d = mg_network_find_value(n, "d")->value;
        const mg_node *const node = mg_graph_node(n->graph, d);
        assert_int_equal(mg_graph_node(n->graph, node->input[0])->attr[0], 3);
    }
    test_formula_close(&use);
    test_formula_close(&training);
}

static void a_file_without_train_has_the_defaults(void **state)
{
    test_formula t;
    (void)state;
    test_formula_open_training(&t, "input x\nparam w = 2\nloss = x * w\n");
    const mg_network_train *const train = &t.network->train;
    assert_int_equal(train->epochs, 10);
    assert_int_equal(train->batch, 64);
    assert_int_equal(train->seed, 1);
    assert_int_equal(train->patience, 0);
    assert_true(train->val == 0.1);
    test_formula_feed(&t, "gradient of w", 1, (const double[]){3});
    test_formula_check_value(&t, t.network->param[0].next, 1,
                             (const double[]){2 - 0.01 * 3}, 1e-15);
    test_formula_close(&t);
}

static void keys_of_the_command_line_win(void **state)
{
    const mg_network_options options = {
        .train = "epochs = 3; optimiser = momentum(0.5, mu = 1/4)\nval = 0"};
    static const char text[] = "input x\ntrain { epochs = 7; batch = 5 }\n";
    mg_ctx *ctx;
    mg_network *n;
    (void)state;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    assert_int_equal(mg_network_create(ctx, text, strlen(text), &options, &n),
                     MG_OK);
    assert_int_equal(n->train.epochs, 3);
    assert_int_equal(n->train.batch, 5);
    assert_true(n->train.val == 0);
    assert_string_equal(n->train.optimiser, "momentum(0.5, mu = 1/4)");
    mg_network_destroy(n);
    mg_ctx_destroy(ctx);
}

/* ---- Warnings ---- */

static void formulas_that_are_hardly_meant_are_warned_of(void **state)
{
    static const char *const expected[] = {
        "cross_entropy wants logits, but z is a softmax",
        "a softmax over one element is always 1",
        "x + reshape(x, (4, 1)): [4] against [4, 1] gives [4, 4]",
        "the loss does not reach parameter V",
    };
    test_formula t;
    (void)state;
    test_formula_open(&t, "input x[4]\ntarget c class 4\nparam W[4] = 1\n"
                          "param V = 1\nz = softmax(x * W)\n"
                          "loss = cross_entropy(z, c)\ns = softmax([x[0]])\n"
                          "q = sum(x + reshape(x, (4, 1)))\n");
    assert_int_equal(t.network->n_warnings, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(t.network->warning[i].text, expected[i]);
    assert_int_equal(t.network->warning[0].place.line, 6);
    assert_int_equal(t.network->warning[0].place.column, 8);
    test_formula_close(&t);
}

/* ---- Memory ---- */

static mg_status create_once(mg_ctx *ctx, void *data)
{
    const mg_network_options options = {.training = true,
                                        .train = "epochs = 2"};
    const char *const text = data;
    mg_network *n = NULL;
    const mg_status status =
        mg_network_create(ctx, text, strlen(text), &options, &n);
    if (status == MG_OK)
        mg_network_destroy(n);
    else
        assert_null(n);
    return status;
}

static void every_refused_allocation_is_a_clean_error(void **state)
{
    static char text[] =
        "input x[4]\ntarget c class 3\nparam P[2,2] = [[1, 2], [3, sqrt(4)]]\n"
        "def block(x, n) { y = relu(dense(x, n)); y2 = y[::-1]; y2 + y }\n"
        "h = dropout(block(x, 5)) * h0(x)[0]\n"
        "def h0(v) { a, b = split(v, 2); [a[0], v[1]] @ P }\n";
    static char good[] =
        "input x[4]\ntarget c class 3\nparam P[2,2] = [[1, 2], [3, 2 * 2]]\n"
        "param Q ~ uniform(-sqrt(2), 1)\n"
        "def block(x, n) { y = relu(dense(x, n)); y2 = y[::-1]; y2 + y }\n"
        "def h0(v) { a, b = split(v, 2); [a[0], v[1]] @ P }\n"
        "h = dropout(block(x, 5)) * h0(x)[0]\noutput z = dense(h, 3)\n"
        "loss = cross_entropy(z, c)\npenalty = sum(h.block.y.dense.W^2)\n"
        "train { optimiser = adam(lr = linear(step / steps)) }\n";
    (void)state;
    assert_true(test_every_refusal(create_once, good) > 100);
    char *const report = test_formula_report(text);
    assert_non_null(strstr(report, "h0 is not known"));
    free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lectures_network_has_the_lectures_numbers),
        cmocka_unit_test(the_lectures_layer_has_the_lectures_numbers),
        cmocka_unit_test(the_classifier_is_read_whole),
        cmocka_unit_test(integers_follow_python),
        cmocka_unit_test(tuples_are_indexed_like_pythons),
        cmocka_unit_test(integer_division_of_values_rounds_down),
        cmocka_unit_test(slices_follow_numpy),
        cmocka_unit_test(an_integer_value_gathers),
        cmocka_unit_test(lists_stack_numbers_and_values),
        cmocka_unit_test(shapes_are_split_stacked_and_moved),
        cmocka_unit_test(maxima_reduce_one_value_and_compare_two),
        cmocka_unit_test(random_calls_are_numbered_whatever_the_branch),
        cmocka_unit_test(a_file_without_train_has_the_defaults),
        cmocka_unit_test(keys_of_the_command_line_win),
        cmocka_unit_test(formulas_that_are_hardly_meant_are_warned_of),
        cmocka_unit_test(every_refused_allocation_is_a_clean_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
