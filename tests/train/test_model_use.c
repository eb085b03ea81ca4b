/* A model saved, opened, asked and served: the same answers on every way. */
#include "train/rows.h"
#include "support/folder.h"
#include "tensor/tensor.h"

#include <pthread.h>
#include <stdio.h>

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
