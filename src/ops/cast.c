/* cast: y = x in another element type. Formulas never write it; operands of
 * mixed types get it.
 *   vjp: dx = dy in x's element type, if both are real. Layer ops. */
#include "graph/op.h"

mg_value mg_cast(mg_graph *g, mg_value x, mg_dtype dtype)
{
    const mg_type type = {.dtype = dtype, .shape = mg_value_shape(g, x)};
    return mg_apply(g, &mg_op_cast, 1, &x, &(mg_extra){.type = &type});
}

static mg_status cast_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    out->dtype = y->type.dtype;
    out->shape = mg_value_shape(g, y->input[0]);
    return MG_OK;
}

static void cast_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_dtype from = mg_value_type(g, y->input[0]).dtype;
    if (mg_dtype_is_real(from) && mg_dtype_is_real(y->type.dtype))
        dx[0] = mg_cast_to(g, dy, from);
}

static double cast_scalar(const double x[])
{
    return x[0]; /* storing it converts */
}

static const char *const examples[] = {
    "x[n], i[m,n] int 5: x * i",
    "x[n], i[n] int 5: (i == 2) * x + (x < 1)",
    NULL,
};

const mg_op mg_op_cast = {
    .name = "cast",
    .formula = "y = x",
    .doc = "The same values in another element type.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .type = cast_type,
    .vjp = cast_vjp,
    .rule = {"G"},
    .batch = mg_batch_elementwise,
    .scalar = cast_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Cast", 13},
    .examples = examples,
};
