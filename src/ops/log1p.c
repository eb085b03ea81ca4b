/* log1p: y = log(1 + x), by element.
 *   vjp: dx = dy / (1 + x). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_log1p(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_log1p, 1, &x, NULL);
}

static void log1p_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value one = mg_real(g, 1);
    const mg_value slope = mg_div(g, one, mg_add(g, one, y->input[0]));
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double log1p_scalar(const double x[])
{
    return log1p(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: log1p(x)",
    "x: log1p(x)",
    "x[m,1], y[n]: log1p(x) * y",
    NULL,
};

const mg_op mg_op_log1p = {
    .name = "log1p",
    .formula = "y = log(1 + x)",
    .doc = "Logarithm of 1 + x, exact for small x too.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = log1p_vjp,
    .rule = {"G ⊘ (1 + {0})"},
    .batch = mg_batch_elementwise,
    .scalar = log1p_scalar,
    .params = params,
    .domain = {-0.9, 2},
    .examples = examples,
};
