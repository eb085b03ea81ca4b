/* evaluate: the oracle. Every node of a graph by its op's reference, in
 * order, in plain loops. Layer graph. */
#ifndef MG_GRAPH_EVALUATE_H
#define MG_GRAPH_EVALUATE_H

#include "graph/op.h"

/* The tensor for a leaf (input or variable), borrowed; return MG_OK and set
 * *out, or fail with a message. */
typedef mg_status mg_feed_fn(void *data, const mg_node *leaf, mg_tensor *out);

/* One node from its inputs' tensors into y (allocated, of the node's type). */
void mg_evaluate_node(mg_frame *frame, const mg_node *node, const mg_tensor x[],
                      const mg_tensor *y);

/* All nodes; value[id] (arena-owned, mg_graph_size + 1 of them) on return.
 * needed: NULL for all, else one flag an id. */
mg_status mg_evaluate(const mg_graph *g, mg_arena *arena, mg_frame *frame,
                      mg_feed_fn *feed, void *data, const bool *needed,
                      mg_tensor **value);

/* The value of a graph of constants alone; fails if it depends on a leaf.
 * Used by the formula's initial values and by constant folding. */
mg_status mg_evaluate_constant(const mg_graph *g, mg_value v, mg_arena *arena,
                               mg_tensor *out);
/* Whether v depends on constants alone (no leaf, no random op). */
bool mg_is_constant(const mg_graph *g, mg_value v);

/* Marks all that the marked nodes are made of, in one pass. */
void mg_mark_inputs(const mg_graph *g, bool *needed);
/* Marks the nodes that value v needs, itself included; for one value only, as
 * it is a pass of its own. */
void mg_mark_needed(const mg_graph *g, mg_value v, bool *needed);

#endif
