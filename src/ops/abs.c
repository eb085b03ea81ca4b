/* abs: y = |x|, by element.
 *   vjp: dx = dy sign(x). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_abs(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_abs, 1, &x, NULL);
}

static void abs_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = mg_sign(g, y->input[0]);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double abs_scalar(const double x[])
{
    return fabs(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: abs(x)",         "x: abs(x)", "x[m,1], y[n]: abs(x) * y",
    "i[n] int 5: abs(i - 2)", NULL,
};

const mg_op mg_op_abs = {
    .name = "abs",
    .formula = "y = |x|",
    .doc = "Magnitude of every element; its slope at 0 is 0.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = abs_vjp,
    .rule = {"G ⊙ sign({0})"},
    .batch = mg_batch_elementwise,
    .scalar = abs_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Abs", 13},
    .params = params,
    .examples = examples,
};
