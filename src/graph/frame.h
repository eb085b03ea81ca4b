/* frame: what evaluation needs beside operands: where random numbers come
 * from, the threads, and the first fault. Shared by the oracle and by
 * compiled steps. Layer graph. */
#ifndef MG_GRAPH_FRAME_H
#define MG_GRAPH_FRAME_H

#include "base/parallel.h"
#include "graph/graph.h"

/* An index that left its axis: the step went on with index 0. */
typedef struct {
    const mg_node *node; /* NULL: none */
    int64_t index;
    int64_t limit; /* indices run from 0 to limit - 1 */
} mg_fault;

typedef struct {
    uint64_t seed;
    uint32_t step;
    mg_pool *pool; /* borrowed; NULL: one thread */
    uint64_t held; /* 0: variables may change; else as long as it is the same
                    * number they have not */
    bool deferred; /* the last run left updates of variables to this one */
    mg_fault fault;
} mg_frame;

/* Notes the first fault; later ones are dropped. */
void mg_frame_fault(mg_frame *frame, const mg_node *node, int64_t index,
                    int64_t limit);
/* The fault as a status with a message that names the formula line. */
mg_status mg_frame_status(mg_ctx *ctx, const mg_frame *frame);

#endif
