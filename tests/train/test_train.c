/* POSIX. Training from text and files to a run folder: what it writes, when it
 * ends, and what it says when a value is not finite. */
#include "train/runs.h"

#include <sys/stat.h>

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
        cmocka_unit_test_setup_teardown(divergence_is_found_in_parts_of_a_step,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_test_set_is_measured_by_the_best_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_test_set_is_told_before_training,
                                        set_up, tear_down),
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
