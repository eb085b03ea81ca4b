/* sum: y = the sum of x over some axes.
 *   vjp: dx = dy repeated along them. Layer ops. */
#include "graph/op.h"

mg_value mg_sum(mg_graph *g, mg_value x, int n, const int64_t axes[], bool keep)
{
    return mg_reduce(g, &mg_op_sum, x, n, axes, keep);
}

static mg_value sum_build(mg_graph *g, const mg_call *call)
{
    return mg_reduce_call(g, &mg_op_sum, call);
}

static void sum_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0];
    const mg_value up = mg_restore_axes(g, dy, x, y->n_attrs - 1, y->attr + 1);
    const mg_shape shape = mg_value_shape(g, x);
    dx[0] = mg_broadcast(g, up, &shape);
}

static double sum_fold(const mg_fold_items *items, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += mg_fold_item(items, i);
    return sum;
}

static void sum_reference(mg_frame *frame, const mg_node *node,
                          const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, sum_fold);
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
    "x[m,n]: sum(x)",
    "x[m,n]: sum(x, axis = 0)",
    "x[m,n,k]: sum(x, axis = (0, -2), keep = true)",
    "x: sum(x)",
    "i[m,n] int 9: sum(i, axis = 1)",
    "x[m,n]: sum(x < 0, axis = -1)",
    NULL,
};

const mg_op mg_op_sum = {
    .name = "sum",
    .formula = "y = Σ x",
    .doc = "Sum over the axes; 0 over none. Of truth values it counts the true "
           "ones.",
    .kind = MG_REDUCE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = mg_type_reduce,
    .vjp = sum_vjp,
    .rule = {"G repeated"},
    .batch = mg_batch_reduce,
    .reference = sum_reference,
    .folds_rows = true,
    .onnx = {"ReduceSum", 13},
    .params = params,
    .build = sum_build,
    .examples = examples,
};
