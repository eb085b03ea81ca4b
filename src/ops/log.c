/* log: y = log(x), by element.
 *   vjp: dx = dy / x. Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_log(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_log, 1, &x, NULL);
}

static void log_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = mg_div(g, mg_real(g, 1), y->input[0]);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double log_scalar(const double x[])
{
    return log(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: log(x)",
    "x: log(x)",
    "x[m,1], y[n]: log(x) * y",
    NULL,
};

const mg_op mg_op_log = {
    .name = "log",
    .formula = "y = log(x)",
    .doc = "Natural logarithm of every element; -inf at 0, NaN below.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = log_vjp,
    .rule = {"G ⊘ {0}"},
    .batch = mg_batch_elementwise,
    .scalar = log_scalar,
    .onnx = {"Log", 13},
    .params = params,
    .domain = {0.1, 3},
    .examples = examples,
};
