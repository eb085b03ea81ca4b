/* expand: derivatives inside formulas (grad, vjp, jvp, jacobian) replaced by
 * the formulas that they stand for, innermost first, so that a derivative of
 * a derivative needs nothing of its own. Layer derive. */
#ifndef MG_DERIVE_EXPAND_H
#define MG_DERIVE_EXPAND_H

#include "graph/op.h"

/* The node over inputs x of graph `to`, a derivative by its formula. Sticky. */
mg_value mg_expand_node(mg_graph *to, const mg_node *node, const mg_value x[]);

/* `result`, a function of `placeholder` in the same graph, for n values of it
 * at once: batched has the placeholder's shape behind a leading axis of n, and
 * so has the value for the result. Sticky. */
mg_value mg_vectorise(mg_graph *g, mg_value placeholder, mg_value batched,
                      int64_t n, mg_value result);

/* Puts in the place of every result[i] the same formula with other values for
 * n of the values that it is made of. On failure (sticky) results stay. */
void mg_substitute(mg_graph *g, size_t n, const mg_value from[],
                   const mg_value to[], size_t n_results, mg_value result[]);

#endif
