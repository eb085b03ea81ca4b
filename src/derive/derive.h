/* derive: the gradient of a scalar as graph, by the exchangers (vjp) of the
 * ops, walked from the loss to the leaves. What it appends can be derived
 * again. Layer derive. */
#ifndef MG_DERIVE_DERIVE_H
#define MG_DERIVE_DERIVE_H

#include "graph/op.h"

/* Appends the gradient dy of y (of its shape; id 0: ones) handed back to every
 * wrt[i], as grads[i] of wrt[i]'s shape: zeros where y does not depend on
 * it. */
mg_status mg_vector_jacobian(mg_graph *g, mg_value y, mg_value dy, size_t n,
                             const mg_value wrt[], mg_value grads[]);

/* A whole backward pass, for who wants to see every exchanger at work. */
typedef struct {
    uint32_t n;          /* nodes before the pass: ids 1 to n */
    mg_value *gradient;  /* [n + 1]: d loss / d node; id 0: no gradient flows */
    mg_value **exchange; /* [n + 1]: what the node handed to each input, an
                          * array of its n_inputs, or NULL */
} mg_backward;

/* The same for every node; the arrays live in arena. `seed` is the gradient
 * that enters at the loss, id 0 for 1. */
mg_status mg_backward_pass(mg_graph *g, mg_value loss, mg_value seed,
                           mg_arena *arena, mg_backward *out);

#endif
