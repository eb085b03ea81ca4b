/* draw: see draw.h. Layer ops. */
#include "ops/draw.h"

mg_value mg_draw(mg_graph *g, const mg_op *op, int64_t call,
                 const mg_shape *shape)
{
    if (shape->rank < 0 || shape->rank > MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "%s: a shape of %d axes; at most %d", op->name,
                             shape->rank, MG_MAX_RANK);
    int64_t attr[MG_MAX_RANK + 1] = {call};
    for (int i = 0; i < shape->rank; i++)
        attr[i + 1] = shape->dim[i];
    const mg_extra extra = {.n_attrs = shape->rank + 1, .attr = attr};
    return mg_apply(g, op, 0, NULL, &extra);
}

/* A call's number is a Philox stream: 32 bits. */
mg_status mg_draw_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_type type = {.dtype = mg_graph_real(g)};
    if (y->n_attrs < 1 || y->attr[0] < 0 || y->attr[0] > UINT32_MAX)
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "%s: a call's number is from 0 to 2^32 - 1",
                       y->op->name);
    MG_TRY(mg_shape_of_attrs(g, y, 1, &type.shape));
    *out = type;
    return MG_OK;
}

mg_value mg_draw_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                       const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)x;
    (void)batched;
    mg_shape shape;
    if (!mg_batch_shape(g, y->op->name, &y->type.shape, n, &shape))
        return (mg_value){0};
    return mg_draw(g, y->op, y->attr[0], &shape);
}

mg_stream mg_draw_stream(const mg_frame *frame, int64_t call)
{
    return (mg_stream){
        .seed = frame->seed,
        .stream = (uint32_t)call,
        .step = frame->step,
    };
}
