/* var: y = the variance of the n elements x of some axes: the mean of
 * (x - mean)^2, divided by n; not a number where there are none.
 *   vjp: dx = dy 2/n (x - mean). Layer ops. */
#include "graph/op.h"

mg_value mg_var(mg_graph *g, mg_value x, int n, const int64_t axes[], bool keep)
{
    return mg_reduce(g, &mg_op_var, x, n, axes, keep);
}

static mg_value var_build(mg_graph *g, const mg_call *call)
{
    return mg_reduce_call(g, &mg_op_var, call);
}

static void var_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0];
    const mg_value up = mg_restore_axes(g, dy, x, y->n_attrs - 1, y->attr + 1);
    const mg_shape shape = mg_value_shape(g, x);
    double n = 1;
    for (int i = 1; i < y->n_attrs; i++)
        n *= (double)shape.dim[y->attr[i]];
    const mg_value mean = mg_mean(g, x, y->n_attrs - 1, y->attr + 1, true);
    const mg_value rest = mg_sub(g, x, mean);
    const mg_value slope = mg_mul(g, mg_real(g, 2 / n), rest);
    dx[0] = mg_strong_mul(g, up, slope);
}

static double var_fold(const mg_fold_items *items, int64_t count)
{
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < count; i++)
        sum += mg_fold_item(items, i);
    const double mean = sum / (double)count;
    for (int64_t i = 0; i < count; i++) {
        const double rest = mg_fold_item(items, i) - mean;
        squares += rest * rest;
    }
    return squares / (double)count;
}

static void var_reference(mg_frame *frame, const mg_node *node,
                          const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, var_fold);
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
    "x[m,n] m>0 n>0: var(x)",
    "x[m,n] m>0: var(x, axis = 0)",
    "x[m,n,k] m>0 n>0: var(x, axis = (0, -2), keep = true)",
    "x: var(x)",
    "i[m,n] int 9 n>0: var(i, axis = 1)",
    NULL,
};

const mg_op mg_op_var = {
    .name = "var",
    .formula = "y = 1/n Σ (x − mean(x))²",
    .doc = "Variance over the axes: the mean square distance from the mean, "
           "divided by n.",
    .kind = MG_REDUCE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = mg_type_reduce,
    .vjp = var_vjp,
    .rule = {"2/n G ⊙ ({0} − mean)"},
    .batch = mg_batch_reduce,
    .reference = var_reference,
    .params = params,
    .build = var_build,
    .examples = examples,
};
