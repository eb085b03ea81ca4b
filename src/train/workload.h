/* workload: a network with fresh weights and random data in memory, ready for
 * plans: what is timed, profiled and tested without a data set. Layer train. */
#ifndef MG_TRAIN_WORKLOAD_H
#define MG_TRAIN_WORKLOAD_H

#include "train/step.h"

typedef struct {
    mg_network *training, *in_use;
    mg_measures measures, measures_in_use;
    mg_dataset *data; /* one batch */
    mg_examples *examples;
    mg_weights weights;
    int64_t batch;
    mg_kernels kernels;
} mg_workload;

/* batch 0: the formula file's. options may be NULL; which branch of
 * `if training` they name does not matter: both networks are made. */
mg_status mg_workload_init(mg_workload *w, mg_ctx *ctx,
                           const mg_network_options *options,
                           const char *source, size_t length, int64_t batch,
                           mg_kernels kernels);

/* The same of the formula file of that path. */
mg_status mg_workload_open(mg_workload *w, mg_ctx *ctx, const char *path,
                           int64_t batch, mg_kernels kernels);
void mg_workload_clear(mg_workload *w);

/* A plan over the workload's data and weights, every row once a run. Training
 * takes the network as in training, and gathers its batch; other purposes take
 * the network as in use, and find the batch as a caller would give it. */
mg_status mg_workload_plan(mg_workload *w, mg_purpose purpose,
                           mg_step_plan **out);

#endif
