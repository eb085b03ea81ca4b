/* jvp: a Jacobian times a vector: how y changes when x changes by v.
 *   y [..a]   x [..b]   dx [..b]   ->   [..a]
 * derive/expand.c puts the derived formula in its place. Layer ops. */
#include "ops/derivative.h"

mg_value mg_jvp(mg_graph *g, mg_value y, mg_value x, mg_value dx)
{
    return mg_apply(g, &mg_op_jvp, 3, (const mg_value[]){y, x, dx}, NULL);
}

static mg_status jvp_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    MG_TRY(mg_check_derivative(g, y));
    MG_TRY(mg_check_same_shape(g, y, 1, 2));
    *out = mg_value_type(g, y->input[0]);
    return MG_OK;
}

static const mg_param params[] = {
    {.name = "y", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "v", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {"x[n], y[n]: jvp(sin(x), x, y)",
                                       "x[m,n], y[n], z[m,n]: jvp(x @ y, x, z)",
                                       "x[n], y: jvp(sin(y) * x, y, 2)", NULL};

const mg_op mg_op_jvp = {
    .name = "jvp",
    .formula = "z = J v",
    .doc = "The change of y when the named value x changes by v, shaped like "
           "y.",
    .kind = MG_OTHER,
    .operands = MG_AS_REALS,
    .n_inputs = 3,
    .type = jvp_type,
    .no_gradient = "derive puts its formula in its place first",
    .params = params,
    .derives = true,
    .examples = examples,
};
