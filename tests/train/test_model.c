/* A model made and trained by the library alone: the same weights wherever its
 * examples come from and whoever trains it. */
#include "train/model.h"
#include "data/examples.h"
#include "data/store.h"
#include "train/pictures.h"
#include "train/rows.h"

#include <stdio.h>

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

/* The same in files: a format with a store an input that keeps nothing in
 * memory. */
typedef struct {
    mg_store *store[3];
} files;

static mg_status read_files(void *user, size_t input, int64_t n,
                            const int64_t rows[], void *out)
{
    return mg_store_read(((files *)user)->store[input], n, rows, out);
}

static void end_files(void *user, mg_ctx *ctx)
{
    (void)ctx;
    for (int i = 0; i < 3; i++)
        mg_store_destroy(((files *)user)->store[i]);
}

static mg_status load_files(const mg_dataset *data, const mg_network *network,
                            bool targets, const mg_schema *schema,
                            mg_examples *out)
{
    const world *const w = data->store;
    files *const f = mg_arena_alloc(&out->arena, 1, sizeof *f);
    (void)network, (void)targets, (void)schema;
    if (!f)
        return MG_NO_MEMORY;
    out->store = f;
    out->fetch = read_files;
    out->destroy = end_files;
    for (size_t i = 0; i < 3; i++) {
        const mg_type row = w->array[i].row;
        out->input[i] = (mg_example_input){.row = row};
        MG_TRY(mg_store_create(w->ctx, mg_type_bytes(&row), 0, &f->store[i]));
        MG_TRY(mg_store_append(f->store[i], ROWS, w->array[i].data));
        assert_null(mg_store_memory(f->store[i]));
    }
    return MG_OK;
}

static const mg_data_kind files_kind = {.name = "files", .load = load_files};

static mg_dataset *spill(world *w)
{
    mg_dataset *data = NULL;
    check(w, mg_dataset_create(w->ctx, "files", &data));
    data->kind = &files_kind;
    data->store = w;
    data->rows = ROWS;
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

/* Trains on the data, which is ended, and measures by them. */
static mg_model *train(const world *w, mg_dataset *data, double *loss)
{
    const mg_measure *measure = NULL;
    size_t n = 0;
    mg_model *const model = create(w, NETWORK);
    data->standardise = true;
    check(w, mg_model_train(model, data, NULL));
    check(w, mg_model_measure(model, data, &measure, &n));
    assert_int_equal(n, 2);
    *loss = measure[0].value;
    mg_dataset_destroy(data);
    return model;
}

static void examples_train_alike_wherever_they_are(void **state)
{
    world *const w = *state;
    double loss[3];
    mg_model *const fresh = create(w, NETWORK);
    mg_model *const memory = train(w, lend(w), &loss[0]);
    mg_model *const callback = train(w, stream(w), &loss[1]);
    mg_model *const file = train(w, spill(w), &loss[2]);
    assert_true(w->fetches > 4 * ROWS / 16);
    check_equal(&memory->weights, &callback->weights);
    check_equal(&memory->weights, &file->weights);
    assert_true(loss[0] == loss[1] && loss[0] == loss[2]);
    assert_memory_not_equal(memory->weights.weight[0].tensor.data,
                            fresh->weights.weight[0].tensor.data, 12);
    mg_model_destroy(file);
    mg_model_destroy(callback);
    mg_model_destroy(memory);
    mg_model_destroy(fresh);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(examples_train_alike_wherever_they_are,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_callback_that_fails_ends_the_training_with_its_status, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            an_interrupted_training_keeps_its_best_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_training_that_diverges_leaves_the_old_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_and_a_model_find_the_same_best_weights, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
