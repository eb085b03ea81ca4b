/* Missing values are filled and inputs standardised by the statistics of the
 * training rows, which were computed by hand here, wherever the network is
 * used afterwards. */
#include "support/folder.h"
#include "test.h"
#include "train/model.h"
#include "train/statistics.h"

#include "data/split.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* f32 has 24 bits; a handful of roundings. */
#define CLOSE 1e-6

static const char source[] = "input x[2]\ninput k class 3\ntarget y\n"
                             "param w = 0\noutput seen = x\n"
                             "loss = (w * sum(x) - y + 0 * k)^2\n"
                             "train { epochs = 2; batch = 2; val = 0 }\n";

typedef struct {
    mg_ctx *ctx;
    mg_dataset *data;
    mg_model *model;
    test_folder folder;
} world;

static void check(const world *w, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", (int)status, mg_message(w->ctx));
}

static mg_data_column *add(world *w, const char *name, mg_type row,
                           int64_t rows, bool target)
{
    mg_data_column *column = NULL;
    check(w, mg_dataset_add(w->data, name, target, row, rows, &column));
    return column;
}

/* x of n rows of two; k is 0, 1, 2, 0, ..., y is 1. */
static void make_data(world *w, int64_t n, const float x[])
{
    check(w, mg_dataset_create(w->ctx, "rows", &w->data));
    const mg_type pair = {MG_F32, {1, {2}}}, number = {MG_F32, {0}};
    const mg_type label = {MG_I64, {0}};
    memcpy(add(w, "x", pair, n, false)->data, x, (size_t)n * 2 * sizeof *x);
    int64_t *const k = add(w, "k", label, n, false)->data;
    for (int64_t i = 0; i < n; i++)
        k[i] = i % 3;
    float *const y = add(w, "y", number, n, true)->data;
    for (int64_t i = 0; i < n; i++)
        y[i] = 1;
    mg_dataset_count_classes(w->data);
}

static void make_model(world *w, mg_dtype real)
{
    const mg_model_options options = {.real = real};
    check(w,
          mg_model_create(w->ctx, source, strlen(source), &options, &w->model));
}

static int set_up(void **state)
{
    static world w;
    w = (world){0};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    test_folder_create(&w.folder);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    mg_model_destroy(w->model);
    mg_dataset_destroy(w->data);
    test_folder_remove(&w->folder);
    mg_ctx_destroy(w->ctx);
    return 0;
}

/* ---- What the network sees ---- */

typedef struct {
    double seen[16][2];
} sights;

static mg_status note(void *user, int64_t example, const mg_tensor outputs[])
{
    sights *const s = user;
    for (int i = 0; i < 2; i++)
        s->seen[example][i] = mg_tensor_get(&outputs[0], i);
    return MG_OK;
}

static void check_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= CLOSE * fmax(1, fabs(wanted))))
        fail_msg("is %.9g, not %.9g", got, wanted);
}

static void check_one(world *w, float a, float b, double wanted_a,
                      double wanted_b)
{
    const float x[2] = {a, b};
    const int64_t k = 2;
    float out[2] = {0};
    const void *const input[] = {x, &k, NULL};
    check(w, mg_model_predict_one(w->model, input, (void *[]){out}));
    check_near(out[0], wanted_a);
    check_near(out[1], wanted_b);
}

/* By a plan of two examples. */
static void check_served(world *w, const float x[4], const double wanted[4])
{
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    int64_t k[2] = {0, 1};
    float copy[4];
    memcpy(copy, x, sizeof copy);
    check(w, mg_model_compile(w->model, 2, &plan));
    check(w, mg_session_create(w->ctx, plan, &session));
    check(w, mg_model_bind(w->model, session));
    check(w, mg_session_bind(session, "x", copy));
    if (mg_session_bind(session, "k", k) != MG_OK)
        assert_non_null(strstr(mg_message(w->ctx), "no leaf k"));
    check(w, mg_session_run(session));
    const mg_tensor seen = mg_session_result(session, "seen");
    assert_non_null(seen.data);
    for (int i = 0; i < 4; i++)
        check_near(mg_tensor_get(&seen, i), wanted[i]);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
}

/* Column 0: mean 3, squares 4 + 1 + 0 + 9 over 4 rows: deviation sqrt(3.5);
 * column 1 is constant, so its deviation counts as 1. */
static const float numbers[] = {1, 10, 2, 10, 3, 10, 6, 10};

static void check_prepared(const world *w)
{
    const mg_network *const network = mg_model_network(w->model);
    float x[2] = {6, 12};
    const mg_tensor t = mg_tensor_dense((mg_type){MG_F32, {1, {2}}}, x);
    mg_statistics_prepare(&w->model->weights, &network->input[0], &t);
    check_near((double)x[0], 3 / sqrt(3.5));
    check_near((double)x[1], 2);
}

static void check_standardised(world *w)
{
    check_prepared(w);
    const double d = sqrt(3.5);
    sights s;
    check(w, mg_model_predict(w->model, w->data, note, &s));
    for (int i = 0; i < 4; i++) {
        check_near(s.seen[i][0], ((double)numbers[2 * i] - 3) / d);
        check_near(s.seen[i][1], 0);
    }
    check_one(w, 6, 12, 3 / d, 2);
    check_one(w, 3, 10, 0, 0);
    check_served(w, (const float[]){6, 12, -3, 10},
                 (const double[]){3 / d, 2, -6 / d, 0});
}

static void inputs_are_standardised_wherever_the_model_goes(void **state)
{
    world *const w = *state;
    const char *const path = test_path(&w->folder, "model.safetensors");
    make_data(w, 4, numbers);
    w->data->standardise = true;
    make_model(w, MG_F32);
    check_one(w, 6, 12, 6, 12); /* not trained: as it is */
    check(w, mg_model_train(w->model, w->data, NULL));
    check_standardised(w);
    check(w, mg_model_save(w->model, path));
    mg_model_destroy(w->model);
    w->model = NULL;
    check(w, mg_model_open(w->ctx, path, NULL, &w->model));
    check_standardised(w);
    assert_int_equal(mg_weights_count(&w->model->weights), 1); /* w alone */
}

/* In f64 the numbers have f64's digits. */
static void double_precision_keeps_its_digits(void **state)
{
    world *const w = *state;
    make_data(w, 4, numbers);
    w->data->standardise = true;
    make_model(w, MG_F64);
    check(w, mg_model_train(w->model, w->data, NULL));
    const double x[2] = {6, 12};
    const int64_t k = 0;
    double out[2] = {0};
    const void *const input[] = {x, &k, NULL};
    check(w, mg_model_predict_one(w->model, input, (void *[]){out}));
    assert_true(fabs(out[0] - 3 / sqrt(3.5)) < 1e-15);
    assert_true(out[1] == 2);
}

static void missing_values_get_the_mean_of_those_that_are_there(void **state)
{
    world *const w = *state;
    const float holes[] = {1, NAN, 2, 20, NAN, 30, 6, 10};
    sights s;
    make_data(w, 4, holes);
    w->data->fill = true;
    make_model(w, MG_F32);
    check(w, mg_model_train(w->model, w->data, NULL));
    check(w, mg_model_predict(w->model, w->data, note, &s));
    check_near(s.seen[2][0], 3);
    check_near(s.seen[0][1], 20);
    check_near(s.seen[3][0], 6);
    check_one(w, NAN, NAN, 3, 20);
}

/* Filled first: a missing value is the mean, which becomes 0. */
static void filled_values_are_standardised_too(void **state)
{
    world *const w = *state;
    const float holes[] = {1, NAN, 2, 20, NAN, 30, 6, 10};
    make_data(w, 4, holes);
    w->data->fill = w->data->standardise = true;
    make_model(w, MG_F32);
    check(w, mg_model_train(w->model, w->data, NULL));
    /* 1, 2, 6: squares 4 + 1 + 9; 20, 30, 10: 0 + 100 + 100 */
    check_one(w, NAN, 40, 0, 20 / sqrt(200 / 3.0));
    check_one(w, 6, NAN, 3 / sqrt(14 / 3.0), 0);
}

/* What is held out has no say. */
static void only_training_rows_count(void **state)
{
    world *const w = *state;
    float x[32];
    mg_split *split = NULL;
    const mg_model_train_options options = {.overrides = "val = 0.5"};
    for (int i = 0; i < 32; i++)
        x[i] = (float)(i * i % 37);
    make_data(w, 16, x);
    w->data->standardise = true;
    make_model(w, MG_F32);
    check(w, mg_model_train(w->model, w->data, &options));
    check(w, mg_split_create(w->ctx, 16, 0.5, 1, MG_SPLIT_RANDOM, 0, NULL,
                             &split));
    int64_t held[16];
    const int64_t n = mg_split_held_out_count(split);
    assert_int_equal(n, 8);
    mg_split_held_out(split, 0, n, held);
    mg_split_destroy(split);
    double sum[2] = {0};
    for (int i = 0; i < 32; i++)
        sum[i % 2] += (double)x[i];
    for (int64_t i = 0; i < n; i++)
        for (int c = 0; c < 2; c++)
            sum[c] -= (double)x[2 * held[i] + c];
    check_one(w, (float)(sum[0] / 8), (float)(sum[1] / 8), 0, 0);
}

/* A second training begins with the model as it is, statistics included. */
static void further_training_keeps_the_statistics(void **state)
{
    world *const w = *state;
    const float others[] = {5, 1, 6, 2, 7, 3, 8, 4};
    make_data(w, 4, numbers);
    w->data->standardise = true;
    make_model(w, MG_F32);
    check(w, mg_model_train(w->model, w->data, NULL));
    mg_dataset *const first = w->data;
    make_data(w, 4, others);
    check(w, mg_model_train(w->model, w->data, NULL));
    mg_dataset_destroy(w->data);
    w->data = first;
    check_standardised(w);
}

static void check_refused(world *w, const char *part)
{
    assert_int_equal(mg_model_train(w->model, w->data, NULL), MG_BAD_DATA);
    if (!strstr(mg_message(w->ctx), part))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(w->ctx), part);
    check_one(w, 1, 2, 1, 2); /* the model is as it was */
}

static void data_without_a_mean_is_refused(void **state)
{
    world *const w = *state;
    const float holes[] = {1, NAN, 2, NAN};
    make_data(w, 2, holes);
    w->data->fill = true;
    make_model(w, MG_F32);
    check_refused(w, "input x, element 1: all its values are missing");
    mg_dataset_destroy(w->data);
    const float infinite[] = {1, 2, INFINITY, 2};
    make_data(w, 2, infinite);
    w->data->standardise = true;
    check_refused(w, "input x, element 0: has no finite mean");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            inputs_are_standardised_wherever_the_model_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(double_precision_keeps_its_digits,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            missing_values_get_the_mean_of_those_that_are_there, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(filled_values_are_standardised_too,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_training_rows_count, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(further_training_keeps_the_statistics,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_without_a_mean_is_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
