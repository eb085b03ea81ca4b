/* model: a network with weights, ready to be used: by a run folder, a weights
 * file, or a formula file with fresh parameters. Layer train. */
#ifndef MG_TRAIN_MODEL_H
#define MG_TRAIN_MODEL_H

#include "data/dataset.h"
#include "train/weights.h"

/* A result averaged over examples: the loss, or a metric by its name. */
typedef struct {
    const char *name;
    double value;
} mg_measure;

typedef struct {
    mg_ctx *ctx;
    char *source; /* the formula file's text */
    size_t source_length;
    char *file;          /* how messages name it */
    mg_network *network; /* as in use, not in training */
    mg_weights weights;
    mg_measure *measure; /* of the last mg_model_measure */
} mg_model;

typedef struct {
    uint64_t seed; /* of fresh parameters; 0: the network's own */
    mg_dtype real; /* f32 (0) or f64 */
    bool training; /* layers behave as in training */
} mg_model_options;

/* Opens RUN: a run folder (its best weights), a .safetensors file of a run,
 * or a formula file. options may be NULL. */
mg_status mg_model_open(mg_ctx *ctx, const char *run,
                        const mg_model_options *options, mg_model **out);
void mg_model_destroy(mg_model *model);

/* The loss (first, if the network has one) and every metric, averaged over
 * all examples of the data. *out is an array of *n owned by the model, valid
 * until the next call. */
mg_status mg_model_measure(mg_model *model, const mg_dataset *data,
                           const mg_measure **out, size_t *n);

/* Called for every example in order: outputs[i] is network->output[i]'s value
 * of one example. Returning another status than MG_OK ends the walk with it. */
typedef mg_status mg_predict_fn(void *user, int64_t example,
                                const mg_tensor outputs[]);
mg_status mg_model_predict(mg_model *model, const mg_dataset *data,
                           mg_predict_fn *each, void *user);

/* One example from memory: input[i] (targets' entries are ignored) is a dense
 * tensor of the type of network->input[i]; out[i], caller-allocated dense
 * tensors of the outputs' types, are filled. */
mg_status mg_model_predict_one(mg_model *model, const mg_tensor input[],
                               const mg_tensor out[]);

#endif
