/* any: whether one at least of the truth values x over some axes is true; false
 * of none. Layer ops. */
#include "graph/op.h"

mg_value mg_any(mg_graph *g, mg_value x, int n, const int64_t axes[], bool keep)
{
    return mg_reduce(g, &mg_op_any, x, n, axes, keep);
}

static mg_value any_build(mg_graph *g, const mg_call *call)
{
    return mg_reduce_call(g, &mg_op_any, call);
}

static double any_fold(const mg_fold_items *items, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (mg_fold_item(items, i) != 0)
            return 1;
    return 0;
}

static void any_reference(mg_frame *frame, const mg_node *node,
                          const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, any_fold);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "axis",
     .kind = MG_PARAM_INTS,
     .optional = true,
     .named_only = true},
    {.name = "keep",
     .kind = MG_PARAM_FLAG,
     .optional = true,
     .named_only = true},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: any(x < 0)",
    "x[m,n]: any(x < 1, axis = 0)",
    "x[m,n,k]: any(x < 1, axis = (0, -2), keep = true)",
    NULL,
};

const mg_op mg_op_any = {
    .name = "any",
    .formula = "y = any x",
    .doc = "Whether one at least is true over the axes; false of none.",
    .kind = MG_REDUCE,
    .operands = MG_AS_TRUTH,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = mg_type_reduce,
    .no_gradient = "truth values have no gradient",
    .batch = mg_batch_reduce,
    .reference = any_reference,
    .params = params,
    .build = any_build,
    .examples = examples,
};
