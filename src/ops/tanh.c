/* tanh: y = tanh(x), by element.
 *   vjp: dx = dy (1 - y^2). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_tanh(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_tanh, 1, &x, NULL);
}

static void tanh_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value square = mg_mul(g, y->self, y->self);
    const mg_value slope = mg_sub(g, mg_real(g, 1), square);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double tanh_scalar(const double x[])
{
    return tanh(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: tanh(x)",
    "x: tanh(x)",
    "x[m,1], y[n]: tanh(x) * y",
    NULL,
};

const mg_op mg_op_tanh = {
    .name = "tanh",
    .formula = "y = tanh(x)",
    .doc = "Hyperbolic tangent of every element: an S from -1 to 1.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = tanh_vjp,
    .rule = {"G ⊙ (1 − y²)"},
    .batch = mg_batch_elementwise,
    .scalar = tanh_scalar,
    .onnx = {"Tanh", 13},
    .params = params,
    .examples = examples,
};
