/* jacobian: the derivative of every element of y by every element of x.
 *   y [..a]   x [..b]   ->   J [..a, ..b],   J[i, j] = dy_i / dx_j
 * The layout of the libraries, M x N; a lecture may write its transpose.
 * derive/expand.c puts the derived formula in its place. Layer ops. */
#include "ops/derivative.h"

mg_value mg_jacobian(mg_graph *g, mg_value y, mg_value x)
{
    return mg_apply(g, &mg_op_jacobian, 2, (const mg_value[]){y, x}, NULL);
}

static mg_status jacobian_type(const mg_graph *g, const mg_node *y,
                               mg_type *out)
{
    const mg_shape x = mg_value_shape(g, y->input[1]);
    mg_type type = mg_value_type(g, y->input[0]);
    MG_TRY(mg_check_derivative(g, y));
    if (type.shape.rank + x.rank >= MG_MAX_RANK)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "jacobian: of %d axes by %d axes has too many axes",
                       type.shape.rank, x.rank);
    for (int i = 0; i < x.rank; i++)
        mg_shape_append(&type.shape, x.dim[i]);
    *out = type;
    return MG_OK;
}

static const mg_param params[] = {
    {.name = "y", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[n]: jacobian(sin(x), x)", "x[m,n], y[n]: jacobian(x @ y, y)",
    "x[n]: hessian(sum(x^3), x)", "x, y: jacobian(x * y, x)", NULL};

const mg_op mg_op_jacobian = {
    .name = "jacobian",
    .formula = "J[i, j] = dy_i / dx_j",
    .doc = "Every derivative of y by the named value x: y's axes, then x's.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 2,
    .type = jacobian_type,
    .no_gradient = "derive puts its formula in its place first",
    .params = params,
    .derives = true,
    .examples = examples,
};
