/* Measures of a data set, whatever its batches: means by weight, and metrics
 * of totals, against numbers made by hand. */
#include "support/training.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS 7
#define SCORES                                                                 \
    "input z\ninput keep\ntarget y\nparam p = 1\n"                             \
    "loss = (p * z - y)^2\nweight = keep\n"                                    \
    "metric near = abs(z - y) < 1\n"                                           \
    "metric recall = total(z > 0 and y > 0) / total(y > 0)\n"                  \
    "metric r2 = 1 - total((z - y)^2) / (total(y^2) - total(y)^2 / "           \
    "total(1))\n"                                                              \
    "metric scaled = p * 10 + total([z, y])[1]\n"

static const double z[ROWS] = {1, -2, 3.5, 0.25, -1, 2, 1};
static const double y[ROWS] = {1.5, -1, -3, 0.5, 1, 2, 4};
static const double ones[ROWS] = {1, 1, 1, 1, 1, 1, 1};
static const double keep[ROWS] = {1, 2, 0, 1, 3, 0.5, 1};

typedef struct {
    double loss, near, recall, r2, scaled;
} scores;

static scores by_hand(const double w[ROWS])
{
    double n = 0, loss = 0, near = 0, hits = 0, positive = 0, squares = 0;
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
        n += w[i];
        loss += w[i] * pow(z[i] - y[i], 2);
        near += w[i] * (fabs(z[i] - y[i]) < 1);
        hits += w[i] * (z[i] > 0 && y[i] > 0);
        positive += w[i] * (y[i] > 0);
        squares += w[i] * y[i] * y[i];
        sum += w[i] * y[i];
    }
    return (scores){loss / n, near / n, hits / positive,
                    1 - loss / (squares - sum * sum / n), 10 + sum};
}

static void check(const char *name, const mg_measure *got, double expected,
                  double tolerance)
{
    assert_string_equal(got->name, name);
    if (!(fabs(got->value - expected) <= tolerance * fmax(1, fabs(expected))))
        fail_msg("%s is %.17g, not %.17g", name, got->value, expected);
}

static void check_scores(const double w[ROWS], mg_dtype real, double tolerance)
{
    static const int64_t batch[] = {1, 2, 3, ROWS};
    const scores want = by_hand(w);
    test_training t;
    test_training_open(&t, SCORES, real);
    test_training_column(&t, "z", ROWS, z);
    test_training_column(&t, "keep", ROWS, w);
    test_training_column(&t, "y", ROWS, y);
    test_training_ready(&t);
    for (int i = 0; i < 8; i++) {
        mg_measure got[5];
        test_training_measure(&t, batch[i / 2], i % 2, got);
        check("loss", &got[0], want.loss, tolerance);
        check("near", &got[1], want.near, tolerance);
        check("recall", &got[2], want.recall, tolerance);
        check("r2", &got[3], want.r2, tolerance);
        check("scaled", &got[4], want.scaled, tolerance);
    }
    test_training_close(&t);
}

static void measures_are_those_of_the_data_whatever_the_batches(void **state)
{
    (void)state;
    check_scores(ones, MG_F64, 1e-14);
    check_scores(keep, MG_F64, 1e-14);
    check_scores(keep, MG_F32, 1e-6);
}

/* y is 1e4 + 0, 1, 2, ...: in f32, total(y^2) - total(y)^2 / n would be lost
 * altogether. */
static void totals_survive_differences_of_large_sums(void **state)
{
    enum { N = 40 };
    double large[N], close[N], mean = 0, error = 0, spread = 0;
    test_training t;
    mg_measure got[5];
    (void)state;
    for (int i = 0; i < N; i++) {
        large[i] = 1e4 + i;
        close[i] = large[i] + (i % 2 ? 1 : -1);
        mean += large[i] / N;
        error += 1;
    }
    for (int i = 0; i < N; i++)
        spread += pow(large[i] - mean, 2);
    double w[N];
    for (int i = 0; i < N; i++)
        w[i] = 1;
    test_training_open(&t, SCORES, MG_F32);
    test_training_column(&t, "z", N, close);
    test_training_column(&t, "keep", N, w);
    test_training_column(&t, "y", N, large);
    test_training_ready(&t);
    test_training_measure(&t, 7, false, got);
    check("r2", &got[3], 1 - error / spread, 1e-3);
    test_training_close(&t);
}

/* The whole message is checked: it is a place, a name, a reason. */
static void check_refused(const char *metric, const char *message)
{
    char source[300];
    mg_ctx *ctx = NULL;
    mg_network *network = NULL;
    mg_measures m;
    snprintf(source, sizeof source, "input z\ntarget y\nloss = (z - y)^2\n%s",
             metric);
    const mg_network_options options = {.file = "test.mg"};
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_status status =
        mg_network_create(ctx, source, strlen(source), &options, &network);
    if (status == MG_OK)
        status = mg_measures_init(&m, network);
    assert_int_equal(status, MG_BAD_FORMULA);
    if (!strstr(mg_message(ctx), message))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(ctx), message);
    mg_network_destroy(network);
    mg_ctx_destroy(ctx);
}

static void metrics_that_one_pass_cannot_give_are_refused(void **state)
{
    (void)state;
    check_refused("metric m = z / total(y)\n", "test.mg:4:");
    check_refused("metric m = total(y - total(y) / total(1))\n", "test.mg:4:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_those_of_the_data_whatever_the_batches),
        cmocka_unit_test(totals_survive_differences_of_large_sums),
        cmocka_unit_test(metrics_that_one_pass_cannot_give_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
