/* frame: noting and reporting an index outside its axis. Layer graph. */
#include "graph/frame.h"

#include <stdio.h>

void mg_frame_fault(mg_frame *frame, const mg_node *node, int64_t index,
                    int64_t limit)
{
    if (!frame->fault.node)
        frame->fault = (mg_fault){node, index, limit};
}

mg_status mg_frame_status(mg_ctx *ctx, const mg_frame *frame)
{
    const mg_fault *const fault = &frame->fault;
    if (!fault->node)
        return MG_OK;
    const mg_place *const place = &fault->node->place;
    char where[100] = "of an empty axis";
    if (fault->limit > 0)
        snprintf(where, sizeof where, "is outside 0..%lld",
                 (long long)fault->limit - 1);
    if (!place->line)
        return mg_fail(ctx, MG_BAD_DATA, "index %lld %s",
                       (long long)fault->index, where);
    return mg_fail(ctx, MG_BAD_DATA, "%d:%d: error: %s: index %lld %s",
                   place->line, place->column,
                   place->formula ? place->formula : "index",
                   (long long)fault->index, where);
}
