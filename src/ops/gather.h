/* gather: what gather, scatter_add, rows and one_hot share, and the builders
 * with leading axes in common, which batching needs. Layer ops. */
#ifndef MG_OPS_GATHER_H
#define MG_OPS_GATHER_H

#include "ops/move.h"

/* The first `common` axes of x [common.., count, rest..] and of index
 * [common.., picks..] are one: y [common.., picks.., rest..] takes along the
 * next axis of x, separately in each. common = 0 is mg_gather. */
mg_value mg_gather_common(mg_graph *g, mg_value x, mg_value index,
                          int64_t common);

/* The same for x [common.., picks.., rest..] added into y
 * [common.., count, rest..]. */
mg_value mg_scatter_add_common(mg_graph *g, mg_value x, mg_value index,
                               int64_t count, int64_t common);

/* Refuses an index that is not of integers. */
mg_status mg_expect_index(const mg_graph *g, const mg_node *y, mg_value index);

/* The i-th element in C order of an index, exact. */
int64_t mg_index_at(const mg_tensor *index, int64_t i);

/* The same if it lies in 0..limit-1, else 0, and a fault. */
int64_t mg_index_within(mg_frame *frame, const mg_node *node,
                        const mg_tensor *index, int64_t i, int64_t limit);

/* The part of t at the position-th place, in C order, of its first n axes. */
mg_tensor mg_tensor_inner(const mg_tensor *t, int n, int64_t position);

#endif
