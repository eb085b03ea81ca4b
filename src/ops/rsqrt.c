/* rsqrt: y = 1 / √x, by element.
 *   vjp: dx = -1/2 dy y^3. Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_rsqrt(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_rsqrt, 1, &x, NULL);
}

static void rsqrt_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value square = mg_mul(g, y->self, y->self);
    const mg_value half = mg_mul(g, mg_real(g, -0.5), y->self);
    const mg_value slope = mg_mul(g, half, square);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double rsqrt_scalar(const double x[])
{
    return 1 / sqrt(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: rsqrt(x)",
    "x: rsqrt(x)",
    "x[m,1], y[n]: rsqrt(x) * y",
    NULL,
};

const mg_op mg_op_rsqrt = {
    .name = "rsqrt",
    .formula = "y = 1 / √x",
    .doc = "One over the square root of every element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = rsqrt_vjp,
    .rule = {"−½ G ⊙ y³"},
    .batch = mg_batch_elementwise,
    .scalar = rsqrt_scalar,
    .params = params,
    .domain = {0.2, 3},
    .examples = examples,
};
