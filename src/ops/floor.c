/* floor: y = floor(x), by element.
 *   vjp: none flows, the function is flat between its steps. Layer ops. */
#include <math.h>

#include "graph/op.h"

mg_value mg_floor(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_floor, 1, &x, NULL);
}

static void floor_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    (void)g;
    (void)y;
    (void)dy;
    (void)dx; /* the slope is 0 wherever there is one */
}

static double floor_scalar(const double x[])
{
    return floor(x[0]);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: floor(x)",
    "x[n]: x * floor(x * 3)",
    NULL,
};

const mg_op mg_op_floor = {
    .name = "floor",
    .formula = "y = floor(x)",
    .doc = "The integer at or below every element, as a real; its gradient is "
           "zero.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = floor_vjp,
    .rule = {"0"},
    .batch = mg_batch_elementwise,
    .scalar = floor_scalar,
    .onnx = {"Floor", 13},
    .params = params,
    .examples = examples,
};
