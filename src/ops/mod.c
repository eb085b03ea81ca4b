/* mod: y = a - b floor(a / b), by element with broadcasting. Layer ops. */
#include <math.h>

#include "graph/op.h"

/* Both are integers, or the formula is wrong. */
static mg_status mod_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_type type = mg_value_type(g, y->input[0]);
    if (!mg_dtype_is_integer(type.dtype))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "%% is for integers, not %s",
                       mg_dtype_words(type.dtype));
    return mg_type_elementwise(g, y, out);
}

mg_value mg_mod(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_mod, 2, input, NULL);
}

static double mod_scalar(const double x[])
{
    if (x[1] == 0)
        return 0;
    const double rest = fmod(x[0], x[1]);
    return rest != 0 && (rest < 0) != (x[1] < 0) ? rest + x[1] : rest;
}

static const char *const examples[] = {
    "i[m,n] int 9, j[n] int 5: (i - 4) % (j + 1)",
    "i[m,1] int 9, j[n] int 3: (i - 4) % (j + 1)",
    "i[n] int 9: i % -2",
    NULL,
};

const mg_op mg_op_mod = {
    .name = "mod",
    .formula = "y = a − b ⌊a / b⌋",
    .doc = "Remainder of integers, with the sign of b as Python's; 0 where b "
           "is 0.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mod_type,
    .no_gradient = "integers have no gradient",
    .batch = mg_batch_elementwise,
    .scalar = mod_scalar,
    .onnx = {"Mod", 13},
    .examples = examples,
};
