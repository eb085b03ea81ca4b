/* update: from the gradients of a batch to new weights: weighted mean,
 * penalty, clipping, the optimiser's rule. Layer train. */
#ifndef MG_TRAIN_UPDATE_H
#define MG_TRAIN_UPDATE_H

#include "train/step.h"

/* What is trained, and its gradients in a batched graph. */
typedef struct {
    mg_graph *g;
    const mg_step_source *source;
    mg_arena *arena;
    size_t n;                       /* parameters that are not frozen */
    const mg_network_param **param; /* [n] */
    mg_value *variable, *gradient;  /* [n] */
} mg_update;

mg_status mg_update_init(mg_update *u, mg_graph *g,
                         const mg_step_source *source, mg_arena *arena);

/* Gradients of a scalar; id 0: zeros. */
mg_status mg_update_derive(mg_update *u, mg_value scalar);

/* Adds the gradients and the batch's weight to their sums. */
mg_status mg_update_accumulate(const mg_update *u, mg_value weight);
/* Sets the gradients to those sums over the sum of weights, and adds those of
 * the penalty (id 0: none). */
mg_status mg_update_collect(mg_update *u, mg_value penalty);

/* Clips each element, then all gradients together, as the train block says. */
void mg_update_clip(mg_update *u);

/* The updates that the optimiser makes of the gradients. next[i] and state[i]
 * are the batched values of network->param[i].next and network->state[i].next,
 * id 0: none. */
mg_status mg_update_apply(mg_update *u, const mg_value next[],
                          const mg_value state[]);

/* x / weight, but x where a batch has no weight at all: then x is 0 too. */
mg_value mg_update_mean(mg_graph *g, mg_value x, mg_value weight);

/* Whether a state belongs to the optimiser's rule for a parameter. */
bool mg_state_is_of_rule(const mg_network_state *state);

#endif
