/* transfer: parameters and states of another run by name and shape, and which
 * parameters stay frozen. Layer train. */
#ifndef MG_TRAIN_TRANSFER_H
#define MG_TRAIN_TRANSFER_H

#include "train/weights.h"

typedef struct {
    mg_arena arena;
    mg_train_transfer report; /* strings and arrays of the arena */
} mg_transfer;

/* Copies what fits from a run folder (its best weights) or a .safetensors
 * file; states of optimisers are left. rename: FROM=TO, one a line, of which
 * the first that fits a name of the file renames it. Fails if nothing fits. */
mg_status mg_transfer_weights(mg_transfer *t, const char *from,
                              const char *rename, mg_weights *weights);
void mg_transfer_clear(mg_transfer *t);

/* Freezes the parameters that one of the patterns fits, one a line; each must
 * fit one. */
mg_status mg_weights_freeze(mg_weights *w, const char *patterns);

#endif
