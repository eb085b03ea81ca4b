/* cos: y = cos(x), by element.
 *   vjp: dx = -dy sin(x). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_cos(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_cos, 1, &x, NULL);
}

static void cos_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = mg_neg(g, mg_sin(g, y->input[0]));
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double cos_scalar(const double x[])
{
    return cos(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: cos(x)",
    "x: cos(x)",
    "x[m,1], y[n]: cos(x) * y",
    NULL,
};

const mg_op mg_op_cos = {
    .name = "cos",
    .formula = "y = cos(x)",
    .doc = "Cosine of every element, in radians.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = cos_vjp,
    .rule = {"−G ⊙ sin({0})"},
    .batch = mg_batch_elementwise,
    .scalar = cos_scalar,
    .onnx = {"Cos", 7},
    .params = params,
    .examples = examples,
};
