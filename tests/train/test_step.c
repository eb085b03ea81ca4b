/* Steps over data in memory: weights of examples, several batches to a step,
 * states, clipping, frozen parameters. In f64 unless overflow is the matter;
 * then 1e-12 leaves room for sums in another order. */
#include "support/training.h"
#include "test.h"
#include "train/transfer.h"

#include <math.h>
#include <stdio.h>

#define EXACT 1e-12

/* ---- Weights and accumulation ---- */

#define T 101
#define V 5

/* Two sequences of 11 and 101 symbols, padded; the mask says which count. */
static void fill_sequences(test_training *t)
{
    static const int length[2] = {11, 101};
    double symbol[2 * T], next[2 * T], mask[2 * T];
    for (int e = 0; e < 2; e++)
        for (int k = 0; k < T; k++) {
            const int i = e * T + k;
            symbol[i] = (k * k + 3 * e) % V;
            next[i] = (k * 7 + e) % V;
            mask[i] = k < length[e];
        }
    test_training_column(t, "t", 2, symbol);
    test_training_column(t, "n", 2, next);
    test_training_column(t, "mask", 2, mask);
    test_training_ready(t);
}

#define SEQUENCES(optimiser)                                                   \
    "input t[101] int 5\ninput mask[101]\ntarget n[101] int 5\n"               \
    "param E[5, 5] ~ normal(1)\n"                                              \
    "loss = sum(mask * cross_entropy(E[t], n)) / sum(mask)\n"                  \
    "weight = sum(mask)\n"                                                     \
    "penalty = 0.01 * sum(E^2)\n"                                              \
    "train { optimiser = " optimiser " }\n"

/* The 112 symbols that count, one an example, all of weight 1. */
static void fill_symbols(test_training *t)
{
    double symbol[112], next[112];
    int n = 0;
    for (int e = 0; e < 2; e++)
        for (int k = 0; k < (e ? 101 : 11); k++) {
            symbol[n] = (k * k + 3 * e) % V;
            next[n++] = (k * 7 + e) % V;
        }
    test_training_column(t, "t", n, symbol);
    test_training_column(t, "n", n, next);
    test_training_ready(t);
}

static void tokens_count_alike_however_they_are_batched(void **state)
{
    test_training whole, parts, symbols;
    (void)state;
    test_training_open(&whole, SEQUENCES("adam(lr = 0.1)"), MG_F64);
    test_training_open(&parts, SEQUENCES("adam(lr = 0.1)"), MG_F64);
    test_training_open(&symbols,
                       "input t class 5\ntarget n class 5\n"
                       "param E[5, 5] ~ normal(1)\n"
                       "loss = cross_entropy(E[t], n)\n"
                       "penalty = 0.01 * sum(E^2)\n"
                       "train { optimiser = adam(lr = 0.1) }\n",
                       MG_F64);
    fill_sequences(&whole);
    fill_sequences(&parts);
    fill_symbols(&symbols);
    const double before = test_training_get(&whole, "E", 0);
    for (int i = 0; i < 3; i++) {
        test_training_step(&whole, 0, 2);
        test_training_step_parts(&parts, 2, (const int64_t[]){1, 1});
        test_training_step(&symbols, 0, 112);
    }
    assert_true(fabs(test_training_get(&whole, "E", 0) - before) > 0.01);
    test_training_equal(&whole, &parts, EXACT);
    test_training_equal(&whole, &symbols, EXACT);
    test_training_close(&whole);
    test_training_close(&parts);
    test_training_close(&symbols);
}

/* Clipping looks at the gradient of the whole step, not of its parts. */
static void parts_of_unequal_sizes_make_the_step_of_the_whole(void **state)
{
    static const char source[] =
        "input x[3]\ntarget y\nparam w[3] ~ normal(1)\nparam b = 0.5\n"
        "loss = (sum(w * x) + b - y)^2\n"
        "penalty = 0.1 * sum(w^2)\n"
        "train { optimiser = momentum(lr = 0.1); clip_norm = 0.5;\n"
        "  clip_value = 0.4 }\n";
    double x[21], y[7];
    test_training whole, parts;
    (void)state;
    for (int i = 0; i < 21; i++)
        x[i] = sin(i);
    for (int i = 0; i < 7; i++)
        y[i] = 3 + i;
    test_training_open(&whole, source, MG_F64);
    test_training_open(&parts, source, MG_F64);
    test_training_column(&whole, "x", 7, x);
    test_training_column(&whole, "y", 7, y);
    test_training_column(&parts, "x", 7, x);
    test_training_column(&parts, "y", 7, y);
    test_training_ready(&whole);
    test_training_ready(&parts);
    for (int i = 0; i < 4; i++) {
        test_training_step(&whole, 0, 7);
        test_training_step_parts(&parts, 3, (const int64_t[]){3, 3, 1});
    }
    test_training_equal(&whole, &parts, EXACT);
    test_training_close(&whole);
    test_training_close(&parts);
}

static void a_batch_without_weight_changes_nothing(void **state)
{
    test_training t;
    (void)state;
    test_training_open(&t,
                       "input x\nparam w = 2\nloss = w * x\nweight = 0 * x\n"
                       "train { optimiser = sgd(lr = 1) }\n",
                       MG_F32);
    test_training_column(&t, "x", 2, (const double[]){1, 2});
    test_training_ready(&t);
    test_training_step(&t, 0, 2);
    assert_true(test_training_get(&t, "w", 0) == 2);
    test_training_close(&t);
}

/* A weight made of parameters is a number to the gradient, in one batch or
 * several: (2 * 1 + 4 * 3) / 6 is the slope. */
static void weights_are_not_trained_through(void **state)
{
    test_training t;
    (void)state;
    test_training_open(
        &t,
        "input x\nparam w = 2\nloss = w * x\nweight = w + x - 1\n"
        "train { optimiser = sgd(lr = 1) }\n",
        MG_F64);
    test_training_column(&t, "x", 2, (const double[]){1, 3});
    test_training_ready(&t);
    test_training_step(&t, 0, 2);
    assert_true(fabs(test_training_get(&t, "w", 0) - (2 - 14.0 / 6)) < EXACT);
    test_training_close(&t);
}

/* ---- States ---- */

#define RUNNING                                                                \
    "input x[2]\nparam g[2] = 1\n"                                             \
    "state mean[2] = 0\nstate seen = 10\n"                                     \
    "m = if training { batch_mean(x) } else { mean }\n"                        \
    "mean := if training { 0.75 * mean + 0.25 * batch_mean(x) } else { mean "  \
    "}\n"                                                                      \
    "seen := seen + 1\n"                                                       \
    "output z = g * (x - m)\n"                                                 \
    "loss = sum(z^2)\n"                                                        \
    "metric shift = mean[0]\n"                                                 \
    "train { optimiser = sgd(lr = 0) }\n"

static void states_follow_the_batches(void **state)
{
    test_training t;
    mg_measure measure[2];
    (void)state;
    test_training_open(&t, RUNNING, MG_F64);
    test_training_column(&t, "x", 4,
                         (const double[]){1, 10, 3, 30, 5, 50, 9, 70});
    test_training_ready(&t);
    assert_true(test_training_get(&t, "seen", 0) == 10);
    test_training_step(&t, 0, 2); /* means 2, 20 */
    assert_true(fabs(test_training_get(&t, "mean", 0) - 0.5) < EXACT);
    assert_true(fabs(test_training_get(&t, "mean", 1) - 5) < EXACT);
    test_training_step(&t, 2, 2); /* means 7, 60 */
    assert_true(fabs(test_training_get(&t, "mean", 0) - 2.125) < EXACT);
    assert_true(fabs(test_training_get(&t, "mean", 1) - 18.75) < EXACT);
    assert_true(test_training_get(&t, "seen", 0) == 12);
    /* In use the state is read and stays. */
    double loss = 0;
    const double x[] = {1, 10, 3, 30, 5, 50, 9, 70};
    for (int i = 0; i < 8; i++)
        loss += pow(x[i] - (i % 2 ? 18.75 : 2.125), 2) / 4;
    test_training_measure(&t, 3, false, measure);
    assert_true(fabs(measure[0].value - loss) < 1e-9);
    assert_true(fabs(measure[1].value - 2.125) < 1e-9);
    assert_true(fabs(test_training_get(&t, "mean", 0) - 2.125) < EXACT);
    test_training_close(&t);
}

/* Every batch that is seen counts for the states, as in other libraries. */
static void states_follow_each_batch_of_a_step(void **state)
{
    test_training one, parts;
    (void)state;
    const double x[] = {1, 10, 3, 30, 5, 50, 9, 70};
    test_training_open(&one, RUNNING, MG_F64);
    test_training_open(&parts, RUNNING, MG_F64);
    test_training_column(&one, "x", 4, x);
    test_training_column(&parts, "x", 4, x);
    test_training_ready(&one);
    test_training_ready(&parts);
    test_training_step(&one, 0, 2);
    test_training_step(&one, 2, 2);
    test_training_step_parts(&parts, 2, (const int64_t[]){2, 2});
    test_training_equal(&one, &parts, EXACT);
    test_training_close(&one);
    test_training_close(&parts);
}

/* ---- Clipping ---- */

/* sgd(lr = 1) from 0: the weights are minus the clipped gradients. */
static void check_clipped(const char *keys, mg_dtype real, const double a[2],
                          double b, const double expected[3])
{
    char source[300];
    test_training t;
    snprintf(source, sizeof source,
             "input x[2]\ninput y\nparam a[2] = 0\nparam b = 0\n"
             "loss = sum(a * x) + b * y\n"
             "train { optimiser = sgd(lr = 1); %s }\n",
             keys);
    test_training_open(&t, source, real);
    test_training_column(&t, "x", 1, a);
    test_training_column(&t, "y", 1, &b);
    test_training_ready(&t);
    test_training_step(&t, 0, 1);
    for (int i = 0; i < 3; i++) {
        const double got = -(i < 2 ? test_training_get(&t, "a", i)
                                   : test_training_get(&t, "b", 0));
        if (!(fabs(got - expected[i]) <= 1e-6 * fmax(1e-3, fabs(expected[i]))))
            fail_msg("%s: element %d is %g, not %g", keys, i, got, expected[i]);
    }
    test_training_close(&t);
}

static void gradients_are_clipped_by_element_and_by_norm(void **state)
{
    (void)state;
    check_clipped("clip_value = 2", MG_F32, (const double[]){3, -4}, 1,
                  (const double[]){2, -2, 1});
    check_clipped("clip_norm = 6.5", MG_F32, (const double[]){3, -4}, 12,
                  (const double[]){1.5, -2, 6});
    check_clipped("clip_norm = 14", MG_F32, (const double[]){3, -4}, 12,
                  (const double[]){3, -4, 12});
    /* By element first: 3, -4, 4, of norm sqrt(41). */
    const double s = 2 / sqrt(41);
    check_clipped("clip_norm = 2; clip_value = 4", MG_F64,
                  (const double[]){3, -4}, 12,
                  (const double[]){3 * s, -4 * s, 4 * s});
}

/* The squares of 3e30 are no f32, those of 1e-30 are 0: neither matters. */
static void norms_neither_overflow_nor_vanish(void **state)
{
    (void)state;
    check_clipped("clip_norm = 5", MG_F32, (const double[]){3e30, -4e30}, 0,
                  (const double[]){3, -4, 0});
    check_clipped("clip_norm = 1e-31", MG_F32, (const double[]){0, 1e-30}, 0,
                  (const double[]){0, 1e-31, 0});
    check_clipped("clip_norm = 1", MG_F32, (const double[]){0, 0}, 0,
                  (const double[]){0, 0, 0});
}

/* ---- Frozen parameters ---- */

static void frozen_parameters_and_their_states_stay(void **state)
{
    test_training t;
    (void)state;
    test_training_open(&t,
                       "input x[2]\nparam a[2] = 1\nparam b[2] = 1\n"
                       "loss = sum((a * b * x)^2)\n"
                       "penalty = sum(a^2)\n"
                       "train { optimiser = momentum(lr = 0.1) }\n",
                       MG_F64);
    test_training_column(&t, "x", 1, (const double[]){1, 2});
    test_training_ready(&t);
    assert_int_equal(mg_weights_freeze(&t.weights, "a"), MG_OK);
    test_training_step(&t, 0, 1);
    assert_true(test_training_get(&t, "a", 1) == 1);
    assert_true(test_training_get(&t, "a/v", 1) == 0);
    assert_true(fabs(test_training_get(&t, "b", 1) - (1 - 0.1 * 8)) < EXACT);
    assert_true(fabs(test_training_get(&t, "b/v", 1) - 8) < EXACT);
    test_training_step_parts(&t, 1, (const int64_t[]){1});
    assert_true(test_training_get(&t, "a", 0) == 1);
    assert_true(test_training_get(&t, "b", 0) < 1);
    test_training_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_count_alike_however_they_are_batched),
        cmocka_unit_test(parts_of_unequal_sizes_make_the_step_of_the_whole),
        cmocka_unit_test(a_batch_without_weight_changes_nothing),
        cmocka_unit_test(weights_are_not_trained_through),
        cmocka_unit_test(states_follow_the_batches),
        cmocka_unit_test(states_follow_each_batch_of_a_step),
        cmocka_unit_test(gradients_are_clipped_by_element_and_by_norm),
        cmocka_unit_test(norms_neither_overflow_nor_vanish),
        cmocka_unit_test(frozen_parameters_and_their_states_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
