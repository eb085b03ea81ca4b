/* model: a network with weights, ready to be used: by a run folder, a weights
 * file, or a formula file with fresh parameters. model.c opens and saves,
 * model_use.c measures and predicts, model_train.c trains. Layer train. */
#ifndef MG_TRAIN_MODEL_H
#define MG_TRAIN_MODEL_H

#include "data/schema.h"
#include "train/checkpoint.h"
#include "train/measures.h"
#include "train/step.h"

struct mg_model {
    mg_ctx *ctx;
    mg_arena arena;           /* of settings and schema */
    mg_run_settings settings; /* of the run that it comes from, or "" */
    mg_schema schema;         /* what its data meant; n 0: nothing yet */
    mg_network *network;      /* as in use, unless the options say otherwise */
    mg_weights weights;
    mg_measures measures;
    double *sum;         /* of the present mg_model_measure */
    mg_measure *measure; /* of the last one */
    mg_step_plan *one;   /* of mg_model_predict_one, made by its first call */
    int64_t no_step;     /* what formulas in use know as step and steps: 0 */
};

/* How many examples the model takes of the data. */
mg_status mg_model_count(const mg_model *model, const mg_dataset *data,
                         bool targets, int64_t *out);

/* Takes over what the data mean, from a schema as JSON. */
mg_status mg_model_set_schema(mg_model *model, const char *json);

#endif
