/* erf: y = 2/√π ∫₀ˣ exp(−t²) dt, by element.
 *   vjp: dx = dy 2/sqrt(pi) exp(-x^2). Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_erf(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_erf, 1, &x, NULL);
}

static void erf_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const double factor = 1.1283791670955126; /* 2 / sqrt(pi) */
    const mg_value square = mg_mul(g, y->input[0], y->input[0]);
    const mg_value bell = mg_exp(g, mg_neg(g, square));
    const mg_value slope = mg_mul(g, mg_real(g, factor), bell);
    dx[0] = mg_strong_mul(g, dy, slope);
}

static double erf_scalar(const double x[])
{
    return erf(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: erf(x)",
    "x: erf(x)",
    "x[m,1], y[n]: erf(x) * y",
    NULL,
};

const mg_op mg_op_erf = {
    .name = "erf",
    .formula = "y = 2/√π ∫₀ˣ exp(−t²) dt",
    .doc = "Error function of every element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = erf_vjp,
    .rule = {"G ⊙ 2/√π exp(−{0}²)"},
    .batch = mg_batch_elementwise,
    .scalar = erf_scalar,
    .onnx = {"Erf", 13},
    .params = params,
    .examples = examples,
};
