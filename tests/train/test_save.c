/* POSIX. When the state of a run goes to its folder, and which state. */
#define _POSIX_C_SOURCE 200809L
#include "train/runs.h"

#include <sys/stat.h>

#define EPOCHS 800

typedef struct {
    world *w;
    int writes; /* of last.safetensors, as the ends of epochs saw them */
    ino_t file;
} watch;

/* A file is written beside the old one and takes its place: never the same
 * number twice in a row. */
static void watch_file(void *user, const mg_train_event *event)
{
    watch *const one = user;
    char path[2 * TEST_PATH_SIZE];
    struct stat now;
    count_event(one->w, event);
    snprintf(path, sizeof path, "%s/last.safetensors", one->w->run);
    assert_int_equal(stat(path, &now), 0);
    one->writes += now.st_ino != one->file;
    one->file = now.st_ino;
}

static void short_epochs_share_their_saves(void **state)
{
    world *const w = *state;
    watch one = {.w = w};
    w->request.event = watch_file;
    w->request.user = &one;
    check_ok(w, train(w, CLASSIFIER, "batch = 90; epochs = 800"));
    assert_int_equal(w->epochs, EPOCHS);
    assert_in_range(one.writes, 1, EPOCHS / 2);
    /* The end is saved all the same: nothing is left to do. */
    w->request.resume = w->run;
    w->request.out = NULL;
    w->epochs = 0;
    check_ok(w, train(w, NULL, NULL));
    assert_int_equal(w->epochs, 0);
}

/* The state, and the best one too, are those of the last epoch that ended well,
 * although that epoch itself may have written nothing. */
static void a_run_that_diverges_keeps_its_last_epoch(void **state)
{
    world *const w = *state;
    mg_model *model = NULL;
    mg_dataset *data = NULL;
    const mg_measure *measure = NULL;
    size_t n = 0;
    const char *const settings =
        "optimiser = sgd(lr = 0.05 + 1e38 * max(step - 599, 0)); batch = 30; "
        "epochs = 300; val = 0.1";
    assert_int_equal(train(w, CLASSIFIER, settings), MG_DIVERGED);
    check_says(w, "in step 60");
    assert_int_equal(w->epochs, 200);
    const double loss = w->val_loss;
    check_ok(w, mg_model_open(w->ctx, w->run, NULL, &model));
    check_ok(w, mg_data_open(w->ctx, w->data, MG_PART_TEST, &data));
    check_ok(w, mg_model_measure(model, data, &measure, &n));
    assert_true(isfinite(loss) && measure[0].value < 1);
    mg_model_destroy(model);
    mg_dataset_destroy(data);

    w->request.resume = w->run;
    w->request.out = NULL;
    assert_int_equal(train(w, NULL, NULL), MG_DIVERGED);
    check_says(w, "in step 60");
    assert_int_equal(w->epochs, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(short_epochs_share_their_saves, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_run_that_diverges_keeps_its_last_epoch, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
