/* derivative: type rules of the ops that stand for derivatives. Layer ops. */
#ifndef MG_OPS_DERIVATIVE_H
#define MG_OPS_DERIVATIVE_H

#include "graph/op.h"

/* Checks that y (input 0) and x (input 1) are real. */
mg_status mg_check_derivative(const mg_graph *g, const mg_node *node);

/* Checks that two inputs of the node have one shape. */
mg_status mg_check_same_shape(const mg_graph *g, const mg_node *node, int a,
                              int b);

#endif
