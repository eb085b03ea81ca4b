/* POSIX. A run that was stopped goes on to the bytes that it would have come to
 * without the stop, wherever it goes on. */
#define _POSIX_C_SOURCE 200809L
#include "train/model.h"
#include "train/runs.h"

#include <sys/stat.h>
#include <unistd.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_interrupted_run_goes_on_to_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_with_everything_goes_on_to_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            statistics_of_the_data_are_kept_in_the_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_goes_on_in_another_folder, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_of_an_earlier_form_is_used_but_does_not_go_on, set_up,
            tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
