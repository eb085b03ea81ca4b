/* less_equal: y = a ≤ b, by element with broadcasting. Layer ops. */
#include "graph/op.h"

mg_value mg_less_equal(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_less_equal, 2, input, NULL);
}

static double less_equal_scalar(const double x[])
{
    return x[0] <= x[1];
}

static const char *const examples[] = {
    "x[m,n], y[n]: x <= y",
    "x[m,1], y[n]: where(x <= y, x, 2 * y)",
    "i[m,n] int 3, j[n] int 3: i <= j",
    NULL,
};

const mg_op mg_op_less_equal = {
    .name = "less_equal",
    .formula = "y = a ≤ b",
    .doc = "Whether a is at most b, by element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_compare,
    .no_gradient = "truth values have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = less_equal_scalar,
    .effort = MG_CHEAP,
    .onnx = {"LessOrEqual", 16},
    .examples = examples,
};
