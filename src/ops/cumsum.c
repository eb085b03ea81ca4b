/* cumsum: y[.., i, ..] = x[.., 0, ..] + ... + x[.., i, ..] along one axis.
 *   vjp: the sums from the other end: dx = flip(cumsum(flip(dy))). Layer ops.
 */
#include "ops/move.h"

mg_value mg_cumsum(mg_graph *g, mg_value x, int64_t axis)
{
    int64_t attr[MG_MAX_RANK] = {0};
    int n = 0;
    const int rank = mg_value_shape(g, x).rank;
    if (!mg_canonical_axes(g, "cumsum", rank, 1, &axis, attr, &n))
        return (mg_value){0};
    return mg_apply(g, &mg_op_cumsum, 1, &x,
                    &(mg_extra){.n_attrs = 1, .attr = attr});
}

static mg_value cumsum_build(mg_graph *g, const mg_call *call)
{
    return mg_cumsum(g, call->value[0], call->at[1].integer[0]);
}

static mg_status cumsum_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_type x = mg_value_type(g, y->input[0]);
    MG_TRY(mg_expect_attrs(g, y, 1));
    if (y->attr[0] < 0 || y->attr[0] >= x.shape.rank)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "cumsum: axis %lld of a value with %d axes",
                       (long long)y->attr[0], x.shape.rank);
    *out = x;
    return MG_OK;
}

static void cumsum_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                       mg_value dx[])
{
    const mg_value turned = mg_flip(g, dy, 1, y->attr);
    const mg_value sums = mg_cumsum(g, turned, y->attr[0]);
    dx[0] = mg_flip(g, sums, 1, y->attr);
}

static mg_value cumsum_batch(mg_graph *g, const mg_graph *from,
                             const mg_node *y, const mg_value x[],
                             const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    (void)n;
    return mg_cumsum(g, x[0], y->attr[0] + 1);
}

/* One run along the axis after the other. */
static void cumsum_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    const mg_shape *const shape = &node->type.shape;
    const int64_t size = mg_shape_size(shape);
    int64_t inner = 1; /* elements between neighbours along the axis */
    for (int i = (int)node->attr[0] + 1; i < shape->rank; i++)
        inner *= shape->dim[i];
    const int64_t length = shape->dim[node->attr[0]];
    for (int64_t i = 0; i < size / (length ? length : 1); i++) {
        const int64_t first = i / inner * inner * length + i % inner;
        double sum = 0;
        for (int64_t k = 0; k < length; k++) {
            sum += mg_tensor_get(&x[0], first + k * inner);
            mg_tensor_set(y, first + k * inner, sum);
        }
    }
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "axis", .kind = MG_PARAM_INT, .named_only = true},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[n]: cumsum(x, axis = 0)",
    "x[m,n,k]: cumsum(x, axis = 1)",
    "x[m,n]: cumsum(x * x, axis = -1)",
    "i[m,n] int 5: cumsum(i, axis = 0)",
    NULL,
};

const mg_op mg_op_cumsum = {
    .name = "cumsum",
    .formula = "y[i] = x[0] + … + x[i]",
    .doc = "Running sums along the axis, which must be named.",
    .kind = MG_OTHER,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .attrs = "axis",
    .type = cumsum_type,
    .vjp = cumsum_vjp,
    .rule = {"sums of G from the end"},
    .batch = cumsum_batch,
    .reference = cumsum_reference,
    .onnx = {"CumSum", 14},
    .params = params,
    .build = cumsum_build,
    .examples = examples,
};
