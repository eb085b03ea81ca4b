/* logical_not: y = not x, by element, of truth values. Layer ops. */
#include "graph/op.h"

mg_value mg_logical_not(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_logical_not, 1, &x, NULL);
}

static double logical_not_scalar(const double x[])
{
    return x[0] == 0;
}

static const char *const examples[] = {
    "x[m,n], y[n]: not x < y",
    "x[n], i[n] int 2: where(not i == 1, x, 2 * x)",
    NULL,
};

const mg_op mg_op_logical_not = {
    .name = "logical_not",
    .formula = "y = not x",
    .doc = "The other truth value of every element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_TRUTH,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .no_gradient = "truth values have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = logical_not_scalar,
    .onnx = {"Not", 1},
    .examples = examples,
};
