/* statistics: of the training rows of each real input, element by element.
 * They stand among the weights under names that no path can have, and where
 * they do, plans fill missing values (NaN) by the mean and bring inputs to
 * mean 0 and deviation 1. Layer train. */
#ifndef MG_TRAIN_STATISTICS_H
#define MG_TRAIN_STATISTICS_H

#include "data/examples.h"
#include "data/safetensors.h"
#include "train/weights.h"

typedef struct mg_split mg_split; /* data/split.h */

/* Adds what the examples ask for and the weights do not have yet. */
mg_status mg_statistics_compute(mg_weights *weights, const mg_network *network,
                                const mg_examples *examples, mg_split *split);

/* Adds zeros for the statistics that a weights file holds. */
mg_status mg_statistics_declare(mg_weights *weights, const mg_network *network,
                                const mg_safetensors *file);

/* The input's value x of one example, filled and standardised by the
 * statistics that there are. */
mg_value mg_statistics_apply(mg_graph *g, const mg_weights *weights,
                             const mg_network_input *input, mg_value x);

/* The same to numbers, in place: x is dense and of the input's type. */
void mg_statistics_prepare(const mg_weights *weights,
                           const mg_network_input *input, const mg_tensor *x);

/* Whether the input's missing values are filled. */
bool mg_statistics_fill(const mg_weights *weights,
                        const mg_network_input *input);

/* Whether a tensor of that name is one of them. */
bool mg_statistics_is_name(const char *name);

#endif
