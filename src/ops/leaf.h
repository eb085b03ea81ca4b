/* leaf: the type rule of nodes that come from outside the graph. Layer ops. */
#ifndef MG_OPS_LEAF_H
#define MG_OPS_LEAF_H

#include "graph/op.h"

/* The type that the builder gave, once checked; a name must be there. */
mg_status mg_type_leaf(const mg_graph *g, const mg_node *y, mg_type *out);

#endif
