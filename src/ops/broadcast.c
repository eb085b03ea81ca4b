/* broadcast: repeats x along axes, as NumPy's broadcast_to.
 *   vjp: dx = dy summed over the axes along which x was repeated. */
#include "ops/move.h"

mg_value mg_broadcast(mg_graph *g, mg_value x, const mg_shape *shape)
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    if (shape->rank < 0 || shape->rank > MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "broadcast: a shape of %d axes; at most %d",
                             shape->rank, MG_MAX_RANK);
    const mg_shape from = mg_value_shape(g, x);
    if (mg_shape_equal(&from, shape))
        return x;
    const mg_extra extra = {.n_attrs = shape->rank, .attr = shape->dim};
    return mg_apply(g, &mg_op_broadcast, 1, &x, &extra);
}

static mg_value broadcast_build(mg_graph *g, const mg_call *call)
{
    if (call->at[1].n > MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "broadcast: a shape of %d axes; at most %d",
                             call->at[1].n, MG_MAX_RANK);
    const mg_shape shape = mg_shape_of(call->at[1].n, call->at[1].integer);
    return mg_broadcast(g, call->value[0], &shape);
}

static mg_status broadcast_type(const mg_graph *g, const mg_node *y,
                                mg_type *out)
{
    char from[MG_SHAPE_TEXT_SIZE], to[MG_SHAPE_TEXT_SIZE];
    mg_type type = mg_value_type(g, y->input[0]);
    const mg_shape x = type.shape;
    MG_TRY(mg_shape_of_attrs(g, y, 0, &type.shape));
    mg_shape common;
    if (!mg_shape_broadcast(&x, &type.shape, &common) ||
        !mg_shape_equal(&common, &type.shape))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "broadcast: %s does not broadcast to %s",
                       mg_shape_text(&x, from), mg_shape_text(&type.shape, to));
    *out = type;
    return MG_OK;
}

static void broadcast_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                          mg_value dx[])
{
    dx[0] = mg_sum_like(g, dy, y->input[0]);
}

/* x [n, s..] gets axes of size 1 behind n up to the target's rank. */
static mg_value broadcast_batch(mg_graph *g, const mg_graph *from,
                                const mg_node *y, const mg_value x[],
                                const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    mg_shape shape, padded = mg_value_shape(g, x[0]);
    if (!mg_batch_shape(g, "broadcast", &y->type.shape, n, &shape))
        return (mg_value){0};
    if (padded.rank == 0)
        return (mg_value){0}; /* building failed before */
    while (padded.rank < shape.rank)
        mg_shape_insert(&padded, 1, 1);
    return mg_broadcast(g, mg_reshape(g, x[0], &padded), &shape);
}

static bool broadcast_view(const mg_node *node, const mg_tensor *x,
                           mg_tensor *y)
{
    (void)node;
    *y = mg_tensor_broadcast(x, &y->type.shape);
    return true;
}

static void broadcast_reference(mg_frame *frame, const mg_node *node,
                                const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    (void)node;
    const mg_tensor view = mg_tensor_broadcast(x, &y->type.shape);
    mg_tensor_copy(&view, y);
}

static const mg_param broadcast_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "shape", .kind = MG_PARAM_INTS},
    {.kind = MG_PARAM_END},
};

static const char *const broadcast_examples[] = {
    "x[n]: broadcast(x, (m, n))",
    "x[m,1]: broadcast(x, (k, m, n))",
    "x: broadcast(x, (m, n))",
    NULL,
};

const mg_op mg_op_broadcast = {
    .name = "broadcast",
    .formula = "y = x repeated",
    .doc = "x repeated to a larger shape: axes of size 1 and missing leading "
           "axes, as NumPy's broadcast_to.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "shape...",
    .type = broadcast_type,
    .vjp = broadcast_vjp,
    .rule = {"sum of G over the repeated axes"},
    .batch = broadcast_batch,
    .reference = broadcast_reference,
    .view = broadcast_view,
    .onnx = {"Expand", 13},
    .params = broadcast_params,
    .build = broadcast_build,
    .examples = broadcast_examples,
};
