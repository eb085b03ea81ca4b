/* Deep, long and large formulas: refused or read, never a crash. */
#include "formula/network.h"
#include "support/formula.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* head, n times left, middle, n times right, tail; the caller frees it. */
static char *nest(const char *head, const char *left, const char *middle,
                  const char *right, size_t n, const char *tail)
{
    const size_t size = strlen(head) + strlen(middle) + strlen(tail) +
                        n * (strlen(left) + strlen(right)) + 1;
    char *const text = malloc(size), *end = text;
    assert_non_null(text);
    end += snprintf(end, size, "%s", head);
    for (size_t i = 0; i < n; i++, end += strlen(left))
        memcpy(end, left, strlen(left));
    end += snprintf(end, size - (size_t)(end - text), "%s", middle);
    for (size_t i = 0; i < n; i++, end += strlen(right))
        memcpy(end, right, strlen(right));
    snprintf(end, size - (size_t)(end - text), "%s", tail);
    return text;
}

static const struct {
    const char *left, *middle, *right;
} kinds[] = {
    {"(", "x", ")"},
    {"-", "x", ""},
    {"not ", "true", ""},
    {"", "x", "'"},
    {"", "x", "[0:1]"},
    {"1^", "1", ""},
    {"abs(", "x", ")"},
    {"1 + (", "1", ")"},
    {"[", "1", "][0]"},
    {"(", "1", ",)[0]"},
    {"(1 * -", "1", ")"},
    {"f(", "x", ")"},
    {"where(true, ", "x", ", x)"},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))
#define HEAD "def f(x) { x }\ninput x[1,1]\ny = "

static void nesting_far_over_1000_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        char *const text = nest(HEAD, kinds[i].left, kinds[i].middle,
                                kinds[i].right, 100000, "\n");
        char *const report = test_formula_report(text);
        if (!strstr(report, "nested more than 1000 deep"))
            fail_msg("%s: %s", kinds[i].left, report);
        free(report);
        free(text);
    }
}

/* A pair of brackets with an index behind counts twice. */
static void nesting_up_to_the_limit_is_read(void **state)
{
    test_formula t;
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        char *const text = nest(HEAD, kinds[i].left, kinds[i].middle,
                                kinds[i].right, 450, "\n");
        test_formula_open(&t, text);
        test_formula_close(&t);
        free(text);
    }
    char *const text = nest(HEAD, "(", "x", ")", 1000, "\n");
    test_formula_open(&t, text);
    test_formula_close(&t);
    free(text);
}

static void open_brackets_without_end_are_one_error(void **state)
{
    static const char *const open[] = {
        "(", "[", "{", "f(", "def f(x) {", "if training {", "x[", "({["};
    (void)state;
    for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++) {
        char *const text = nest("x = ", open[i], "", "", 100000, "");
        char *const report = test_formula_report(text);
        assert_non_null(strstr(report, "is never closed"));
        assert_null(strstr(strstr(report, "error:") + 1, "error:"));
        free(report);
        free(text);
    }
}

static void patterns_and_blocks_nest_no_deeper(void **state)
{
    (void)state;
    char *text = nest("", "(", "a, b", ")", 5000, " = 3\n");
    char *report = test_formula_report(text);
    assert_non_null(strstr(report, "nested more than 1000 deep"));
    free(report);
    free(text);
    text = nest("", "def f(x) {", "y = 1", "\nx}", 5000, "\n");
    report = test_formula_report(text);
    assert_non_null(strstr(report, "nested more than 1000 deep"));
    free(report);
    free(text);
}

static void sums_and_files_may_be_long(void **state)
{
    test_formula t;
    (void)state;
    char *text = nest("input x\ny = 0", " + x", "", "", 50000, "\n");
    test_formula_open(&t, text);
    test_formula_feed(&t, "x", 1, (const double[]){2});
    test_formula_check(&t, "y", 1, (const double[]){100000}, 0);
    test_formula_close(&t);
    free(text);
    text = nest("input x\n", "# nothing\n;\n", "", "", 100000, "y = x\n");
    test_formula_open(&t, text);
    test_formula_close(&t);
    free(text);
}

static void a_large_table_is_one_constant(void **state)
{
    test_formula t;
    (void)state;
    char *const text =
        nest("param W[100001] = [1.5", ", 2", "", "", 100000, "]\n");
    test_formula_open(&t, text);
    assert_true(mg_graph_size(t.network->graph) < 20);
    test_formula_close(&t);
    free(text);
}

/* f40 calls f39 twice, and so on: 2^40 operations. */
static void more_than_a_million_operations_are_refused(void **state)
{
    char text[4000];
    (void)state;
    int n = snprintf(text, sizeof(text), "def f0(x) { x + 1 }\n");
    for (int i = 1; i <= 40; i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n,
                      "def f%d(x) { f%d(x) * f%d(x) }\n", i, i - 1, i - 1);
    snprintf(text + n, sizeof(text) - (size_t)n, "y = f40(2)\n");
    char *const report = test_formula_report(text);
    assert_non_null(strstr(report, "more than 1000000 operations"));
    free(report);
}

static void a_long_chain_of_calls_is_refused(void **state)
{
    (void)state;
    char *const text = malloc(1000000);
    size_t n = 0;
    assert_non_null(text);
    n += (size_t)sprintf(text, "def f0(x) { x }\n");
    for (int i = 1; i <= 10000; i++)
        n += (size_t)sprintf(text + n, "def f%d(x) { f%d(x) }\n", i, i - 1);
    sprintf(text + n, "y = f900(1)\nz = f10000(1)\n");
    char *const report = test_formula_report(text);
    assert_non_null(strstr(report, "calls nested more than 1000 deep"));
    assert_null(strstr(report, "f900(1)"));
    free(report);
    free(text);
}

/* Any cut of a right file is read or refused. */
static void cut_files_are_no_danger(void **state)
{
    static const char text[] =
        "input χ[3]; target c class 2\n"
        "def f(x, n = 2) { y = [x[0], -x[1:2][0]]'; (y, n)[0] @ W.a }\n"
        "param W[2,3] ~ uniform(-1, 1), b = 1e-3\n"
        "(h, s), t = ((f(χ), 2), if training { χ } else { 2 * χ })\n"
        "t = repeat(2, v -> { u = v^2; (g -> g + u)(v) }, χ)\n"
        "state n[3] = 0; n := if training { batch_mean(t) } else { n }\n"
        "rule r(w, g, a = 1) { state v = zeros_like(w); w := w - a * g }\n"
        "weight = 1; metric q = total(t[0])\n"
        "j = jacobian(t, χ) @ grad(sum(t), χ)\n"
        "train { epochs = 3; optimiser = adam(lr = step / steps)\n"
        "  optimiser W* = r(a = 0.1); clip_norm = 1 } # end\n";
    (void)state;
    for (size_t length = 0; length < sizeof(text); length++) {
        mg_ctx *ctx;
        mg_network *n = NULL;
        assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
        const mg_status status = mg_network_create(ctx, text, length, NULL, &n);
        assert_true(status == MG_OK || status == MG_BAD_FORMULA);
        assert_true((status == MG_OK) == (n != NULL));
        mg_network_destroy(n);
        mg_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_far_over_1000_is_refused),
        cmocka_unit_test(nesting_up_to_the_limit_is_read),
        cmocka_unit_test(open_brackets_without_end_are_one_error),
        cmocka_unit_test(patterns_and_blocks_nest_no_deeper),
        cmocka_unit_test(sums_and_files_may_be_long),
        cmocka_unit_test(a_large_table_is_one_constant),
        cmocka_unit_test(more_than_a_million_operations_are_refused),
        cmocka_unit_test(a_long_chain_of_calls_is_refused),
        cmocka_unit_test(cut_files_are_no_danger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
