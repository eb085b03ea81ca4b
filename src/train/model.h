/* model: a network with weights, ready to be used: by a run folder, a weights
 * file, or a formula file with fresh parameters. Layer train. */
#ifndef MG_TRAIN_MODEL_H
#define MG_TRAIN_MODEL_H

#include "data/dataset.h"
#include "train/measures.h"

struct mg_model {
    mg_ctx *ctx;
    char *source; /* the formula file's text */
    size_t source_length;
    char *file;          /* how messages name it */
    mg_network *network; /* as in use, not in training */
    mg_weights weights;
    mg_measures measures;
    double *sum;         /* of the present mg_model_measure */
    mg_measure *measure; /* of the last one */
};

#endif
