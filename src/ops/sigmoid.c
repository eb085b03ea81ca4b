/* sigmoid: y = 1 / (1 + exp(-x)), by element. The oracle takes exp of nothing
 * above 0, so that no x overflows.
 *   vjp: dx = dy y (1 - y). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_sigmoid(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_sigmoid, 1, &x, NULL);
}

static void sigmoid_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                        mg_value dx[])
{
    const mg_value rest = mg_sub(g, mg_real(g, 1), y->self);
    const mg_value slope = mg_mul(g, y->self, rest);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double sigmoid_scalar(const double x[])
{
    const double small = exp(-fabs(x[0]));
    return (x[0] < 0 ? small : 1) / (1 + small);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: sigmoid(x)",
    "x: sigmoid(x)",
    "x[m,1], y[n]: sigmoid(x) * y",
    NULL,
};

const mg_op mg_op_sigmoid = {
    .name = "sigmoid",
    .formula = "y = 1 / (1 + exp(−x))",
    .doc = "Logistic function of every element: an S from 0 to 1.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = sigmoid_vjp,
    .rule = {"G ⊙ y ⊙ (1 − y)"},
    .batch = mg_batch_elementwise,
    .scalar = sigmoid_scalar,
    .onnx = {"Sigmoid", 13},
    .params = params,
    .examples = examples,
};
