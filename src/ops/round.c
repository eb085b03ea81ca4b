/* round: y = the nearest integer, by element; halves go to the even one, as
 * NumPy's (nearbyint would follow the thread's rounding mode).
 *   vjp: none flows, the function is flat between its steps. Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_round(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_round, 1, &x, NULL);
}

static void round_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    (void)g;
    (void)y;
    (void)dy;
    (void)dx; /* the slope is 0 wherever there is one */
}

static double round_scalar(const double x[])
{
    const double below = floor(x[0]), rest = x[0] - below;
    if (rest < 0.5 || (rest == 0.5 && fmod(below, 2) == 0))
        return below;
    return rest >= 0.5 ? below + 1 : x[0]; /* infinities and NaN stay */
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: round(x)",
    "x[n]: x * round(x * 3)",
    NULL,
};

const mg_op mg_op_round = {
    .name = "round",
    .formula = "y = round(x)",
    .doc = "The nearest integer to every element, as a real, halves to the "
           "even one; its gradient is zero.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = round_vjp,
    .rule = {"0"},
    .batch = mg_batch_elementwise,
    .scalar = round_scalar,
    .onnx = {"Round", 11},
    .params = params,
    .examples = examples,
};
