/* sqrt: y = √x, by element.
 *   vjp: dx = dy / (2 y). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_sqrt(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_sqrt, 1, &x, NULL);
}

static void sqrt_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = mg_div(g, mg_real(g, 0.5), y->self);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double sqrt_scalar(const double x[])
{
    return sqrt(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: sqrt(x)",
    "x: sqrt(x)",
    "x[m,1], y[n]: sqrt(x) * y",
    NULL,
};

const mg_op mg_op_sqrt = {
    .name = "sqrt",
    .formula = "y = √x",
    .doc = "Square root of every element; NaN below 0.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = sqrt_vjp,
    .rule = {"G ⊘ (2 y)"},
    .batch = mg_batch_elementwise,
    .scalar = sqrt_scalar,
    .onnx = {"Sqrt", 13},
    .params = params,
    .domain = {0.1, 3},
    .examples = examples,
};
