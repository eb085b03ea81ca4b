/* draw: what random and normal share: attributes call, shape... Layer ops. */
#ifndef MG_OPS_DRAW_H
#define MG_OPS_DRAW_H

#include "base/philox.h"
#include "ops/move.h"

mg_value mg_draw(mg_graph *g, const mg_op *op, int64_t call,
                 const mg_shape *shape);
mg_status mg_draw_type(const mg_graph *g, const mg_node *y, mg_type *out);

/* The same call for n examples: its numbers are counted on through them. */
mg_value mg_draw_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                       const mg_value x[], const bool batched[], int64_t n);

/* The sequence that a call draws from in this step. */
mg_stream mg_draw_stream(const mg_frame *frame, int64_t call);

#endif
