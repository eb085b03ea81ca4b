/* train: from a formula text and data to a run folder with trained weights.
 * Layer train. */
#ifndef MG_TRAIN_TRAIN_H
#define MG_TRAIN_TRAIN_H

#include "train/model.h"

#include <signal.h>

typedef enum {
    MG_EVENT_START, /* once: parameters, train, val, threads, seed, run */
    MG_EVENT_STEP,  /* some ten times a second: epoch, step, loss so far */
    MG_EVENT_EPOCH, /* after each: measures, seconds */
    MG_EVENT_DONE,  /* once: run, best_epoch, stopped_early */
} mg_event_kind;

typedef struct {
    mg_event_kind kind;
    int64_t parameters, train, val; /* counts: numbers, examples, examples */
    int threads;
    uint64_t seed;
    int64_t epoch, epochs;         /* from 1 */
    int64_t step, steps_per_epoch; /* done in this epoch */
    size_t n_measures;             /* loss first, then the metrics */
    const mg_measure *measure;     /* averaged over the epoch so far */
    const mg_measure *val_measure; /* n_measures of them, or NULL */
    double seconds;                /* of this epoch */
    double examples_per_second;
    const char *run;
    int64_t best_epoch; /* lowest loss held out, or of training */
    bool stopped_early; /* by patience */
    bool interrupted;   /* by the stop flag; state is saved */
} mg_train_event;

typedef void mg_train_event_fn(void *user, const mg_train_event *event);

/* Zero-initialise; zero fields mean "as the formula file says". */
typedef struct {
    const char *file; /* its path: names the run and places in messages */
    const char *source;
    size_t source_length;
    const char *overrides; /* train keys as text: "epochs = 3; batch = 8" */
    const char *data;      /* where examples come from (data/source.h) */
    const char *out;       /* the run folder; NULL: runs/NAME-N, new */
    const char *resume;    /* a run folder to go on with, or NULL; then file,
                            * source and data may be NULL, and must agree with
                            * the run's if given */
    int64_t max_steps;
    bool plain; /* kernels in plain C alone */
    mg_train_event_fn *event;
    void *user;
    const volatile sig_atomic_t *stop; /* not 0: save and return */
} mg_train_request;

/* MG_INTERRUPTED when stopped, MG_DIVERGED when a value was not finite (the
 * message names the first and its formula line; the last good state stays). */
mg_status mg_train(mg_ctx *ctx, const mg_train_request *request);

/* The times of one training step and one forward pass on random data. */
typedef struct {
    int64_t batch;
    double step_us, forward_us; /* the best of five rounds' means */
    double step_flops, gflops;
    size_t arena_bytes, live_bytes;
    size_t steps_in_plan;
} mg_bench_result;

/* batch 0: the formula file's. */
mg_status mg_bench(mg_ctx *ctx, const mg_network_options *options,
                   const char *source, size_t length, int64_t batch, bool plain,
                   mg_bench_result *out);

#endif
