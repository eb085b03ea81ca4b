/* stop_gradient: y = x, but derivatives take y for a constant.
 *   vjp: none flows. Layer ops. */
#include "graph/op.h"

mg_value mg_stop_gradient(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_stop_gradient, 1, &x, NULL);
}

static void stop_gradient_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                              mg_value dx[])
{
    (void)g;
    (void)y;
    (void)dy;
    (void)dx; /* that is its purpose */
}

static double stop_gradient_scalar(const double x[])
{
    return x[0];
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: stop_gradient(round(x))",
    "x[n], i[n] int 4: x * stop_gradient(i)",
    NULL,
};

const mg_op mg_op_stop_gradient = {
    .name = "stop_gradient",
    .formula = "y = x",
    .doc = "The value itself, through which no gradient flows.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = stop_gradient_vjp,
    .rule = {"0"},
    .batch = mg_batch_elementwise,
    .scalar = stop_gradient_scalar,
    .params = params,
    .examples = examples,
};
