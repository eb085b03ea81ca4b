/* mean: y = the mean of the n elements of x along some axes, real always;
 * not a number where there are none.
 *   vjp: dx = dy / n, repeated along them. Layer ops. */
#include "graph/op.h"

mg_value mg_mean(mg_graph *g, mg_value x, int n, const int64_t axes[],
                 bool keep)
{
    return mg_reduce(g, &mg_op_mean, x, n, axes, keep);
}

static mg_value mean_build(mg_graph *g, const mg_call *call)
{
    return mg_reduce_call(g, &mg_op_mean, call);
}

static void mean_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0];
    const mg_value up = mg_restore_axes(g, dy, x, y->n_attrs - 1, y->attr + 1);
    const mg_shape shape = mg_value_shape(g, x);
    double n = 1;
    for (int i = 1; i < y->n_attrs; i++)
        n *= (double)shape.dim[y->attr[i]];
    const mg_value part = mg_strong_mul(g, up, mg_real(g, 1 / n));
    dx[0] = mg_broadcast(g, part, &shape);
}

static double mean_fold(const mg_fold_items *items, int64_t count)
{
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += mg_fold_item(items, i);
    return sum / (double)count;
}

static void mean_reference(mg_frame *frame, const mg_node *node,
                           const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, mean_fold);
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
    "x[m,n] m>0 n>0: mean(x)",
    "x[m,n] m>0: mean(x, axis = 0)",
    "x[m,n,k] m>0 n>0: mean(x, axis = (0, -2), keep = true)",
    "x: mean(x)",
    "i[m,n] int 9 n>0: mean(i, axis = 1)",
    NULL,
};

const mg_op mg_op_mean = {
    .name = "mean",
    .formula = "y = 1/n Σ x",
    .doc = "Mean over the axes, real also of integers.",
    .kind = MG_REDUCE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = mg_type_reduce,
    .vjp = mean_vjp,
    .rule = {"G / n repeated"},
    .batch = mg_batch_reduce,
    .reference = mean_reference,
    .folds_rows = true,
    .onnx = {"ReduceMean", 18},
    .params = params,
    .build = mean_build,
    .examples = examples,
};
