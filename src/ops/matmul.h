/* matmul: the product with transposed operands, which only passes build.
 * Layer ops. */
#ifndef MG_OPS_MATMUL_H
#define MG_OPS_MATMUL_H

#include "graph/op.h"

/* a b, with the last two axes of a or b swapped where its flag is set; an
 * operand with a flag has at least two axes. */
mg_value mg_matmul_flags(mg_graph *g, mg_value a, mg_value b, bool ta, bool tb);

#endif
