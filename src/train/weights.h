/* weights: the variables of a network by name: parameters, what the network
 * keeps between steps, and while it is trained the optimiser's states. Layer
 * train. */
#ifndef MG_TRAIN_WEIGHTS_H
#define MG_TRAIN_WEIGHTS_H

#include "formula/network.h"
#include "formula/table.h"

typedef struct {
    const char *name; /* a path; an optimiser's state: "path/state" */
    mg_tensor tensor; /* dense, owned by the set */
    bool is_param;
    bool frozen; /* training leaves this parameter as it is */
} mg_weight;

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_weight *weight;
    size_t n, capacity;
    mg_table numbers; /* by name: a size_t, the place in weight[] */
} mg_weights;

void mg_weights_init(mg_weights *w, mg_ctx *ctx);
void mg_weights_clear(mg_weights *w);

/* Adds a zeroed variable; the name is copied. */
mg_status mg_weights_add(mg_weights *w, const char *name, mg_type type,
                         bool is_param, mg_tensor *out);
/* The variable of that name, or NULL. */
const mg_weight *mg_weights_find(const mg_weights *w, const char *name);

/* Adds every parameter and every state of the network with its initial
 * values. */
mg_status mg_weights_from_network(mg_weights *w, const mg_network *network,
                                  uint64_t seed);

/* Adds a copy of one variable, or of all, of another set. */
mg_status mg_weights_copy(mg_weights *w, const mg_weight *from);
mg_status mg_weights_clone(mg_weights *w, const mg_weights *from);
/* Copies the values of a set with the same variables in the same order. */
void mg_weights_set(const mg_weights *w, const mg_weights *from);

/* The number of trained numbers. */
int64_t mg_weights_count(const mg_weights *w);
/* The first variable with an element that is not finite, or NULL; a state of
 * a formula may be infinite, but not NaN. */
const mg_weight *mg_weights_find_nonfinite(const mg_weights *w);

#endif
