/* rules: whether an op's derivative agrees with central differences and its
 * batch rule with one example after the other, on any builder, by the
 * oracle. A check that fails ends the test with the numbers. */
#ifndef MG_TESTS_SUPPORT_RULES_H
#define MG_TESTS_SUPPORT_RULES_H

#include "graph/evaluate.h"

#define TEST_OPERANDS 4

/* What is under test: y = build(x), any real or integer y. */
typedef mg_value test_build(mg_graph *g, const mg_value x[]);

/* The operands: reals are f64 numbers from -2 to 2; where limit is not 0,
 * integers from 0 to limit - 1. */
typedef struct {
    int n;
    struct {
        int rank;
        int64_t dim[MG_MAX_RANK];
        int64_t limit;
    } x[TEST_OPERANDS];
} test_operands;

/* The gradient of a weighted sum of y by every real operand, and the gradient
 * of that gradient's size, against central differences. */
void test_gradient(test_build *build, test_operands operands);

/* For every choice of operands that belong to the example: the batch of n is
 * the examples one after the other; and the gradient of the batched graph
 * agrees with central differences. */
void test_batch(test_build *build, test_operands operands, int64_t n);

/* Both, for batches of 0, 1 and 3. */
void test_rules(test_build *build, test_operands operands);

/* The number of nodes of that op that v needs. */
int test_count_nodes(const mg_graph *g, mg_value v, const mg_op *op);

#endif
