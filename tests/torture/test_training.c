/* POSIX. A whole training run of two steps, whose every allocation is refused
 * in turn, once and for good: each must end it with MG_NO_MEMORY, no block left
 * behind, and a folder from which nothing half-written is read. */
#define _POSIX_C_SOURCE 200809L
#include "tests/test.h"

#include "data/dataset.h"
#include "support/folder.h"
#include "support/memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that a step can do: states, weights, penalty, totals, a rule with
 * states, clipping, several batches, a frozen parameter. */
static const char source[] =
    "input p[1,2]\ntarget c class 2\nx = flatten(p) / 13\n"
    "state m[2] = 0\nm := 0.9 * m + 0.1 * (if training { batch_mean(x) } "
    "else { m })\n"
    "z = dense(x - m, 2)\n"
    "loss = cross_entropy(z, c)\nweight = 1 + c\n"
    "penalty = 0.1 * sum(z.dense.W^2)\n"
    "metric recall = total(argmax(z) == c) / total(1)\n"
    "train { optimiser = momentum(lr = 0.1); batch = 2; clip_norm = 1;\n"
    "  epochs = 1; val = 0.25 }\n";

typedef struct {
    test_folder folder;
    char data[TEST_PATH_SIZE + 20], run[TEST_PATH_SIZE];
    mg_train_request request;
} world;

/* Ten examples: two numbers each, the larger one's place. */
static void write_data(world *w)
{
    unsigned char images[16 + 20] = {0, 0, 8, 3, 0, 0, 0, 10,
                                     0, 0, 0, 1, 0, 0, 0, 2};
    unsigned char labels[8 + 10] = {0, 0, 8, 1, 0, 0, 0, 10};
    for (int i = 0; i < 10; i++) {
        images[16 + 2 * i] = (unsigned char)(i * 37 % 11);
        images[17 + 2 * i] = (unsigned char)(i * 53 % 13);
        labels[8 + i] = images[17 + 2 * i] > images[16 + 2 * i];
    }
    test_write(test_path(&w->folder, "train-images-idx3-ubyte"), images,
               sizeof images);
    test_write(test_path(&w->folder, "train-labels-idx1-ubyte"), labels,
               sizeof labels);
}

static void remove_run(const world *w)
{
    static const char *const names[] = {"network.mg", "last.safetensors",
                                        "best.safetensors", "log.jsonl"};
    char path[2 * TEST_PATH_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", w->run, names[i]);
        unlink(path);
    }
    /* No temporary file may be left in it. */
    assert_true(rmdir(w->run) == 0 || access(w->run, F_OK) != 0);
}

static mg_status trains(mg_ctx *ctx, void *data)
{
    world *const w = data;
    const mg_status status = mg_train(ctx, &w->request);
    remove_run(w);
    return status;
}

static int set_up(void **state)
{
    static world w;
    w = (world){0};
    test_folder_create(&w.folder);
    write_data(&w);
    snprintf(w.data, sizeof w.data, "%s?standardise=yes",
             test_path(&w.folder, "."));
    snprintf(w.run, sizeof w.run, "%s", test_path(&w.folder, "run"));
    w.request = (mg_train_request){.file = "net.mg",
                                   .source = source,
                                   .source_length = strlen(source),
                                   .data = w.data,
                                   .test = w.data,
                                   .class_weights = "balanced",
                                   .out = w.run,
                                   .freeze = "z.dense.b",
                                   .accumulate = 2,
                                   .max_steps = 2};
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    test_folder_remove(&w->folder);
    return 0;
}

static void every_allocation_of_a_run_may_fail(void **state)
{
    assert_true(test_every_refusal(trains, *state) > 100);
}

static void memory_may_end_anywhere_in_a_run(void **state)
{
    assert_true(test_many_refusals(trains, *state, 1, 1, true) > 100);
}

/* ---- Runs that begin with another's state ---- */

/* A run in the folder that was stopped before its first step; its state. */
static size_t stop_at_once(world *w, char *bytes, size_t size)
{
    static const volatile sig_atomic_t stop = 1;
    char path[2 * TEST_PATH_SIZE];
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    w->request.stop = &stop;
    assert_int_equal(mg_train(ctx, &w->request), MG_INTERRUPTED);
    w->request.stop = NULL;
    mg_ctx_destroy(ctx);
    snprintf(path, sizeof path, "%s/last.safetensors", w->run);
    return test_read(path, bytes, size);
}

typedef struct {
    world *w;
    char state[16384];
    size_t size;
} resuming;

static mg_status resumes(mg_ctx *ctx, void *data)
{
    const resuming *const r = data;
    char path[2 * TEST_PATH_SIZE];
    remove_run(r->w);
    assert_int_equal(mkdir(r->w->run, 0777), 0);
    snprintf(path, sizeof path, "%s/last.safetensors", r->w->run);
    test_write(path, r->state, r->size);
    return mg_train(ctx, &r->w->request);
}

static void every_allocation_of_a_resumed_run_may_fail(void **state)
{
    static resuming r;
    r.w = *state;
    r.size = stop_at_once(r.w, r.state, sizeof r.state);
    r.w->request.resume = r.w->run;
    r.w->request.out = NULL;
    r.w->request.overrides = "batch = 2";
    assert_true(test_every_refusal(resumes, &r) > 100);
}

static void every_allocation_of_a_transfer_may_fail(void **state)
{
    world *const w = *state;
    char path[TEST_PATH_SIZE];
    static char bytes[16384];
    const size_t size = stop_at_once(w, bytes, sizeof bytes);
    snprintf(path, sizeof path, "%s",
             test_path(&w->folder, "other.safetensors"));
    test_write(path, bytes, size);
    remove_run(w);
    w->request.from = path;
    w->request.rename = "z.*.W=z.*.W";
    assert_true(test_every_refusal(trains, w) > 100);
}

/* ---- A model in memory ---- */

static const char small[] = "input x[2]\ntarget c class 2\n"
                            "z = dense(x, 2)\noutput p = softmax(z)\n"
                            "loss = cross_entropy(z, c)\n"
                            "train { optimiser = adam(); batch = 3; epochs = 2;"
                            " val = 0.25 }\n";

static const float points[8][2] = {{0, 1}, {2, 1}, {3, 5}, {1, 1},
                                   {2, 2}, {7, 1}, {0, 4}, {6, 6}};
static const int64_t classes[8] = {0, 1, 0, 0, 1, 1, 0, 1};

static mg_status fetch(void *user, int64_t n, const int64_t row[],
                       void *const out[])
{
    (void)user;
    for (int64_t i = 0; i < n; i++) {
        memcpy((float *)out[0] + 2 * i, points[row[i]], sizeof points[0]);
        ((int64_t *)out[1])[i] = classes[row[i]];
    }
    return MG_OK;
}

static mg_status use_model(mg_model *model, mg_dataset *data, const char *path)
{
    static const mg_model_train_options options = {.class_weights = "balanced",
                                                   .accumulate = 2};
    const mg_measure *measure = NULL;
    size_t n = 0;
    float p[2];
    data->standardise = data->fill = true;
    MG_TRY(mg_model_train(model, data, &options));
    MG_TRY(mg_model_measure(model, data, &measure, &n));
    const void *const input[] = {points[0], NULL};
    MG_TRY(mg_model_predict_one(model, input, (void *[]){p}));
    return mg_model_save(model, path);
}

typedef struct {
    bool streamed;
    const char *path;
} modelling;

static mg_status models(mg_ctx *ctx, void *user)
{
    const modelling *const m = user;
    const mg_data_array array[] = {{"x", {MG_F32, {1, {2}}}, points},
                                   {"c", {MG_I64, {0}}, classes}};
    mg_dataset *data = NULL;
    mg_model *model = NULL;
    mg_status status = mg_model_create(ctx, small, strlen(small), NULL, &model);
    if (status == MG_OK)
        status = m->streamed ? mg_data_from_callback(ctx, 8, 2, array, fetch,
                                                     NULL, &data)
                             : mg_data_from_arrays(ctx, 8, 2, array, &data);
    if (status == MG_OK)
        status = use_model(model, data, m->path);
    mg_dataset_destroy(data);
    mg_model_destroy(model);
    return status;
}

static void every_allocation_of_a_model_in_memory_may_fail(void **state)
{
    world *const w = *state;
    modelling m = {.path = test_path(&w->folder, "model.safetensors")};
    assert_true(test_every_refusal(models, &m) > 100);
    m.streamed = true;
    assert_true(test_many_refusals(models, &m, 1, 3, true) > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_of_a_run_may_fail,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_may_end_anywhere_in_a_run,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            every_allocation_of_a_resumed_run_may_fail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_of_a_transfer_may_fail,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            every_allocation_of_a_model_in_memory_may_fail, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
