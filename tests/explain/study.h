/* study: a network from its text with weights, and examples for it; a failure
 * ends the test with its message. For the tests of this folder. */
#ifndef MG_TESTS_EXPLAIN_STUDY_H
#define MG_TESTS_EXPLAIN_STUDY_H

#include "explain/walk.h"
#include "test.h"

#include <math.h>
#include <string.h>

#define STUDY_INPUTS 8
#define STUDY_EXAMPLES 4

typedef struct {
    mg_ctx *ctx;
    mg_network *network;
    mg_weights weights;
    mg_arena arena;
    mg_tensor example[STUDY_EXAMPLES][STUDY_INPUTS];
    const mg_tensor *examples[STUDY_EXAMPLES];
} study;

/* Koehn's network as the slides draw it; they compute with b1 = (-1.5, -4.5).
 */
static const char study_koehn[] = "input  x[2]\n"
                                  "target y[1]\n"
                                  "\n"
                                  "param W1[2,2] = [[3.7, 3.7], [2.9, 2.9]]\n"
                                  "param b1[2]   = [-1.5, -4.6]\n"
                                  "param W2[1,2] = [[4.5, -5.2]]\n"
                                  "param b2[1]   = [-2.0]\n"
                                  "\n"
                                  "h = sigmoid(W1 @ x + b1)\n"
                                  "output z = sigmoid(W2 @ h + b2)\n"
                                  "\n"
                                  "loss = 1/2 * sum((z - y)^2)\n";

static const mg_walk_options study_options = {.lr = 0.01, .seed = 1};

static inline void study_must(const study *s, mg_status status)
{
    if (status != MG_OK)
        fail_msg("%s", mg_message(s->ctx));
}

static inline void study_open_as(study *s, const char *source, mg_dtype real,
                                 bool training)
{
    memset(s, 0, sizeof *s);
    assert_int_equal(mg_ctx_create(NULL, &s->ctx), MG_OK);
    const mg_network_options options = {.real = real, .training = training};
    study_must(s, mg_network_create(s->ctx, source, strlen(source), &options,
                                    &s->network));
    assert_true(s->network->n_inputs <= STUDY_INPUTS);
    mg_weights_init(&s->weights, s->ctx);
    study_must(s, mg_weights_from_network(&s->weights, s->network, 1));
    mg_arena_init(&s->arena, s->ctx);
    for (int e = 0; e < STUDY_EXAMPLES; e++)
        s->examples[e] = s->example[e];
}

static inline void study_open(study *s, const char *source, mg_dtype real)
{
    study_open_as(s, source, real, false);
}

static inline void study_close(study *s)
{
    mg_arena_clear(&s->arena);
    mg_weights_clear(&s->weights);
    mg_network_destroy(s->network);
    mg_ctx_destroy(s->ctx);
}

/* Gives input `name` of an example its numbers in C order. */
static inline void study_give(study *s, int example, const char *name,
                              const double numbers[])
{
    const mg_network_input *const input =
        mg_network_find_input(s->network, name);
    assert_non_null(input);
    mg_tensor *const t = &s->example[example][input - s->network->input];
    study_must(
        s, mg_tensor_alloc(&s->arena,
                           mg_value_type(s->network->graph, input->value), t));
    const int64_t n = mg_shape_size(&t->type.shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(t, i, numbers[i]);
}

/* The example of the slides, and their b1 if `slides`. */
static inline void study_give_koehn(study *s, bool slides)
{
    study_give(s, 0, "x", (double[]){1, 0});
    study_give(s, 0, "y", (double[]){1});
    if (slides)
        mg_tensor_set(&mg_weights_find(&s->weights, "b1")->tensor, 1, -4.5);
}

static inline mg_walk *study_walk(study *s, size_t count)
{
    mg_walk *walk = NULL;
    study_must(s, mg_walk_create(s->network, &s->weights, count, s->examples,
                                 &study_options, &walk));
    return walk;
}

static inline const mg_walk_value *study_find(size_t n,
                                              const mg_walk_value values[],
                                              const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(values[i].name, name) == 0)
            return &values[i];
    return NULL;
}

/* t holds n numbers, in C order these. */
static inline void study_check(const mg_tensor *t, int64_t n,
                               const double expected[], double tolerance)
{
    assert_non_null(t->data);
    assert_int_equal(mg_shape_size(&t->type.shape), n);
    for (int64_t i = 0; i < n; i++) {
        const double found = mg_tensor_get(t, i);
        if (!(fabs(found - expected[i]) <= tolerance))
            fail_msg("element %lld: %.12g, not %.12g", (long long)i, found,
                     expected[i]);
    }
}

#endif
