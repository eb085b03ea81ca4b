/* less: y = a < b, by element with broadcasting. Layer ops. */
#include "graph/op.h"

mg_value mg_less(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_less, 2, input, NULL);
}

static double less_scalar(const double x[])
{
    return x[0] < x[1];
}

static const char *const examples[] = {
    "x[m,n], y[n]: x < y",
    "x[m,1], y[n]: where(x < y, x, 2 * y)",
    "i[m,n] int 3, j[n] int 3: i < j",
    NULL,
};

const mg_op mg_op_less = {
    .name = "less",
    .formula = "y = a < b",
    .doc = "Whether a is less than b, by element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_compare,
    .no_gradient = "truth values have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = less_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Less", 13},
    .examples = examples,
};
