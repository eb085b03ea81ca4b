/* training: a network, data in memory and steps over it, without files. In
 * f64, so that what should be equal is equal to the last digits. */
#ifndef MG_TESTS_SUPPORT_TRAINING_H
#define MG_TESTS_SUPPORT_TRAINING_H

#include "train/step.h"

typedef struct {
    mg_ctx *ctx;
    mg_network *training, *in_use;
    mg_measures measures, measures_in_use;
    mg_dataset *data;
    mg_examples *examples;
    mg_weights weights, sums;
    int64_t step, steps, draws;
} test_training;

/* Columns are added next, one an input. */
void test_training_open(test_training *t, const char *source, mg_dtype real);
void test_training_close(test_training *t);
/* The input's values, rows times its size; integers as doubles too. */
void test_training_column(test_training *t, const char *input, int64_t rows,
                          const double data[]);
/* Binds the columns. */
void test_training_ready(test_training *t);

/* One step over rows first to first + n. */
void test_training_step(test_training *t, int64_t first, int64_t n);
/* One step over parts of the rows: size[i] of them each, from row 0 on. */
void test_training_step_parts(test_training *t, size_t n_parts,
                              const int64_t size[]);
/* The measures of all rows, taken `batch` at a time; the network as in use, or
 * as in training. */
void test_training_measure(test_training *t, int64_t batch, bool training,
                           mg_measure out[]);

/* Element i of a parameter or state. */
double test_training_get(const test_training *t, const char *name, int64_t i);
void test_training_set(test_training *t, const char *name, int64_t i,
                       double value);
/* Ends the test if the two differ in any weight by more than tolerance. */
void test_training_equal(const test_training *a, const test_training *b,
                         double tolerance);

#endif
