/* Training with a batch of one, whose plan leaves updates of a large matrix to
 * the next step: what is measured and saved is as if it did not. */
#include "train/runs.h"
#include "train/trainer.h"

#define STEPS 85 /* of 90 examples, 10 being held out */
#define SETTINGS "optimiser = sgd(0.05); batch = 1; epochs = 1; val = 0.1"

static const char source[] =
    "input x[4,4]\ntarget c class 3\n"
    "z = dense(relu(dense(flatten(x) / 255, 640)), 3)\n"
    "loss = cross_entropy(z, c)\n";

/* Steps of which each makes its own update. */
static void train_apart(world *w, mg_trainer *t)
{
    char run[TEST_PATH_SIZE + 8];
    snprintf(run, sizeof run, "%s-2", w->run);
    w->request.out = run;
    *t = (mg_trainer){.ctx = w->ctx, .request = &w->request};
    check_ok(w, mg_trainer_setup(t));
    if (!mg_target_host(MG_KERNELS_BEST)->alone)
        assert_int_equal(t->full->plan->n_deferred, 1);
    for (int i = 0; i < STEPS; i++)
        check_ok(w, mg_trainer_step(t));
    bool stop = false;
    check_ok(w, mg_trainer_end_epoch(t, &stop));
    w->request.out = w->run;
}

static void what_is_measured_and_saved_has_the_last_update(void **state)
{
    world *const w = *state;
    char path[2 * TEST_PATH_SIZE];
    mg_trainer apart;
    mg_safetensors *file = NULL;
    w->request.max_steps = STEPS;
    check_ok(w, train(w, source, SETTINGS));
    const double val_loss = w->val_loss;
    assert_int_equal(w->dones, 1);
    train_apart(w, &apart);
    assert_true(w->epochs == 2 && w->val_loss == val_loss);
    snprintf(path, sizeof path, "%s/last.safetensors", w->run);
    check_ok(w, mg_safetensors_read(w->ctx, path, &file));
    for (size_t i = 0; i < apart.weights.n; i++) {
        const mg_weight *const one = &apart.weights.weight[i];
        const mg_tensor *const saved = mg_safetensors_find(file, one->name);
        assert_non_null(saved);
        assert_memory_equal(saved->data, one->tensor.data,
                            mg_type_bytes(&one->tensor.type));
    }
    mg_safetensors_destroy(file);
    mg_trainer_clear(&apart);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_measured_and_saved_has_the_last_update, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
