/* causal: the mask of what a position may see: y[i, j] = (j <= i). */
#include "ops/move.h"

mg_value mg_causal(mg_graph *g, int64_t count)
{
    const mg_extra extra = {.n_attrs = 1, .attr = &count};
    return mg_apply(g, &mg_op_causal, 0, NULL, &extra);
}

static mg_value causal_build(mg_graph *g, const mg_call *call)
{
    return mg_causal(g, call->at[0].integer[0]);
}

static mg_status causal_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    MG_TRY(mg_expect_attrs(g, y, 1));
    const int64_t dim[] = {y->attr[0], y->attr[0]};
    const mg_type type = {.dtype = MG_BOOL, .shape = mg_shape_of(2, dim)};
    MG_TRY(mg_shape_check(mg_graph_ctx(g), &type.shape));
    *out = type;
    return MG_OK;
}

static void causal_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    (void)x;
    const int64_t count = node->attr[0];
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < count; j++)
            mg_tensor_set(y, i * count + j, j <= i);
}

static const mg_param causal_params[] = {
    {.name = "count", .kind = MG_PARAM_INT},
    {.kind = MG_PARAM_END},
};

static const char *const causal_examples[] = {
    "x[n,n]: where(causal(n), x, 0)",
    NULL,
};

const mg_op mg_op_causal = {
    .name = "causal",
    .formula = "y[i, j] = (j ≤ i)",
    .doc = "The square mask that is true where column j is not behind row i.",
    .kind = MG_OTHER,
    .attrs = "count",
    .type = causal_type,
    .no_gradient = "it has no operands",
    .reference = causal_reference,
    .params = causal_params,
    .build = causal_build,
    .examples = causal_examples,
};
