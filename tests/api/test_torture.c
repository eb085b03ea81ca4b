/* A program of public calls with every allocation refused in turn: data from
 * arrays and from a callback, a model made, trained, measured, asked, compiled
 * and served. Each refusal must be MG_NO_MEMORY with a message and leave no
 * block behind. */
#include "matgrad/matgrad.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

static const char formula[] =
    "input x[2]\ntarget c class 2\n"
    "z = dense(tanh(dense(x, 3)), 2)\noutput p = softmax(z)\n"
    "loss = cross_entropy(z, c)\nmetric accuracy = argmax(z) == c\n"
    "train { optimiser = adam(); epochs = 2; batch = 4; val = 0.25 }\n";

enum { ROWS = 10 };
static const mg_type pair = {MG_F32, {1, {2}}}, label = {MG_U8, {0, {0}}};

static void fill(int64_t row, float x[2], uint8_t *c)
{
    x[0] = (float)(row % 3);
    x[1] = (float)(row % 4);
    *c = row % 3 == 1;
}

static mg_status fetch(void *user, int64_t n, const int64_t row[],
                       void *const out[])
{
    (void)user;
    for (int64_t i = 0; i < n; i++)
        fill(row[i], (float *)out[0] + 2 * i, (uint8_t *)out[1] + i);
    return MG_OK;
}

static mg_status serve(mg_ctx *ctx, mg_model *model, mg_plan *plan)
{
    float x[3][2] = {{0, 1}, {1, 0}, {1, 1}};
    mg_session *session = NULL;
    mg_status status = mg_session_create(ctx, plan, &session);
    if (status == MG_OK)
        status = mg_model_bind(model, session);
    if (status == MG_OK)
        status = mg_session_bind(session, "x", x);
    if (status == MG_OK)
        status = mg_session_run(session);
    mg_session_destroy(session);
    return status;
}

static mg_status use(mg_ctx *ctx, mg_model *model, const mg_dataset *data)
{
    const mg_measure *measure = NULL;
    size_t n = 0;
    float p[2];
    mg_plan *plan = NULL;
    mg_status status = mg_model_measure(model, data, &measure, &n);
    if (status == MG_OK)
        status = mg_model_predict_one(
            model, (const void *[]){(float[]){0, 1}, NULL}, (void *[]){p});
    if (status == MG_OK)
        status = mg_model_compile(model, 3, &plan);
    if (status == MG_OK)
        status = serve(ctx, model, plan);
    mg_plan_destroy(plan);
    return status;
}

/* The call under test; data: whether a callback gives the examples. */
static mg_status train_and_use(mg_ctx *ctx, void *called_back)
{
    static float x[ROWS][2];
    static uint8_t c[ROWS];
    for (int i = 0; i < ROWS; i++)
        fill(i, x[i], &c[i]);
    const mg_data_array array[] = {{"x", pair, x}, {"c", label, c}};
    mg_dataset *data = NULL;
    mg_model *model = NULL;
    mg_status status =
        *(const bool *)called_back
            ? mg_data_from_callback(ctx, ROWS, 2, array, fetch, NULL, &data)
            : mg_data_from_arrays(ctx, ROWS, 2, array, &data);
    if (status == MG_OK)
        status = mg_model_create(ctx, formula, strlen(formula), NULL, &model);
    if (status == MG_OK)
        status = mg_model_train(model, data, NULL);
    if (status == MG_OK)
        status = use(ctx, model, data);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    return status;
}

static void every_refusal_of_a_program_over_arrays_is_clean(void **state)
{
    (void)state;
    bool called_back = false;
    assert_true(test_every_refusal(train_and_use, &called_back) > 300);
}

static void every_refusal_of_a_program_over_a_callback_is_clean(void **state)
{
    (void)state;
    bool called_back = true;
    assert_true(test_every_refusal(train_and_use, &called_back) > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_of_a_program_over_arrays_is_clean),
        cmocka_unit_test(every_refusal_of_a_program_over_a_callback_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
