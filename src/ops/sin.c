/* sin: y = sin(x), by element.
 *   vjp: dx = dy cos(x). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_sin(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_sin, 1, &x, NULL);
}

static void sin_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = mg_cos(g, y->input[0]);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double sin_scalar(const double x[])
{
    return sin(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: sin(x)",
    "x: sin(x)",
    "x[m,1], y[n]: sin(x) * y",
    NULL,
};

const mg_op mg_op_sin = {
    .name = "sin",
    .formula = "y = sin(x)",
    .doc = "Sine of every element, in radians.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = sin_vjp,
    .rule = {"G ⊙ cos({0})"},
    .batch = mg_batch_elementwise,
    .scalar = sin_scalar,
    .onnx = {"Sin", 7},
    .params = params,
    .examples = examples,
};
