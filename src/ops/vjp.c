/* vjp: a vector times a Jacobian, the step that back-propagation makes.
 *   y [..a]   x [..b]   dy [..a]   ->   [..b]
 * derive/expand.c puts the derived formula in its place. Layer ops. */
#include "ops/derivative.h"

mg_value mg_vjp(mg_graph *g, mg_value y, mg_value x, mg_value dy)
{
    return mg_apply(g, &mg_op_vjp, 3, (const mg_value[]){y, x, dy}, NULL);
}

static mg_status vjp_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    MG_TRY(mg_check_derivative(g, y));
    MG_TRY(mg_check_same_shape(g, y, 0, 2));
    *out = mg_value_type(g, y->input[1]);
    return MG_OK;
}

static const mg_param params[] = {
    {.name = "y", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "g", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {"x[n], y[n]: vjp(sin(x), x, y)",
                                       "x[m,n], y[n], z[m]: vjp(x @ y, y, z)",
                                       "x[n], y: vjp(sum(x^2), x, y)", NULL};

const mg_op mg_op_vjp = {
    .name = "vjp",
    .formula = "z = Jᵀ g",
    .doc = "The gradient g of y handed back to the named value x, shaped like "
           "x.",
    .kind = MG_OTHER,
    .operands = MG_AS_REALS,
    .n_inputs = 3,
    .type = vjp_type,
    .no_gradient = "derive puts its formula in its place first",
    .params = params,
    .derives = true,
    .examples = examples,
};
