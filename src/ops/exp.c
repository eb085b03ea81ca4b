/* exp: y = exp(x), by element.
 *   vjp: dx = dy y. Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_exp(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_exp, 1, &x, NULL);
}

static void exp_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = y->self;
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double exp_scalar(const double x[])
{
    return exp(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: exp(x)",
    "x: exp(x)",
    "x[m,1], y[n]: exp(x) * y",
    NULL,
};

const mg_op mg_op_exp = {
    .name = "exp",
    .formula = "y = exp(x)",
    .doc = "e to the power of every element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = exp_vjp,
    .rule = {"G ⊙ y"},
    .batch = mg_batch_elementwise,
    .scalar = exp_scalar,
    .effort = MG_EXPONENTIAL,
    .onnx = {"Exp", 13},
    .params = params,
    .examples = examples,
};
