/* values: small graphs in f64 for tests: literal tensors in, numbers out by
 * the oracle. A check that fails ends the test with the numbers. */
#ifndef MG_TESTS_SUPPORT_VALUES_H
#define MG_TESTS_SUPPORT_VALUES_H

#include "graph/evaluate.h"

typedef struct {
    mg_ctx *ctx;
    mg_graph *g;
    mg_arena arena; /* owns what is evaluated */
} test_graph;

void test_graph_open(test_graph *t);
void test_graph_close(test_graph *t);

/* A named value, so that gradients by it count, of n reals or integers. */
mg_value test_reals(test_graph *t, int64_t n, const double data[]);
mg_value test_integers(test_graph *t, int64_t n, const int64_t data[]);
/* The same with any shape, filled in C order. */
mg_value test_table(test_graph *t, mg_shape shape, const double data[]);

/* The gradient of the sum of y by x. */
mg_value test_slope(test_graph *t, mg_value y, mg_value x);

/* Whether two numbers agree up to tolerance, relative above 1; "not a number"
 * agrees with itself alone. */
bool test_close(double a, double b, double tolerance);

/* v has n elements, in C order these, up to tolerance (0: exactly). */
void test_check(test_graph *t, mg_value v, int64_t n, const double expected[],
                double tolerance);
void test_check_type(const test_graph *t, mg_value v, mg_dtype dtype,
                     mg_shape shape);
/* The graph failed, with this message. */
void test_check_failure(test_graph *t, mg_value v, const char *message);

#endif
