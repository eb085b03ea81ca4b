/* POSIX. Training from text and files to a run folder: what it writes, how it
 * stops, how it goes on, and what it says when a value is not finite. */
#define _POSIX_C_SOURCE 200809L
#include "matgrad/matgrad.h"
#include "test.h"
#include "train/model.h"
#include "train/pictures.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLASSIFIER                                                             \
    "input x[4,4]\ntarget c class 3\n"                                         \
    "z = dense(relu(dense(flatten(x) / 255, 12)), 3)\n"                        \
    "output p = softmax(z)\nloss = cross_entropy(z, c)\n"                      \
    "metric accuracy = argmax(z) == c\n"

typedef struct {
    mg_ctx *ctx;
    test_folder folder;
    char data[TEST_PATH_SIZE], run[TEST_PATH_SIZE];
    mg_train_request request;
    int starts, steps, epochs, dones;
    int stop_after; /* epochs; 0: never */
    volatile sig_atomic_t stop;
    mg_train_event last;
    double loss, accuracy, val_loss; /* of the last epoch */
    double test_loss;                /* NAN: none */
} world;

static void count_event(void *user, const mg_train_event *event)
{
    world *const w = user;
    w->starts += event->kind == MG_EVENT_START;
    w->steps += event->kind == MG_EVENT_STEP;
    w->epochs += event->kind == MG_EVENT_EPOCH;
    w->dones += event->kind == MG_EVENT_DONE;
    w->last = *event;
    w->test_loss = event->test_measure ? event->test_measure[0].value : NAN;
    if (event->kind == MG_EVENT_EPOCH) {
        w->loss = event->measure[0].value;
        w->accuracy = event->n_measures > 1 ? event->measure[1].value : 0;
        w->val_loss = event->val_measure ? event->val_measure[0].value : NAN;
        w->stop = w->stop_after && w->epochs >= w->stop_after;
    }
}

static int set_up(void **state)
{
    static world w;
    memset(&w, 0, sizeof w);
    assert_int_equal(mg_ctx_create(NULL, &w.ctx), MG_OK);
    test_folder_create(&w.folder);
    write_pictures(&w.folder, "train", 100);
    write_pictures(&w.folder, "t10k", 30);
    snprintf(w.data, sizeof w.data, "%s", test_path(&w.folder, "."));
    snprintf(w.run, sizeof w.run, "%s", test_path(&w.folder, "run"));
    w.request = (mg_train_request){.file = "net.mg",
                                   .data = w.data,
                                   .out = w.run,
                                   .event = count_event,
                                   .user = &w,
                                   .stop = &w.stop};
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    world *const w = *state;
    mg_ctx_destroy(w->ctx);
    test_folder_remove(&w->folder);
    return 0;
}

static mg_status train(world *w, const char *source, const char *overrides)
{
    w->request.source = source;
    w->request.source_length = source ? strlen(source) : 0;
    w->request.overrides = overrides;
    return mg_train(w->ctx, &w->request);
}

static void check_ok(const world *w, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", status, mg_message(w->ctx));
}

static void check_says(const world *w, const char *part)
{
    if (!strstr(mg_message(w->ctx), part))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(w->ctx), part);
}

static void training_learns_and_fills_a_run_folder(void **state)
{
    world *const w = *state;
    check_ok(w, train(w, CLASSIFIER,
                      "optimiser = adam(lr = 0.01); batch = 8; "
                      "epochs = 12"));
    assert_int_equal(w->starts, 1);
    assert_int_equal(w->epochs, 12);
    assert_int_equal(w->dones, 1);
    assert_int_equal(w->last.parameters, 16 * 12 + 12 + 12 * 3 + 3);
    assert_int_equal(w->last.train, 90);
    assert_int_equal(w->last.val, 10);
    assert_true(w->loss < 0.3 && w->accuracy > 0.9);
    mg_model *model = NULL;
    mg_dataset *data = NULL;
    const mg_measure *measure = NULL;
    size_t n = 0;
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    check_ok(w, mg_data_open(w->ctx, w->data, MG_PART_TEST, &data));
    check_ok(w, mg_model_measure(model, data, &measure, &n));
    assert_int_equal(n, 2);
    assert_string_equal(measure[0].name, "loss");
    assert_string_equal(measure[1].name, "accuracy");
    assert_true(measure[1].value > 0.9);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    char log[8192];
    char path[2 * TEST_PATH_SIZE];
    snprintf(path, sizeof path, "%s/log.jsonl", w->run);
    test_read(path, log, sizeof log);
    int lines = 0;
    for (const char *c = log; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 12);
}

static void an_interrupted_run_goes_on_to_the_same_bytes(void **state)
{
    world *const w = *state;
    static char alone[65536], resumed[65536];
    char path[2 * TEST_PATH_SIZE];
    const char *const settings =
        "optimiser = adamw(lr = 0.01 * cosine(step / steps)); epochs = 6; "
        "batch = 7";
    const char *const source =
        "input x[4,4]\ntarget c class 3\n"
        "z = dense(dropout(relu(dense(flatten(x) / 255, 12)), 0.3), 3)\n"
        "loss = cross_entropy(z, c)\n";
    check_ok(w, train(w, source, settings));
    snprintf(path, sizeof path, "%s/last.safetensors", w->run);
    const size_t size = test_read(path, alone, sizeof alone);

    char run[TEST_PATH_SIZE + 8];
    snprintf(run, sizeof run, "%s-2", w->run);
    w->request.out = run;
    w->epochs = 0;
    w->stop_after = 2;
    assert_int_equal(train(w, source, settings), MG_INTERRUPTED);
    assert_true(w->last.interrupted);
    check_says(w, "--resume");
    w->stop = 0;
    w->stop_after = 0;
    w->request.resume = run;
    w->request.out = NULL;
    assert_int_equal(train(w, "input y\nloss = y\n", NULL), MG_BAD_ARGUMENT);
    check_says(w, "formula");
    assert_int_equal(train(w, NULL, "epochs = 7"), MG_BAD_ARGUMENT);
    w->request.data = NULL;
    check_ok(w, train(w, source, "batch = 7;epochs = 6"));
    snprintf(path, sizeof path, "%s/last.safetensors", run);
    assert_int_equal(test_read(path, resumed, sizeof resumed), size);
    assert_memory_equal(alone, resumed, size);
    check_ok(w, train(w, NULL, NULL)); /* finished: nothing left to do */
    assert_int_equal(test_read(path, resumed, sizeof resumed), size);
    assert_memory_equal(alone, resumed, size);
}

/* States, sums of weights, several batches a step, clipping and a frozen
 * parameter all go on where they stood. */
static void a_run_with_everything_goes_on_to_the_same_bytes(void **state)
{
    world *const w = *state;
    static char alone[65536], resumed[65536];
    char path[2 * TEST_PATH_SIZE], run[TEST_PATH_SIZE + 8];
    const char *const source =
        "input x[4,4]\ntarget c class 3\n"
        "u = flatten(x) / 255\nstate m[16] = 0\n"
        "v = if training { u - batch_mean(u) } else { u - m }\n"
        "m := if training { 0.9 * m + 0.1 * batch_mean(u) } else { m }\n"
        "z = dense(dropout(relu(dense(v, 12)), 0.3), 3)\n"
        "weight = 1 + c\nloss = cross_entropy(z, c)\n"
        "metric recall = total(argmax(z) == 1 and c == 1) / total(c == 1)\n"
        "train { optimiser = momentum(lr = 0.1 * linear(step / steps))\n"
        "  epochs = 5; batch = 7; clip_norm = 0.5 }\n";
    w->request.accumulate = 3;
    w->request.class_weights = "1, 2, 0.5";
    w->request.freeze = "z.dense.b\nz.dense.2.b";
    check_ok(w, train(w, source, NULL));
    snprintf(path, sizeof path, "%s/last.safetensors", w->run);
    const size_t size = test_read(path, alone, sizeof alone);

    snprintf(run, sizeof run, "%s-2", w->run);
    w->request.out = run;
    w->epochs = 0;
    w->stop_after = 2;
    assert_int_equal(train(w, source, NULL), MG_INTERRUPTED);
    w->stop = w->stop_after = 0;
    w->request.resume = run;
    w->request.out = NULL;
    w->request.accumulate = 2;
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "--accumulate 3, not 2");
    w->request.accumulate = 0;
    w->request.freeze = "z.dense.b";
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "--freeze");
    w->request.freeze = NULL;
    w->request.from = "elsewhere";
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "started without --from");
    w->request.from = NULL;
    w->request.class_weights = "balanced";
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "with another --class-weights");
    w->request.class_weights = NULL;
    assert_int_equal(train(w, NULL, "clip_norm = 0.25"), MG_BAD_ARGUMENT);
    check_says(w, "clip_norm 0.5, not 0.25");
    check_ok(w, train(w, NULL, "clip_norm = 0.5"));
    snprintf(path, sizeof path, "%s/last.safetensors", run);
    assert_int_equal(test_read(path, resumed, sizeof resumed), size);
    assert_memory_equal(alone, resumed, size);
}

/* ---- Standardised data ---- */

/* The mean of the pictures' first pixels. */
static double first_pixel(world *w)
{
    static unsigned char images[4096];
    double sum = 0;
    test_read(test_path(&w->folder, "train-images-idx3-ubyte"), (char *)images,
              sizeof images);
    for (int i = 0; i < 100; i++)
        sum += images[16 + 16 * i];
    return sum / 100;
}

static void statistics_of_the_data_are_kept_in_the_run(void **state)
{
    world *const w = *state;
    static char alone[65536], resumed[65536];
    char path[2 * TEST_PATH_SIZE], run[TEST_PATH_SIZE + 8];
    char data[TEST_PATH_SIZE + 20];
    const char *const settings = "epochs = 4; batch = 7; val = 0";
    snprintf(data, sizeof data, "%s?standardise=yes", w->data);
    w->request.data = data;
    check_ok(w, train(w, CLASSIFIER, settings));
    snprintf(path, sizeof path, "%s/last.safetensors", w->run);
    const size_t size = test_read(path, alone, sizeof alone);
    snprintf(run, sizeof run, "%s-2", w->run);
    w->request.out = run;
    w->epochs = 0;
    w->stop_after = 2;
    assert_int_equal(train(w, CLASSIFIER, settings), MG_INTERRUPTED);
    w->stop = w->stop_after = 0;
    w->request.resume = run;
    w->request.out = NULL;
    w->request.data = w->data;
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "--data");
    w->request.data = data;
    check_ok(w, train(w, NULL, NULL));
    snprintf(path, sizeof path, "%s/last.safetensors", run);
    assert_int_equal(test_read(path, resumed, sizeof resumed), size);
    assert_memory_equal(alone, resumed, size);
    mg_model *model = NULL;
    check_ok(w, mg_model_open(w->ctx, run, NULL, &model));
    const mg_weight *const mean =
        mg_weights_find(&model->weights, "standardise mean x");
    assert_non_null(mean);
    assert_true(fabs(mg_tensor_get(&mean->tensor, 0) - first_pixel(w)) < 1e-4);
    assert_int_equal(mg_weights_count(&model->weights), w->last.parameters);
    mg_model_destroy(model);
}

/* ---- A test set ---- */

static void a_test_set_is_measured_by_the_best_weights(void **state)
{
    world *const w = *state;
    mg_model *model = NULL;
    mg_dataset *data = NULL;
    const mg_measure *measure = NULL;
    size_t n = 0;
    w->request.test = w->data; /* its part for tests */
    /* With such a rate the last epoch is not the best. */
    check_ok(w, train(w, CLASSIFIER,
                      "optimiser = sgd(lr = 3); batch = 8; epochs = 7"));
    assert_true(w->last.kind == MG_EVENT_DONE && w->last.best_epoch < 7);
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    check_ok(w, mg_data_open(w->ctx, w->data, MG_PART_TEST, &data));
    check_ok(w, mg_model_measure(model, data, &measure, &n));
    assert_true(measure[0].value == w->test_loss);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    w->request.resume = w->run;
    w->request.out = NULL;
    w->test_loss = 0;
    check_ok(w, train(w, NULL, NULL)); /* finished: measured again */
    assert_true(w->test_loss > 0);
    w->request.test = test_path(&w->folder, "other");
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "--test");
}

static void a_bad_test_set_is_told_before_training(void **state)
{
    world *const w = *state;
    struct stat status;
    w->request.test = test_path(&w->folder, "nothing");
    assert_int_not_equal(train(w, CLASSIFIER, NULL), MG_OK);
    check_says(w, "nothing");
    assert_int_equal(w->starts, 0);
    assert_int_not_equal(stat(w->run, &status), 0);
}

/* ---- Going on elsewhere ---- */

/* A run that was started beside its data and stopped after two epochs. */
static void start_beside_the_data(world *w)
{
    test_folder inner;
    assert_int_equal(chdir(w->folder.path), 0);
    assert_int_equal(mkdir("pictures", 0777), 0);
    assert_int_equal(mkdir("elsewhere", 0777), 0);
    snprintf(inner.path, sizeof inner.path, "%s",
             test_path(&w->folder, "pictures"));
    write_pictures(&inner, "train", 40);
    w->request.data = "pictures";
    w->stop_after = 2;
    assert_int_equal(train(w, CLASSIFIER, "epochs = 4"), MG_INTERRUPTED);
    w->stop = w->stop_after = 0;
    w->request.resume = w->run;
    w->request.out = NULL;
}

static void a_run_goes_on_in_another_folder(void **state)
{
    world *const w = *state;
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    start_beside_the_data(w);
    assert_int_equal(chdir("elsewhere"), 0);
    w->request.data = NULL;
    assert_int_equal(train(w, NULL, NULL), MG_BAD_FILE);
    check_says(w, "the run was started with --data pictures: go to");
    w->request.data = test_path(&w->folder, "elsewhere");
    assert_int_equal(train(w, NULL, NULL), MG_BAD_ARGUMENT);
    check_says(w, "--data pictures, not ");
    w->request.data = test_path(&w->folder, "pictures");
    check_ok(w, train(w, NULL, NULL));
    assert_int_equal(w->last.epoch, 4);
    assert_int_equal(chdir(before), 0);
}

static void a_run_of_an_earlier_form_is_used_but_does_not_go_on(void **state)
{
    world *const w = *state;
    static char bytes[65536];
    static const char form[] = "\"matgrad\":\"3\"";
    char path[2 * TEST_PATH_SIZE];
    check_ok(w, train(w, CLASSIFIER, "epochs = 1"));
    snprintf(path, sizeof path, "%s/last.safetensors", w->run);
    const size_t size = test_read(path, bytes, sizeof bytes);
    char *const at = strstr(bytes + 8, form);
    assert_non_null(at);
    at[sizeof form - 3] = '2';
    test_write(path, bytes, size);
    snprintf(path, sizeof path, "%s/best.safetensors", w->run);
    test_write(path, bytes, size);
    w->request.resume = w->run;
    assert_int_equal(train(w, NULL, NULL), MG_BAD_DATA);
    check_says(w, "earlier version");
    mg_model *model = NULL;
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    mg_model_destroy(model);
}

static void a_state_may_be_infinite_but_not_nan(void **state)
{
    world *const w = *state;
    check_ok(w, train(w,
                      CLASSIFIER "state least = inf\nleast := if training { "
                                 "min(least, batch_size * 0 + 3) } else { "
                                 "least }\nstate never = -inf\n",
                      "epochs = 1"));
    w->request.out = test_path(&w->folder, "run-2");
    assert_int_equal(
        train(w, CLASSIFIER "state s = inf\ns := s - s\n", "epochs = 1"),
        MG_DIVERGED);
    check_says(w, "s - s");
}

static void a_folder_that_holds_a_run_is_refused(void **state)
{
    world *const w = *state;
    check_ok(w, train(w, CLASSIFIER, "epochs = 1"));
    assert_int_equal(train(w, CLASSIFIER, "epochs = 1"), MG_BAD_FILE);
    check_says(w, "holds a run already");
    w->request.resume = test_path(&w->folder, "nothing");
    assert_int_equal(train(w, NULL, NULL), MG_BAD_FILE);
}

/* Without steps that change anything, the first epoch stays the best. */
static void patience_ends_a_run_that_does_not_improve(void **state)
{
    world *const w = *state;
    check_ok(w, train(w, CLASSIFIER,
                      "optimiser = sgd(lr = 0); epochs = 50; patience = 3"));
    assert_int_equal(w->epochs, 4);
    assert_int_equal(w->last.best_epoch, 1);
    assert_true(w->last.stopped_early);
}

/* With no learning, the mean over batches of 32, 32 and 26 must be the mean
 * over the examples, which is measured in other batches. */
static void batches_of_any_size_average_over_examples(void **state)
{
    world *const w = *state;
    check_ok(w, train(w, CLASSIFIER,
                      "optimiser = sgd(lr = 0); epochs = 1; batch = 32; "
                      "val = 0"));
    assert_int_equal(w->last.val, 0);
    const double in_batches = w->loss;
    mg_model *model = NULL;
    mg_dataset *data = NULL;
    const mg_measure *measure = NULL;
    size_t n = 0;
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    check_ok(w, mg_data_open(w->ctx, w->data, MG_PART_TRAIN, &data));
    check_ok(w, mg_model_measure(model, data, &measure, &n));
    assert_true(fabs(measure[0].value - in_batches) < 1e-6);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
    w->request.out = test_path(&w->folder, "large");
    check_ok(w, train(w, CLASSIFIER,
                      "optimiser = sgd(lr = 0); epochs = 1; batch = 5000; "
                      "val = 0"));
    assert_true(fabs(w->loss - in_batches) < 1e-6);
}

static void divergence_names_the_first_value_and_keeps_the_state(void **state)
{
    world *const w = *state;
    const char *const source = "input x[4,4]\ntarget c class 3\n"
                               "h = dense(flatten(x) / 255, 3)\n"
                               "bad = log(h)\n"
                               "loss = cross_entropy(h, c) + sum(bad)\n";
    assert_int_equal(train(w, source, "epochs = 3"), MG_DIVERGED);
    check_says(w, "net.mg:4:7: ");
    check_says(w, "log(h)");
    check_says(w, "NaN");
    mg_model *model = NULL;
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    mg_model_destroy(model);

    w->request.out = test_path(&w->folder, "run-2");
    assert_int_equal(train(w, CLASSIFIER, "optimiser = sgd(lr = 1e30)"),
                     MG_DIVERGED);
    check_says(w, "is the first value that is");
}

/* Several batches a step: the value may be in a batch or in the update. */
static void divergence_is_found_in_parts_of_a_step(void **state)
{
    world *const w = *state;
    const char *const source = "input x[4,4]\ntarget c class 3\n"
                               "h = dense(flatten(x) / 255, 3)\n"
                               "bad = log(h)\n"
                               "loss = cross_entropy(h, c) + sum(bad)\n";
    w->request.accumulate = 4;
    assert_int_equal(train(w, source, "epochs = 3; batch = 8"), MG_DIVERGED);
    check_says(w, "net.mg:4:7: ");
    check_says(w, "log(h)");
    w->request.out = test_path(&w->folder, "run-2");
    assert_int_equal(
        train(w, CLASSIFIER, "optimiser = sgd(lr = 1e30); batch = 8"),
        MG_DIVERGED);
    check_says(w, "is the first value that is infinite");
    w->request.out = test_path(&w->folder, "run-3");
    w->request.accumulate = 0;
    assert_int_equal(
        train(w, CLASSIFIER, "optimiser = adam(epsilon = 0); batch = 8"),
        MG_DIVERGED);
    check_says(w, "the gradient or update of m / ");
    check_says(w, ", in the step of z.dense.W, is the first value that");
}

static mg_status compare_one(void *user, int64_t example,
                             const mg_tensor outputs[])
{
    float *const first = user;
    if (example == 0)
        memcpy(first, outputs[0].data, 3 * sizeof *first);
    return example == 40 ? MG_INTERRUPTED : MG_OK;
}

static void one_example_is_predicted_as_among_many(void **state)
{
    world *const w = *state;
    check_ok(w, train(w, CLASSIFIER, "epochs = 1"));
    mg_model *model = NULL;
    mg_dataset *data = NULL;
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    check_ok(w, mg_data_open(w->ctx, w->data, MG_PART_TRAIN, &data));
    float among[3] = {0}, alone[3] = {0}, pixels[16];
    assert_int_equal(mg_model_predict(model, data, compare_one, among),
                     MG_INTERRUPTED);
    unsigned char images[4096];
    test_read(test_path(&w->folder, "t10k-images-idx3-ubyte"), (char *)images,
              sizeof images);
    for (int i = 0; i < 16; i++) /* both parts begin with equal pictures */
        pixels[i] = images[16 + i];
    check_ok(w, mg_model_predict_one(model, (const void *[]){pixels, NULL},
                                     (void *[]){alone}));
    for (int i = 0; i < 3; i++)
        assert_true(fabsf(among[i] - alone[i]) < 1e-6f);
    assert_true(fabsf(alone[0] + alone[1] + alone[2] - 1) < 1e-5f);
    mg_model_destroy(model);
    mg_dataset_destroy(data);
}

static void what_cannot_train_is_refused_in_words(void **state)
{
    world *const w = *state;
    assert_int_equal(train(w, "input x[4,4]\nz = sum(x)\n", NULL),
                     MG_BAD_FORMULA);
    check_says(w, "has no loss");
    assert_int_equal(train(w,
                           "input x[5,4]\ntarget c class 3\n"
                           "loss = sum(x)\n",
                           NULL),
                     MG_BAD_DATA);
    check_says(w, "[5, 4]");
    check_says(w, "[4, 4]");
    assert_int_equal(train(w,
                           "input x[4,4]\ntarget c class 2\n"
                           "loss = sum(x)\n",
                           NULL),
                     MG_BAD_DATA);
    w->request.data = "no such folder";
    assert_int_equal(train(w, CLASSIFIER, NULL), MG_BAD_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(training_learns_and_fills_a_run_folder,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            an_interrupted_run_goes_on_to_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_with_everything_goes_on_to_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(divergence_is_found_in_parts_of_a_step,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            statistics_of_the_data_are_kept_in_the_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_test_set_is_measured_by_the_best_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_test_set_is_told_before_training,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_goes_on_in_another_folder, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_of_an_earlier_form_is_used_but_does_not_go_on, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_state_may_be_infinite_but_not_nan,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_holds_a_run_is_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            patience_ends_a_run_that_does_not_improve, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            batches_of_any_size_average_over_examples, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            divergence_names_the_first_value_and_keeps_the_state, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(one_example_is_predicted_as_among_many,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_train_is_refused_in_words,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
