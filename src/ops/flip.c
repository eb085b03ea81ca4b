/* flip: axes in reverse order.
 *   vjp: dx = dy flipped. */
#include "ops/move.h"

mg_value mg_flip(mg_graph *g, mg_value x, int n, const int64_t axes[])
{
    int64_t attr[MG_MAX_RANK];
    int count = 0;
    if (!mg_canonical_axes(g, "flip", mg_value_shape(g, x).rank, n, axes, attr,
                           &count))
        return (mg_value){0};
    const mg_extra extra = {.n_attrs = count, .attr = attr};
    return mg_apply(g, &mg_op_flip, 1, &x, &extra);
}

static mg_value flip_build(mg_graph *g, const mg_call *call)
{
    const int n = call->at[1].given ? call->at[1].n : -1;
    return mg_flip(g, call->value[0], n, call->at[1].integer);
}

static mg_status flip_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_type type = mg_value_type(g, y->input[0]);
    for (int i = 0; i < y->n_attrs; i++) {
        const int64_t least = i > 0 ? y->attr[i - 1] + 1 : 0;
        if (y->attr[i] < least || y->attr[i] >= type.shape.rank)
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "flip: axis %lld is outside or out of order",
                           (long long)y->attr[i]);
    }
    *out = type;
    return MG_OK;
}

static void flip_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    dx[0] = mg_flip(g, dy, y->n_attrs, y->attr);
}

static mg_value flip_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                           const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    (void)n;
    int64_t axes[MG_MAX_RANK];
    for (int i = 0; i < y->n_attrs; i++)
        axes[i] = y->attr[i] + 1;
    return mg_flip(g, x[0], y->n_attrs, axes);
}

static bool flip_view(const mg_node *node, const mg_tensor *x, mg_tensor *y)
{
    const mg_shape *const shape = &x->type.shape;
    int64_t begin[MG_MAX_RANK] = {0}, step[MG_MAX_RANK];
    for (int i = 0; i < shape->rank; i++)
        step[i] = 1;
    for (int i = 0; i < node->n_attrs; i++) {
        const int64_t axis = node->attr[i];
        begin[axis] = shape->dim[axis] - 1;
        step[axis] = -1;
    }
    *y = mg_tensor_slice(x, begin, shape->dim, step);
    return true;
}

static void flip_reference(mg_frame *frame, const mg_node *node,
                           const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_tensor view;
    flip_view(node, x, &view);
    mg_tensor_copy(&view, y);
}

static const mg_param flip_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "axis", .kind = MG_PARAM_INTS, .optional = true},
    {.kind = MG_PARAM_END},
};

static const char *const flip_examples[] = {
    "x[m,n]: flip(x, 0)",
    "x[m,n]: flip(x, -1)",
    "x[m,n]: flip(x)",
    NULL,
};

const mg_op mg_op_flip = {
    .name = "flip",
    .formula = "y = x in reverse order",
    .doc = "The elements of the named axes in reverse order; without axes, of "
           "all.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "axes...",
    .type = flip_type,
    .vjp = flip_vjp,
    .rule = {"G in reverse order"},
    .batch = flip_batch,
    .reference = flip_reference,
    .view = flip_view,
    .params = flip_params,
    .build = flip_build,
    .examples = flip_examples,
};
