/* formula: networks for tests: formula text in, numbers of its values out by
 * the oracle, in f64. A check that fails ends the test with the numbers. */
#ifndef MG_TESTS_SUPPORT_FORMULA_H
#define MG_TESTS_SUPPORT_FORMULA_H

#include "formula/network.h"
#include "graph/evaluate.h"

#define TEST_FED 8

typedef struct {
    mg_ctx *ctx;
    mg_network *network;
    mg_arena arena; /* owns what is evaluated */
    int n_fed;
    struct {
        const char *name;
        mg_tensor tensor;
    } fed[TEST_FED];
} test_formula;

/* Reads the text; ends the test with the report if it is wrong. */
void test_formula_open(test_formula *t, const char *text);
void test_formula_open_training(test_formula *t, const char *text);
void test_formula_open_f32(test_formula *t, const char *text);
void test_formula_close(test_formula *t);

/* Gives an input or a setting its n numbers, in C order. Parameters have their
 * initial values (seed 1). */
void test_formula_feed(test_formula *t, const char *name, int64_t n,
                       const double data[]);

/* The value v, or the one called so, has these n numbers up to tolerance. */
void test_formula_check_value(test_formula *t, mg_value v, int64_t n,
                              const double expected[], double tolerance);
void test_formula_check(test_formula *t, const char *name, int64_t n,
                        const double expected[], double tolerance);
/* One line for a formula without inputs: "a = 1 + 1" gives a the number. */
void test_formula_is(const char *text, double expected);

/* The report for a wrong text, in a context of its own; ends the test if the
 * text is right. The caller frees it. */
char *test_formula_report(const char *text);

#endif
