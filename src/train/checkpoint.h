/* checkpoint: the whole state of a run as one safetensors file: weights,
 * optimiser states, where the run stands, and the formula with its settings.
 * Random numbers and the order of examples are functions of the seed and the
 * step, so that is all. Layer train. */
#ifndef MG_TRAIN_CHECKPOINT_H
#define MG_TRAIN_CHECKPOINT_H

#include "data/safetensors.h"
#include "train/weights.h"

/* The present form of the files. In form 2 examples were held out and ordered
 * in another way: its weights can be used, but its runs do not go on. */
#define MG_CHECKPOINT_FORM 3

/* What a run was started with; it goes on with the same. Texts may be "". */
typedef struct {
    const char *file; /* the formula file's path */
    const char *source;
    const char *overrides; /* train keys that win over the file's */
    const char *data;      /* as given: a path from where the run started */
    const char *test;
    const char *class_weights;
    const char *freeze; /* patterns, one a line */
    const char *from;   /* whose weights it began with */
    const char *rename; /* FROM=TO, one a line */
    const char *schema; /* what the data meant (data/schema.h), as JSON */
    int64_t max_steps;  /* 0: none */
    int64_t accumulate; /* batches that make one step */
    mg_dtype real;
    mg_kernels kernels;
    int threads;
    int form; /* of the file that was read */
} mg_run_settings;

/* Copies all texts into the arena; NULL becomes "". */
mg_status mg_run_settings_copy(mg_arena *arena, const mg_run_settings *from,
                               mg_run_settings *out);

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

/* progress NULL: weights to be used, not a run that goes on. */
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
