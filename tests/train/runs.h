/* runs: training of pictures into a run folder, and what its events said. */
#ifndef MG_TESTS_TRAIN_RUNS_H
#define MG_TESTS_TRAIN_RUNS_H

#include "matgrad/matgrad.h"
#include "test.h"
#include "train/pictures.h"

#include <math.h>
#include <string.h>

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

static inline void count_event(void *user, const mg_train_event *event)
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

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
{
    world *const w = *state;
    mg_ctx_destroy(w->ctx);
    test_folder_remove(&w->folder);
    return 0;
}

static inline mg_status train(world *w, const char *source,
                              const char *overrides)
{
    w->request.source = source;
    w->request.source_length = source ? strlen(source) : 0;
    w->request.overrides = overrides;
    return mg_train(w->ctx, &w->request);
}

static inline void check_ok(const world *w, mg_status status)
{
    if (status != MG_OK)
        fail_msg("status %d: %s", status, mg_message(w->ctx));
}

static inline void check_says(const world *w, const char *part)
{
    if (!strstr(mg_message(w->ctx), part))
        fail_msg("\"%s\" does not say \"%s\"", mg_message(w->ctx), part);
}

#endif
