/* transpose: axis i of y is axis axes[i] of x.
 *   vjp: dx = dy under the inverse permutation. */
#include "ops/move.h"

mg_value mg_transpose(mg_graph *g, mg_value x, const int64_t axes[])
{
    const int rank = mg_value_shape(g, x).rank;
    int64_t attr[MG_MAX_RANK] = {0}, sorted[MG_MAX_RANK];
    int count = 0;
    if (!mg_canonical_axes(g, "transpose", rank, rank, axes, sorted, &count))
        return (mg_value){0};
    for (int i = 0; i < rank; i++)
        attr[i] = axes[i] < 0 ? axes[i] + rank : axes[i];
    const mg_extra extra = {.n_attrs = rank, .attr = attr};
    return mg_apply(g, &mg_op_transpose, 1, &x, &extra);
}

static mg_value transpose_build(mg_graph *g, const mg_call *call)
{
    char text[MG_SHAPE_TEXT_SIZE];
    const mg_shape x = mg_value_shape(g, call->value[0]);
    if (call->at[1].given && call->at[1].n != x.rank)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "transpose: %d axes named, but x is %s",
                             call->at[1].n, mg_shape_text(&x, text));
    if (call->at[1].given)
        return mg_transpose(g, call->value[0], call->at[1].integer);
    int64_t reversed[MG_MAX_RANK];
    for (int i = 0; i < x.rank; i++)
        reversed[i] = x.rank - 1 - i;
    return mg_transpose(g, call->value[0], reversed);
}

static mg_status transpose_type(const mg_graph *g, const mg_node *y,
                                mg_type *out)
{
    mg_type type = mg_value_type(g, y->input[0]);
    const mg_shape x = type.shape;
    bool seen[MG_MAX_RANK] = {false};
    MG_TRY(mg_expect_attrs(g, y, x.rank));
    for (int i = 0; i < x.rank; i++) {
        const int64_t axis = y->attr[i];
        if (axis < 0 || axis >= x.rank || seen[axis])
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "transpose: axis %lld is outside or repeated",
                           (long long)axis);
        seen[axis] = true;
        type.shape.dim[i] = x.dim[axis];
    }
    *out = type;
    return MG_OK;
}

static void transpose_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                          mg_value dx[])
{
    int64_t inverse[MG_MAX_RANK] = {0};
    for (int i = 0; i < y->n_attrs; i++)
        inverse[y->attr[i]] = i;
    dx[0] = mg_transpose(g, dy, inverse);
}

static mg_value transpose_batch(mg_graph *g, const mg_graph *from,
                                const mg_node *y, const mg_value x[],
                                const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    (void)n;
    int64_t axes[MG_MAX_RANK + 1] = {0};
    for (int i = 0; i < y->n_attrs; i++)
        axes[i + 1] = y->attr[i] + 1;
    return mg_transpose(g, x[0], axes);
}

static bool transpose_view(const mg_node *node, const mg_tensor *x,
                           mg_tensor *y)
{
    for (int i = 0; i < node->n_attrs; i++)
        y->stride[i] = x->stride[node->attr[i]];
    y->data = x->data;
    return true;
}

static void transpose_reference(mg_frame *frame, const mg_node *node,
                                const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_tensor view = *y;
    transpose_view(node, x, &view);
    mg_tensor_copy(&view, y);
}

static const mg_param transpose_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "axes", .kind = MG_PARAM_INTS, .optional = true},
    {.kind = MG_PARAM_END},
};

static const char *const transpose_examples[] = {
    "x[m,n]: x'",           "x[k,m,n]: x'", "x[k,m,n]: transpose(x, (2, 0, 1))",
    "x[m,n]: transpose(x)", NULL,
};

const mg_op mg_op_transpose = {
    .name = "transpose",
    .formula = "y = xᵀ",
    .doc = "The axes in another order: axis i of the result is axis axes[i] "
           "of x; without axes, all reversed.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "axes...",
    .type = transpose_type,
    .vjp = transpose_vjp,
    .rule = {"Gᵀ"},
    .batch = transpose_batch,
    .reference = transpose_reference,
    .view = transpose_view,
    .onnx = {"Transpose", 13},
    .params = transpose_params,
    .build = transpose_build,
    .examples = transpose_examples,
};
