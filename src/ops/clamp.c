/* clamp: y = min(max(x, low), high), by element with broadcasting.
 *   vjp: dy goes to x where low <= x <= high, else to the limit that y is,
 *   each summed over the axes it broadcast. Layer ops. */
#include "graph/op.h"

mg_value mg_clamp(mg_graph *g, mg_value x, mg_value low, mg_value high)
{
    const mg_value input[] = {x, low, high};
    return mg_apply(g, &mg_op_clamp, 3, input, NULL);
}

static void clamp_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0], low = y->input[1], high = y->input[2];
    const mg_value zero = mg_real(g, 0);
    const mg_value above = mg_less(g, high, mg_maximum(g, x, low));
    const mg_value below =
        mg_logical_and(g, mg_less(g, x, low), mg_logical_not(g, above));
    const mg_value outside = mg_logical_or(g, above, below);
    dx[0] = mg_sum_like(g, mg_where(g, outside, zero, dy), x);
    dx[1] = mg_sum_like(g, mg_where(g, below, dy, zero), low);
    dx[2] = mg_sum_like(g, mg_where(g, above, dy, zero), high);
}

static double clamp_scalar(const double x[])
{
    const double raised = x[0] < x[1] ? x[1] : x[0];
    return x[2] < raised ? x[2] : raised;
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "low", .kind = MG_PARAM_VALUE},
    {.name = "high", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: clamp(x, -1, 1)",
    "x[m,n], y[n], z: clamp(x, y, z)",
    "x[m,1], y[n]: clamp(x, y, y + 1)",
    "i[n] int 9: clamp(i, 2, 5)",
    NULL,
};

const mg_op mg_op_clamp = {
    .name = "clamp",
    .formula = "y = min(max(x, low), high)",
    .doc = "Every element, or the limit that it goes beyond. Outside, the "
           "gradient goes to the limit.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 3,
    .type = mg_type_elementwise,
    .vjp = clamp_vjp,
    .rule = {"G where {1} ≤ {0} ≤ {2}, else 0", "G where {0} < {1}, else 0",
             "G where {0} > {2}, else 0"},
    .batch = mg_batch_elementwise,
    .scalar = clamp_scalar,
    .onnx = {"Clip", 13},
    .params = params,
    .examples = examples,
};
