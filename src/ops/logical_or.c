/* logical_or: y = a or b, by element with broadcasting. Layer ops. */
#include "graph/op.h"

mg_value mg_logical_or(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_logical_or, 2, input, NULL);
}

static double logical_or_scalar(const double x[])
{
    return x[0] != 0 || x[1] != 0;
}

static const char *const examples[] = {
    "x[m,n], y[n]: x < y or 0 < x",
    "x[m,1], i[n] int 2: where(x < 1 or i == 1, x, 3 * x)",
    NULL,
};

const mg_op mg_op_logical_or = {
    .name = "logical_or",
    .formula = "y = a or b",
    .doc = "Whether one at least is true, by element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_TRUTH,
    .n_inputs = 2,
    .type = mg_type_compare,
    .no_gradient = "truth values have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = logical_or_scalar,
    .onnx = {"Or", 7},
    .examples = examples,
};
