/* ceil: y = ceil(x), by element.
 *   vjp: none flows, the function is flat between its steps. Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_ceil(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_ceil, 1, &x, NULL);
}

static void ceil_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    (void)g;
    (void)y;
    (void)dy;
    (void)dx; /* the slope is 0 wherever there is one */
}

static double ceil_scalar(const double x[])
{
    return ceil(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: ceil(x)",
    "x[n]: x * ceil(x * 3)",
    NULL,
};

const mg_op mg_op_ceil = {
    .name = "ceil",
    .formula = "y = ceil(x)",
    .doc = "The integer at or above every element, as a real; its gradient is "
           "zero.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = ceil_vjp,
    .rule = {"0"},
    .batch = mg_batch_elementwise,
    .scalar = ceil_scalar,
    .onnx = {"Ceil", 13},
    .params = params,
    .examples = examples,
};
