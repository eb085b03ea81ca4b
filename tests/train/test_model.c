/* A model made, trained, saved, opened and asked by the library alone: the
 * same numbers wherever its examples come from and whoever trains it. */
#include "test.h"
#include "train/model.h"
#include "train/pictures.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define ROWS 70

#define NETWORK                                                                \
    "input x[3]\ninput k class 4\ntarget y\n"                                  \
    "param E[4, 3] ~ normal(1)\n"                                              \
    "output z = dense(dropout(tanh(dense(x + E[k], 8)), 0.2), 1)[0]\n"         \
    "loss = (z - y)^2\nmetric error = abs(z - y)\n"                            \
    "train { optimiser = adam(lr = 0.01); epochs = 4; batch = 16 }\n"

typedef struct {
    mg_ctx *ctx;
    float x[ROWS][3], y[ROWS];
    int64_t k[ROWS];
    mg_data_array array[3];
    int64_t fetches; /* of the callback */
    int64_t refuse;  /* the fetch that fails; 0: none */
} world;

static void check(const world *w, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", (int)status, mg_message(w->ctx));
}

static int set_up(void **state)
{
    static world w;
    w = (world){0};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < 3; j++)
            w.x[i][j] = sinf((float)(3 * i + j));
        w.k[i] = i * i % 4;
        w.y[i] = w.x[i][0] * w.x[i][1] + (float)w.k[i];
    }
    w.array[0] = (mg_data_array){"x", {MG_F32, {1, {3}}}, w.x};
    w.array[1] = (mg_data_array){"k", {MG_I64, {0}}, w.k};
    w.array[2] = (mg_data_array){"y", {MG_F32, {0}}, w.y};
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    mg_ctx_destroy(w->ctx);
    return 0;
}

static mg_model *create(const world *w, const char *source)
{
    mg_model *model = NULL;
    check(w, mg_model_create(w->ctx, source, strlen(source), NULL, &model));
    return model;
}

static mg_dataset *lend(world *w)
{
    mg_dataset *data = NULL;
    check(w, mg_data_from_arrays(w->ctx, ROWS, 3, w->array, &data));
    return data;
}

static mg_status fetch(void *user, int64_t n, const int64_t row[],
                       void *const out[])
{
    world *const w = user;
    if (++w->fetches == w->refuse)
        return MG_INTERRUPTED;
    for (int64_t i = 0; i < n; i++) {
        assert_in_range(row[i], 0, ROWS - 1);
        memcpy((float *)out[0] + 3 * i, w->x[row[i]], sizeof w->x[0]);
        ((int64_t *)out[1])[i] = w->k[row[i]];
        ((float *)out[2])[i] = w->y[row[i]];
    }
    return MG_OK;
}

static mg_dataset *stream(world *w)
{
    mg_dataset *data = NULL;
    check(w, mg_data_from_callback(w->ctx, ROWS, 3, w->array, fetch, w, &data));
    return data;
}

static void check_equal(const mg_weights *a, const mg_weights *b)
{
    for (size_t i = 0; i < a->n; i++) {
        const mg_weight *const one = &a->weight[i];
        const mg_weight *const other = mg_weights_find(b, one->name);
        assert_non_null(other);
        assert_memory_equal(one->tensor.data, other->tensor.data,
                            mg_type_bytes(&one->tensor.type));
    }
}

/* ---- Training ---- */

static void examples_in_memory_and_by_callback_train_alike(void **state)
{
    world *const w = *state;
    mg_model *const a = create(w, NETWORK), *const b = create(w, NETWORK);
    mg_model *const fresh = create(w, NETWORK);
    mg_dataset *const lent = lend(w), *const streamed = stream(w);
    check(w, mg_model_train(a, lent, NULL));
    check(w, mg_model_train(b, streamed, NULL));
    assert_true(w->fetches > 4 * ROWS / 16);
    check_equal(&a->weights, &b->weights);
    assert_memory_not_equal(a->weights.weight[0].tensor.data,
                            fresh->weights.weight[0].tensor.data, 12);
    const mg_measure *measure = NULL;
    size_t n = 0;
    check(w, mg_model_measure(a, lent, &measure, &n));
    const double loss = measure[0].value;
    check(w, mg_model_measure(b, streamed, &measure, &n));
    assert_true(n == 2 && measure[0].value == loss);
    mg_dataset_destroy(streamed);
    mg_dataset_destroy(lent);
    mg_model_destroy(fresh);
    mg_model_destroy(b);
    mg_model_destroy(a);
}

static void a_callback_that_fails_ends_the_training_with_its_status(
    void **state)
{
    world *const w = *state;
    mg_model *const model = create(w, NETWORK), *const fresh =
                                                    create(w, NETWORK);
    mg_dataset *const data = stream(w);
    w->refuse = 2;
    assert_int_equal(mg_model_train(model, data, NULL), MG_INTERRUPTED);
    check_equal(&model->weights, &fresh->weights);
    mg_dataset_destroy(data);
    mg_model_destroy(fresh);
    mg_model_destroy(model);
}

/* Events, and a stop after some epochs: the best so far is kept. */
typedef struct {
    int starts, epochs, dones, stop_after;
    int64_t best;
    volatile sig_atomic_t stop;
    double least;
} watch;

static void see(void *user, const mg_train_event *event)
{
    watch *const v = user;
    v->starts += event->kind == MG_EVENT_START;
    v->dones += event->kind == MG_EVENT_DONE;
    assert_null(event->run);
    if (event->kind != MG_EVENT_EPOCH)
        return;
    const double loss = event->val_measure[0].value;
    v->least = v->epochs == 0 || loss < v->least ? loss : v->least;
    v->epochs++;
    v->stop = v->epochs == v->stop_after;
}

static void an_interrupted_training_keeps_its_best_weights(void **state)
{
    world *const w = *state;
    mg_model *const a = create(w, NETWORK), *const b = create(w, NETWORK);
    mg_dataset *const data = lend(w);
    watch v = {.stop_after = 2};
    mg_model_train_options options = {
        .event = see, .user = &v, .stop = &v.stop};
    assert_int_equal(mg_model_train(a, data, &options), MG_INTERRUPTED);
    assert_non_null(strstr(mg_message(w->ctx), "best weights so far"));
    assert_true(v.starts == 1 && v.epochs == 2 && v.dones == 1);
    v = (watch){0};
    options.overrides = "epochs = 2";
    check(w, mg_model_train(b, data, &options));
    assert_true(v.epochs == 2 && v.dones == 1);
    check_equal(&a->weights, &b->weights);
    mg_dataset_destroy(data);
    mg_model_destroy(b);
    mg_model_destroy(a);
}

static void a_training_that_diverges_leaves_the_old_weights(void **state)
{
    world *const w = *state;
    mg_model *const a = create(w, NETWORK), *const b = create(w, NETWORK);
    mg_dataset *const data[] = {lend(w), stream(w)};
    const mg_model_train_options options = {.overrides =
                                                "optimiser = sgd(lr = 1e30)"};
    char message[2][400];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(mg_model_train(a, data[i], &options), MG_DIVERGED);
        snprintf(message[i], sizeof message[i], "%s", mg_message(w->ctx));
        check_equal(&a->weights, &b->weights);
        mg_dataset_destroy(data[i]);
    }
    assert_non_null(strstr(message[0], "first value that is"));
    assert_string_equal(message[0], message[1]);
    mg_model_destroy(b);
    mg_model_destroy(a);
}

/* ---- mg_train does the same ---- */

#define CLASSIFIER                                                             \
    "input x[4,4]\ntarget c class 3\n"                                         \
    "z = dense(relu(dense(flatten(x) / 255, 12)), 3)\n"                        \
    "output p = softmax(z)\nloss = cross_entropy(z, c)\n"                      \
    "train { optimiser = momentum(lr = 0.1); epochs = 5; batch = 7 }\n"

static void a_run_and_a_model_find_the_same_best_weights(void **state)
{
    world *const w = *state;
    test_folder folder;
    char data_name[TEST_PATH_SIZE], run[TEST_PATH_SIZE];
    test_folder_create(&folder);
    write_pictures(&folder, "train", 100);
    snprintf(data_name, sizeof data_name, "%s", test_path(&folder, "."));
    snprintf(run, sizeof run, "%s", test_path(&folder, "run"));
    const mg_train_request request = {.source = CLASSIFIER,
                                      .source_length = strlen(CLASSIFIER),
                                      .class_weights = "balanced",
                                      .data = data_name,
                                      .out = run};
    const mg_model_train_options options = {.class_weights = "balanced"};
    mg_dataset *data = NULL;
    mg_model *opened = NULL, *const made = create(w, CLASSIFIER);
    check(w, mg_train(w->ctx, &request));
    check(w, mg_model_open(w->ctx, run, NULL, &opened));
    check(w, mg_data_open(w->ctx, data_name, MG_PART_TRAIN, &data));
    check(w, mg_model_train(made, data, &options));
    check_equal(&opened->weights, &made->weights);
    assert_string_equal(opened->settings.data, data_name);
    assert_string_equal(opened->settings.class_weights, "balanced");
    assert_string_equal(opened->settings.schema, made->settings.schema);
    mg_dataset_destroy(data);
    mg_model_destroy(opened);
    mg_model_destroy(made);
    test_folder_remove(&folder);
}

/* ---- Saving, opening, predicting ---- */

typedef struct {
    double z[ROWS];
} predictions;

static mg_status note(void *user, int64_t example, const mg_tensor outputs[])
{
    predictions *const p = user;
    p->z[example] = mg_tensor_get(&outputs[0], 0);
    return MG_OK;
}

static float ask(const world *w, mg_model *model, int row)
{
    float z = NAN;
    const void *const input[] = {w->x[row], &w->k[row], NULL};
    check(w, mg_model_predict_one(model, input, (void *[]){&z}));
    return z;
}

static void a_saved_model_predicts_what_it_predicted(void **state)
{
    world *const w = *state;
    test_folder folder;
    test_folder_create(&folder);
    char path[TEST_PATH_SIZE];
    snprintf(path, sizeof path, "%s", test_path(&folder, "m.safetensors"));
    predictions before, after;
    mg_model *const model = create(w, NETWORK);
    mg_model *opened = NULL;
    mg_dataset *const data = lend(w);
    check(w, mg_model_train(model, data, NULL));
    check(w, mg_model_predict(model, data, note, &before));
    check(w, mg_model_save(model, path));
    check(w, mg_model_open(w->ctx, path, NULL, &opened));
    check(w, mg_model_predict(opened, data, note, &after));
    assert_memory_equal(&before, &after, sizeof before);
    for (int i = 0; i < ROWS; i++) {
        assert_true(fabs((double)ask(w, opened, i) - after.z[i]) < 1e-6);
        assert_true(ask(w, opened, i) == ask(w, model, i));
    }
    mg_dataset_destroy(data);
    mg_model_destroy(opened);
    mg_model_destroy(model);
    test_folder_remove(&folder);
}

/* The plan of one example is made anew when the weights change. */
static void a_trained_model_is_asked_with_its_new_weights(void **state)
{
    world *const w = *state;
    mg_model *const model = create(w, NETWORK);
    mg_dataset *const data = lend(w);
    predictions p;
    const float before = ask(w, model, 5);
    check(w, mg_model_train(model, data, NULL));
    check(w, mg_model_predict(model, data, note, &p));
    assert_true(ask(w, model, 5) != before);
    assert_true(fabs((double)ask(w, model, 5) - p.z[5]) < 1e-6);
    mg_dataset_destroy(data);
    mg_model_destroy(model);
}

static void what_cannot_be_asked_is_refused_in_words(void **state)
{
    world *const w = *state;
    mg_model *const model = create(w, NETWORK);
    float z = 0;
    const int64_t seven = 7;
    const void *input[] = {w->x[0], &seven, NULL};
    assert_int_equal(mg_model_predict_one(model, input, (void *[]){&z}),
                     MG_BAD_DATA);
    assert_non_null(strstr(mg_message(w->ctx), "k is 7, not one of 0 to 3"));
    input[1] = &w->k[0];
    input[0] = NULL;
    assert_int_equal(mg_model_predict_one(model, input, (void *[]){&z}),
                     MG_BAD_ARGUMENT);
    assert_non_null(strstr(mg_message(w->ctx), "input x is not given"));
    mg_plan *plan = NULL;
    assert_int_equal(mg_model_compile(model, 0, &plan), MG_BAD_ARGUMENT);
    mg_model_destroy(model);
    mg_model *none = NULL;
    const char *const bad = "input x\noutput z = q\n";
    assert_int_equal(mg_model_create(w->ctx, bad, strlen(bad), NULL, &none),
                     MG_BAD_FORMULA);
    assert_non_null(strstr(mg_message(w->ctx), "formula:2:"));
    assert_null(none);
}

/* ---- Serving ---- */

#define THREADS 4

typedef struct {
    const world *w;
    const mg_plan *plan;
    const mg_model *model;
    int first; /* this client's rows: first to first + 9 */
    float z[10];
    mg_status status;
} client;

static mg_status serve(client *c, mg_ctx *ctx, mg_session **session)
{
    MG_TRY(mg_session_create(ctx, c->plan, session));
    MG_TRY(mg_model_bind(c->model, *session));
    MG_TRY(mg_session_bind(*session, "x", (void *)c->w->x[c->first]));
    MG_TRY(mg_session_bind(*session, "k", (void *)&c->w->k[c->first]));
    for (int run = 0; run < 50; run++)
        MG_TRY(mg_session_run(*session));
    memcpy(c->z, mg_session_result(*session, "z").data, sizeof c->z);
    return MG_OK;
}

static void *run_client(void *user)
{
    client *const c = user;
    mg_ctx *ctx = NULL;
    mg_session *session = NULL;
    const mg_ctx_options options = {.threads = 1};
    c->status = mg_ctx_create(&options, &ctx);
    if (c->status != MG_OK)
        return NULL;
    c->status = serve(c, ctx, &session);
    mg_session_destroy(session);
    mg_ctx_destroy(ctx);
    return NULL;
}

static void many_sessions_serve_one_model(void **state)
{
    world *const w = *state;
    mg_model *const model = create(w, NETWORK);
    mg_dataset *const data = lend(w);
    mg_plan *plan = NULL;
    pthread_t thread[THREADS];
    client c[THREADS] = {{0}};
    check(w, mg_model_train(model, data, NULL));
    check(w, mg_model_compile(model, 10, &plan));
    for (int i = 0; i < THREADS; i++) {
        c[i] = (client){.w = w, .plan = plan, .model = model, .first = 10 * i};
        assert_int_equal(pthread_create(&thread[i], NULL, run_client, &c[i]),
                         0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(c[i].status, MG_OK);
        for (int r = 0; r < 10; r++)
            assert_true(fabsf(c[i].z[r] - ask(w, model, 10 * i + r)) < 1e-5f);
    }
    mg_plan_destroy(plan);
    mg_dataset_destroy(data);
    mg_model_destroy(model);
}

static void a_plan_of_another_model_is_not_bound(void **state)
{
    world *const w = *state;
    mg_model *const a = create(w, NETWORK);
    mg_model *const b = create(w, "input x[3]\noutput z = dense(x, 2)\n");
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    check(w, mg_model_compile(b, 1, &plan));
    check(w, mg_session_create(w->ctx, plan, &session));
    assert_int_equal(mg_model_bind(a, session), MG_BAD_ARGUMENT);
    assert_non_null(strstr(mg_message(w->ctx), "not of this model"));
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_model_destroy(b);
    mg_model_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            examples_in_memory_and_by_callback_train_alike, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_callback_that_fails_ends_the_training_with_its_status, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            an_interrupted_training_keeps_its_best_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_training_that_diverges_leaves_the_old_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_and_a_model_find_the_same_best_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_saved_model_predicts_what_it_predicted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_trained_model_is_asked_with_its_new_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_asked_is_refused_in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_sessions_serve_one_model, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_plan_of_another_model_is_not_bound,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
