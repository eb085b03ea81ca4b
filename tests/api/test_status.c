/* Each status of the public interface is reached, with a message that says
 * what was wrong, and *out untouched; and what the caller's hooks say passes
 * through. Nothing but the public header is used. */
#include "matgrad/matgrad.h"
#include "support/folder.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASSIFIER                                                             \
    "input x[2]\ntarget c class 3\n"                                           \
    "z = dense(x, 3)\noutput p = softmax(z)\n"                                 \
    "loss = cross_entropy(z, c)\n"                                             \
    "train { optimiser = sgd(lr = 0.1); epochs = 2; batch = 4; val = 0 }\n"

enum { ROWS = 12 };

typedef struct {
    mg_ctx *ctx;
    float x[ROWS][2];
    uint8_t c[ROWS];
    mg_dataset *data;
    mg_model *model;
} world;

static const mg_type pair = {MG_F32, {1, {2}}}, label = {MG_U8, {0, {0}}};

static mg_model *model_of(mg_ctx *ctx, const char *formula)
{
    mg_model *model = NULL;
    const mg_status status =
        mg_model_create(ctx, formula, strlen(formula), NULL, &model);
    if (status != MG_OK)
        print_message("%s\n", mg_message(ctx));
    assert_int_equal(status, MG_OK);
    return model;
}

static int set_up(void **state)
{
    static world w;
    w = (world){0};
    for (int i = 0; i < ROWS; i++) {
        w.x[i][0] = (float)(i % 4);
        w.x[i][1] = (float)(i % 5);
        w.c[i] = (uint8_t)(i % 3);
    }
    const mg_data_array array[] = {{"x", pair, w.x}, {"c", label, w.c}};
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    assert_int_equal(mg_data_from_arrays(w.ctx, ROWS, 2, array, &w.data),
                     MG_OK);
    w.model = model_of(w.ctx, CLASSIFIER);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    mg_model_destroy(w->model);
    mg_dataset_destroy(w->data);
    mg_ctx_destroy(w->ctx);
    return 0;
}

static void says(const world *w, const char *words)
{
    if (!strstr(mg_message(w->ctx), words))
        fail_msg("\"%s\" lacks \"%s\"", mg_message(w->ctx), words);
}

static void a_wrong_formula_is_reported_by_line(void **state)
{
    const world *const w = *state;
    const char text[] = "input x[2]\nloss = sum(y)\n";
    mg_network *network = NULL;
    assert_int_equal(
        mg_network_create(w->ctx, text, strlen(text), NULL, &network),
        MG_BAD_FORMULA);
    says(w, "formula:2:12: error");
    assert_null(network);
    mg_model *model = NULL;
    assert_int_equal(mg_model_create(w->ctx, text, strlen(text), NULL, &model),
                     MG_BAD_FORMULA);
    says(w, "formula:2:12: error");
    assert_null(model);
}

static void shapes_that_do_not_fit_stick_to_the_graph(void **state)
{
    const world *const w = *state;
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(w->ctx, MG_F32, &g), MG_OK);
    const mg_value a = mg_input(g, "a", MG_F32, (mg_shape){1, {2}});
    const mg_value b = mg_input(g, "b", MG_F32, (mg_shape){1, {3}});
    const mg_value sum = mg_add(g, a, b);
    assert_int_equal(sum.id, 0);
    assert_int_equal(mg_neg(g, sum).id, 0);
    assert_int_equal(mg_graph_status(g), MG_BAD_SHAPE);
    says(w, "[2]");
    says(w, "[3]");
    mg_plan *plan = NULL;
    assert_int_equal(mg_compile(g, false, &plan), MG_BAD_SHAPE);
    assert_null(plan);
    mg_graph_destroy(g);
}

static void bad_arguments_are_named(void **state)
{
    const world *const w = *state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&(mg_ctx_options){.threads = -1}, &ctx),
                     MG_BAD_ARGUMENT);
    assert_null(ctx);
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    assert_int_equal(mg_model_compile(w->model, 2, &plan), MG_OK);
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    float x[4] = {0};
    assert_int_equal(mg_session_bind(session, "nothing", x), MG_BAD_ARGUMENT);
    says(w, "nothing");
    assert_int_equal(mg_model_bind(w->model, session), MG_OK);
    assert_int_equal(mg_session_run(session), MG_BAD_ARGUMENT);
    says(w, "x is not bound");
    assert_int_equal(mg_session_bind(session, "x", x), MG_OK);
    assert_int_equal(mg_session_run(session), MG_OK);
    assert_null(mg_session_result(session, "nothing").data);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    assert_int_equal(
        mg_model_train(w->model, w->data,
                       &(mg_model_train_options){.freeze = "nothing"}),
        MG_BAD_ARGUMENT);
    says(w, "nothing");
}

static void files_that_are_not_there_are_named(void **state)
{
    const world *const w = *state;
    mg_model *model = NULL;
    mg_dataset *data = NULL;
    assert_int_equal(
        mg_model_open(w->ctx, "no/such/net.safetensors", NULL, &model),
        MG_BAD_FILE);
    says(w, "no/such/net.safetensors");
    assert_null(model);
    assert_int_equal(
        mg_data_open(w->ctx, "no/such/data.csv", MG_PART_TRAIN, &data),
        MG_BAD_FILE);
    says(w, "no/such/data.csv");
    assert_null(data);
    assert_int_equal(mg_model_save(w->model, "no/such/net.safetensors"),
                     MG_BAD_FILE);
    says(w, "no/such");
}

static void data_that_does_not_fit_is_refused(void **state)
{
    world *const w = *state;
    w->c[7] = 3; /* of classes 0 to 2 */
    assert_int_equal(mg_model_train(w->model, w->data, NULL), MG_BAD_DATA);
    says(w, "3");
    const mg_data_array lone = {"x", pair, w->x};
    mg_dataset *data = NULL;
    assert_int_equal(mg_data_from_arrays(w->ctx, ROWS, 1, &lone, &data), MG_OK);
    assert_int_equal(mg_model_train(w->model, data, NULL), MG_BAD_DATA);
    says(w, "c");
    mg_dataset_destroy(data);
}

static void a_file_that_is_no_model_is_refused(void **state)
{
    const world *const w = *state;
    test_folder folder;
    mg_model *model = NULL;
    test_folder_create(&folder);
    test_write(test_path(&folder, "net.safetensors"), "no such thing", 13);
    assert_int_equal(mg_model_open(w->ctx,
                                   test_path(&folder, "net.safetensors"), NULL,
                                   &model),
                     MG_BAD_DATA);
    says(w, "net.safetensors");
    assert_null(model);
    test_folder_remove(&folder);
}

static void an_index_outside_its_axis_is_bad_data(void **state)
{
    const world *const w = *state;
    mg_graph *g = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    assert_int_equal(mg_graph_create(w->ctx, MG_F32, &g), MG_OK);
    const mg_value table = mg_variable(g, "table", MG_F32, (mg_shape){1, {3}});
    const mg_value index = mg_input(g, "index", MG_I64, (mg_shape){0, {0}});
    mg_graph_add_root(g, "y", mg_gather(g, table, index));
    assert_int_equal(mg_compile(g, false, &plan), MG_OK);
    assert_int_equal(mg_session_create(w->ctx, plan, &session), MG_OK);
    float numbers[3] = {1, 2, 3};
    int64_t at = 3;
    assert_int_equal(mg_session_bind(session, "table", numbers), MG_OK);
    assert_int_equal(mg_session_bind(session, "index", &at), MG_OK);
    assert_int_equal(mg_session_run(session), MG_BAD_DATA);
    says(w, "3");
    at = 2;
    assert_int_equal(mg_session_run(session), MG_OK);
    assert_float_equal(*(float *)mg_session_result(session, "y").data, 3, 0);
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_graph_destroy(g);
}

static void *refuse(void *user, void *block, size_t size)
{
    const bool *const refusing = user;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return *refusing ? NULL : realloc(block, size);
}

static void a_refused_allocation_has_a_message(void **state)
{
    (void)state;
    bool refusing = true;
    const mg_ctx_options options = {.resize = refuse, .resize_user = &refusing};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_NO_MEMORY);
    assert_null(ctx);
    refusing = false;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    refusing = true;
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_NO_MEMORY);
    assert_null(g);
    assert_string_not_equal(mg_message(ctx), "");
    mg_ctx_destroy(ctx);
}

static void divergence_is_told_and_leaves_the_model_usable(void **state)
{
    world *const w = *state;
    for (int i = 0; i < ROWS; i++)
        w->x[i][0] = 1e30f;
    assert_int_equal(
        mg_model_train(
            w->model, w->data,
            &(mg_model_train_options){.overrides = "optimiser = sgd(lr = 1e38)",
                                      .max_steps = 20}),
        MG_DIVERGED);
    const float x[2] = {1, 2};
    float p[3] = {0};
    assert_string_not_equal(mg_message(w->ctx), "");
    assert_int_equal(mg_model_predict_one(w->model, (const void *[]){x, NULL},
                                          (void *[]){p}),
                     MG_OK);
    assert_float_equal(p[0] + p[1] + p[2], 1, 1e-5);
}

static void a_stop_flag_interrupts(void **state)
{
    const world *const w = *state;
    const volatile sig_atomic_t stop = 1;
    assert_int_equal(mg_model_train(w->model, w->data,
                                    &(mg_model_train_options){.stop = &stop}),
                     MG_INTERRUPTED);
    assert_string_not_equal(mg_message(w->ctx), "");
}

static mg_status fetch(void *user, int64_t n, const int64_t row[],
                       void *const out[])
{
    int *const left = user;
    if ((*left)-- == 0)
        return MG_BAD_FILE;
    for (int64_t i = 0; i < n; i++) {
        ((float *)out[0])[2 * i] = (float)row[i];
        ((float *)out[0])[2 * i + 1] = 1;
        ((uint8_t *)out[1])[i] = (uint8_t)(row[i] % 3);
    }
    return MG_OK;
}

static void what_a_fetch_says_ends_the_call(void **state)
{
    const world *const w = *state;
    const mg_data_array array[] = {{"x", pair, NULL}, {"c", label, NULL}};
    int left = 4;
    mg_dataset *data = NULL;
    assert_int_equal(
        mg_data_from_callback(w->ctx, ROWS, 2, array, fetch, &left, &data),
        MG_OK);
    assert_int_equal(mg_model_train(w->model, data, NULL), MG_BAD_FILE);
    assert_int_equal(left, -1);
    left = 1000;
    assert_int_equal(mg_model_train(w->model, data, NULL), MG_OK);
    mg_dataset_destroy(data);
}

static mg_status stop_at_two(void *user, int64_t example,
                             const mg_tensor outputs[])
{
    (void)outputs;
    *(int64_t *)user = example;
    return example == 2 ? MG_INTERRUPTED : MG_OK;
}

static void what_a_prediction_is_told_ends_the_walk(void **state)
{
    const world *const w = *state;
    int64_t last = -1;
    assert_int_equal(mg_model_predict(w->model, w->data, stop_at_two, &last),
                     MG_INTERRUPTED);
    assert_int_equal(last, 2);
}

static void count_warning(void *user, const char *line)
{
    if (strstr(line, "warning") && strstr(line, "unused") &&
        !strchr(line, '\n'))
        (*(int *)user)++;
}

static void warnings_of_a_formula_are_logged_when_it_trains(void **state)
{
    const world *const w = *state;
    int lines = 0;
    const mg_ctx_options options = {.log = count_warning, .log_user = &lines};
    const mg_data_array array[] = {{"x", pair, w->x}, {"c", label, w->c}};
    mg_ctx *ctx = NULL;
    mg_dataset *data = NULL;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    mg_model *const model = model_of(ctx, "param unused[3] = 0\n" CLASSIFIER);
    assert_int_equal(mg_data_from_arrays(ctx, ROWS, 2, array, &data), MG_OK);
    assert_int_equal(mg_model_train(model, data, NULL), MG_OK);
    assert_int_equal(lines, 1);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    mg_ctx_destroy(ctx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_wrong_formula_is_reported_by_line),
        TEST(shapes_that_do_not_fit_stick_to_the_graph),
        TEST(bad_arguments_are_named),
        TEST(files_that_are_not_there_are_named),
        TEST(data_that_does_not_fit_is_refused),
        TEST(a_file_that_is_no_model_is_refused),
        TEST(an_index_outside_its_axis_is_bad_data),
        TEST(a_refused_allocation_has_a_message),
        TEST(divergence_is_told_and_leaves_the_model_usable),
        TEST(a_stop_flag_interrupts),
        TEST(what_a_fetch_says_ends_the_call),
        TEST(what_a_prediction_is_told_ends_the_walk),
        TEST(warnings_of_a_formula_are_logged_when_it_trains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
