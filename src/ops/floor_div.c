/* floor_div: y = floor(a / b), by element with broadcasting. Layer ops. */
#include <math.h>

#include "graph/op.h"

/* Both are integers, or the formula is wrong. */
static mg_status floor_div_type(const mg_graph *g, const mg_node *y,
                                mg_type *out)
{
    const mg_type type = mg_value_type(g, y->input[0]);
    if (!mg_dtype_is_integer(type.dtype))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "// is for integers, not %s",
                       mg_dtype_words(type.dtype));
    return mg_type_elementwise(g, y, out);
}

mg_value mg_floor_div(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_floor_div, 2, input, NULL);
}

static double floor_div_scalar(const double x[])
{
    return x[1] == 0 ? 0 : floor(x[0] / x[1]);
}

static const char *const examples[] = {
    "i[m,n] int 9, j[n] int 5: (i - 4) // (j + 1)",
    "i[m,1] int 9, j[n] int 3: (i - 4) // (j + 1)",
    "i[n] int 9: i // -2",
    NULL,
};

const mg_op mg_op_floor_div = {
    .name = "floor_div",
    .formula = "y = ⌊a / b⌋",
    .doc = "Quotient of integers, rounded down as Python's; 0 where b is 0.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = floor_div_type,
    .no_gradient = "integers have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = floor_div_scalar,
    .examples = examples,
};
