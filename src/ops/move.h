/* move: views that the ops which move elements share, and the shape of a
 * batch. Nothing here reads an element. Layer ops. */
#ifndef MG_OPS_MOVE_H
#define MG_OPS_MOVE_H

#include "graph/op.h"

/* The elements begin, begin + step, ... (count of them) of every axis; they
 * must lie in t. */
mg_tensor mg_tensor_slice(const mg_tensor *t, const int64_t begin[],
                          const int64_t count[], const int64_t step[]);

/* The part of t, of rank at least 1, whose index on axis 0 is `index`. */
mg_tensor mg_tensor_part(const mg_tensor *t, int64_t index);

/* Sets every element to 0. */
void mg_tensor_zero(const mg_tensor *t);

/* [n, shape...]; with too many axes a sticky error naming `op`, false. */
bool mg_batch_shape(mg_graph *g, const char *op, const mg_shape *shape,
                    int64_t n, mg_shape *out);

/* A type rule's check that the node has that many attributes: text forms come
 * from outside. */
mg_status mg_expect_attrs(const mg_graph *g, const mg_node *y, int count);

/* The shape that the attributes from `first` on name, checked. */
mg_status mg_shape_of_attrs(const mg_graph *g, const mg_node *y, int first,
                            mg_shape *out);

#endif
