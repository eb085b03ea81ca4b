/* example: what the ops' .examples say, "x[m,n], y[n] m>0: x + y", made into
 * formula text for chosen sizes, a graph, and data for its inputs. */
#ifndef MG_TESTS_SUPPORT_EXAMPLE_H
#define MG_TESTS_SUPPORT_EXAMPLE_H

#include "base/philox.h"
#include "formula/network.h"
#include "graph/evaluate.h"

#define TEST_LETTERS 8
#define TEST_INPUTS 6
#define TEST_LARGEST 3 /* letters stand for 0 to this */

/* An example's text, taken apart; all parts point into it. */
typedef struct {
    const char *text;
    int n_letters;
    char letter[TEST_LETTERS];
    bool positive[TEST_LETTERS]; /* "m>0" */
    const char *inputs;
    size_t inputs_length;
    const char *expression;
} test_example;

/* Ends the test if the text has no such form. */
test_example test_example_read(const char *text);

/* The number of choices of sizes, and the sizes of choice 0, 1, ... */
int64_t test_example_choices(const test_example *e);
void test_example_sizes(const test_example *e, int64_t choice,
                        int64_t size[TEST_LETTERS]);

/* The network of the example, one output "out", in f64; ends the test with
 * the report if the formula is wrong. */
mg_network *test_example_network(mg_ctx *ctx, const test_example *e,
                                 const int64_t size[]);

/* Tensors bound to leaves by name. */
typedef struct {
    int n;
    const char *name[TEST_INPUTS];
    mg_tensor tensor[TEST_INPUTS];
} test_feed;

/* Data for a network's inputs: integers below their class, reals between
 * low and high, all different and off every multiple of
 * (high - low) / 3000. */
void test_feed_fill(test_feed *feed, const mg_network *network, mg_arena *arena,
                    const double domain[2], const mg_stream *random);

/* mg_feed_fn over a test_feed. */
mg_status test_feed_leaf(void *feed, const mg_node *leaf, mg_tensor *out);

#endif
