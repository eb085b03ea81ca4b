/* checkpoint: the whole state of a run as one safetensors file: weights,
 * optimiser states, where the run stands, and the formula with its settings.
 * Random numbers and the order of examples are functions of the seed and the
 * step, so that is all. Layer train. */
#ifndef MG_TRAIN_CHECKPOINT_H
#define MG_TRAIN_CHECKPOINT_H

#include "data/safetensors.h"
#include "train/weights.h"

/* What a run was started with; it goes on with the same. */
typedef struct {
    const char *file; /* the formula file's path */
    const char *source;
    const char *overrides; /* train keys that win over the file's; "" */
    const char *data;
    const char *freeze; /* patterns, one a line; "" */
    const char *from;   /* whose weights it began with; "" */
    const char *rename; /* FROM=TO, one a line; "" */
    int64_t max_steps;  /* 0: none */
    int64_t accumulate; /* batches that make one step */
    mg_dtype real;
    int threads;
} mg_run_settings;

/* Where a run stands. */
typedef struct {
    int64_t step;     /* training steps done */
    int64_t epoch;    /* epochs done */
    int64_t position; /* examples done of the present epoch */
    size_t n_sums;
    double *sum;        /* [n_sums]: of each measure over those examples */
    double best_loss;   /* of best_epoch */
    int64_t best_epoch; /* 0: none yet */
    int64_t worse;      /* epochs since */
    bool finished;      /* by epochs, steps or patience */
} mg_progress;

mg_status mg_checkpoint_save(mg_ctx *ctx, const char *path,
                             const mg_run_settings *settings,
                             const mg_progress *progress,
                             const mg_weights *weights);

/* The settings of a checkpoint that was read; strings belong to the file. */
mg_status mg_checkpoint_settings(const mg_safetensors *file, const char *path,
                                 mg_run_settings *out);
/* The progress; sum has room for n_sums, which must agree. */
mg_status mg_checkpoint_progress(const mg_safetensors *file, const char *path,
                                 mg_progress *out);
/* Copies the tensors of the weights' names; each must be there, with the same
 * shape. */
mg_status mg_checkpoint_weights(const mg_safetensors *file, const char *path,
                                mg_weights *weights);

#endif
