/* logical_and: y = a and b, by element with broadcasting. Layer ops. */
#include "graph/op.h"

mg_value mg_logical_and(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_logical_and, 2, input, NULL);
}

static double logical_and_scalar(const double x[])
{
    return x[0] != 0 && x[1] != 0;
}

static const char *const examples[] = {
    "x[m,n], y[n]: x < y and 0 < x",
    "x[m,1], i[n] int 2: where(x < 1 and i == 1, x, 3 * x)",
    NULL,
};

const mg_op mg_op_logical_and = {
    .name = "logical_and",
    .formula = "y = a and b",
    .doc = "Whether both are true, by element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_TRUTH,
    .n_inputs = 2,
    .type = mg_type_compare,
    .no_gradient = "truth values have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = logical_and_scalar,
    .onnx = {"And", 7},
    .examples = examples,
};
