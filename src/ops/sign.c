/* sign: y = sign(x), by element.
 *   vjp: none flows, the function is flat between its steps. Layer ops. */
#include "graph/op.h"

mg_value mg_sign(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_sign, 1, &x, NULL);
}

static void sign_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    (void)g;
    (void)y;
    (void)dy;
    (void)dx; /* the slope is 0 wherever there is one */
}

static double sign_scalar(const double x[])
{
    if (x[0] > 0)
        return 1;
    return x[0] < 0 ? -1 : x[0]; /* 0 and NaN stay */
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: sign(x)",
    "x[n]: x * sign(x)",
    "i[n] int 5: sign(i - 2)",
    NULL,
};

const mg_op mg_op_sign = {
    .name = "sign",
    .formula = "y = sign(x)",
    .doc = "-1, 0 or 1 with the sign of every element; its gradient is zero.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = sign_vjp,
    .rule = {"0"},
    .batch = mg_batch_elementwise,
    .scalar = sign_scalar,
    .onnx = {"Sign", 13},
    .params = params,
    .examples = examples,
};
