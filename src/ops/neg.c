/* neg: y = -x, by element.
 *   vjp: dx = -dy. Layer ops. */
#include "graph/op.h"

mg_value mg_neg(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_neg, 1, &x, NULL);
}

static void neg_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    (void)y;
    dx[0] = mg_neg(g, dy);
}

static double neg_scalar(const double x[])
{
    return -x[0];
}

static const char *const examples[] = {
    "x[m,n]: -x",
    "x: -x",
    "i[n] int 5: -i",
    NULL,
};

const mg_op mg_op_neg = {
    .name = "neg",
    .formula = "y = −x",
    .doc = "Every element with the other sign.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = neg_vjp,
    .rule = {"−G"},
    .batch = mg_batch_elementwise,
    .scalar = neg_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Neg", 13},
    .examples = examples,
};
