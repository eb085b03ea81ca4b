/* grad: the gradient of a number by one of the values it is made of, as a
 * value of its own.
 *   f []   x [..]   ->   y [..]
 * derive/expand.c puts the derived formula in its place. Layer ops. */
#include "ops/derivative.h"

mg_value mg_grad(mg_graph *g, mg_value f, mg_value x)
{
    return mg_apply(g, &mg_op_grad, 2, (const mg_value[]){f, x}, NULL);
}

static mg_status grad_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_shape f = mg_value_shape(g, y->input[0]);
    char text[MG_SHAPE_TEXT_SIZE];
    MG_TRY(mg_check_derivative(g, y));
    if (f.rank != 0)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "grad: wants a number, not a value of shape %s; "
                       "jacobian(y, x) is for those",
                       mg_shape_text(&f, text));
    *out = mg_value_type(g, y->input[1]);
    return MG_OK;
}

static const mg_param params[] = {
    {.name = "f", .kind = MG_PARAM_VALUE},
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[n]: grad(sum(x^3), x)", "x[m,n], y[n]: grad(sum(sin(x @ y)), x)",
    "x: grad(grad(sin(x), x), x)", "x[n], y[n]: grad(sum(y), x)", NULL};

const mg_op mg_op_grad = {
    .name = "grad",
    .formula = "y = df/dx",
    .doc = "The gradient of a number f by a named value x, shaped like x; "
           "zeros if f does not depend on it.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 2,
    .type = grad_type,
    .no_gradient = "derive puts its formula in its place first",
    .params = params,
    .derives = true,
    .examples = examples,
};
