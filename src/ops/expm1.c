/* expm1: y = exp(x) − 1, by element.
 *   vjp: dx = dy (y + 1). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_expm1(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_expm1, 1, &x, NULL);
}

static void expm1_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value slope = mg_add(g, y->self, mg_real(g, 1));
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double expm1_scalar(const double x[])
{
    return expm1(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: expm1(x)",
    "x: expm1(x)",
    "x[m,1], y[n]: expm1(x) * y",
    NULL,
};

const mg_op mg_op_expm1 = {
    .name = "expm1",
    .formula = "y = exp(x) − 1",
    .doc = "exp(x) - 1, exact for small x too.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = expm1_vjp,
    .rule = {"G ⊙ (y + 1)"},
    .batch = mg_batch_elementwise,
    .scalar = expm1_scalar,
    .params = params,
    .examples = examples,
};
