/* where: y = a where the condition c holds, else b; all three broadcast.
 *   vjp: da = dy where c, else 0; db = dy where not c, else 0; each summed
 *   over the axes it broadcast. These zeros are exact, and products with them
 *   are strong, so the branch not taken never spoils a gradient. Layer ops. */
#include "graph/op.h"

/* The element type of a choice between values of two types. */
static mg_dtype choice_dtype(const mg_graph *g, mg_value a, mg_value b)
{
    const mg_dtype first = mg_value_type(g, a).dtype;
    const mg_dtype second = mg_value_type(g, b).dtype;
    if (first == second)
        return first;
    if (mg_dtype_is_real(first) || mg_dtype_is_real(second))
        return mg_graph_real(g);
    return MG_I64;
}

mg_value mg_where(mg_graph *g, mg_value condition, mg_value a, mg_value b)
{
    const mg_dtype dtype = choice_dtype(g, a, b);
    const mg_value input[] = {condition, mg_cast_to(g, a, dtype),
                              mg_cast_to(g, b, dtype)};
    return mg_apply(g, &mg_op_where, 3, input, NULL);
}

/* Brings both branches to one element type. */
static mg_value where_build(mg_graph *g, const mg_call *call)
{
    return mg_where(g, call->value[0], call->value[1], call->value[2]);
}

static mg_status where_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_dtype dtype = mg_value_type(g, y->input[0]).dtype;
    if (dtype != MG_BOOL)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "where: the condition must be truth values, not %s",
                       mg_dtype_words(dtype));
    return mg_type_elementwise(g, y, out);
}

static void where_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value c = y->input[0], zero = mg_real(g, 0);
    const mg_value taken = mg_where(g, c, dy, zero);
    const mg_value other = mg_where(g, c, zero, dy);
    dx[1] = mg_sum_like(g, taken, y->input[1]);
    dx[2] = mg_sum_like(g, other, y->input[2]);
}

static double where_scalar(const double x[])
{
    return x[0] != 0 ? x[1] : x[2];
}

static const mg_param params[] = {
    {.name = "condition", .kind = MG_PARAM_VALUE},
    {.name = "a", .kind = MG_PARAM_VALUE},
    {.name = "b", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n], y[m,n]: where(x < y, x * x, y)",
    "x[m,n], y[n]: where(x < 0, x, y)",
    "x[m,1], y[n]: where(0.5 < y, x, y)",
    "x[n], y, i[m,1] int 2: where(i == 1, x, y)",
    "x[n], i[n] int 3: where(0 < x, i, x)",
    NULL,
};

const mg_op mg_op_where = {
    .name = "where",
    .formula = "y = a if c, else b",
    .doc = "By element a where the condition is true, else b. The branch not "
           "taken gets a gradient of exactly 0.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 3,
    .type = where_type,
    .vjp = where_vjp,
    .rule = {"0", "G where {0}, else 0", "0 where {0}, else G"},
    .batch = mg_batch_elementwise,
    .scalar = where_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Where", 16},
    .params = params,
    .build = where_build,
    .examples = examples,
};
