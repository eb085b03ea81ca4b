/* variable: a parameter, a state or a data set: one for all examples, bound
 * from outside, and set by the updates of the graph's roots. */
#include "ops/leaf.h"

mg_value mg_variable(mg_graph *g, const char *name, mg_dtype dtype,
                     mg_shape shape)
{
    const mg_type type = {.dtype = dtype, .shape = shape};
    const mg_extra extra = {.name = name, .type = &type};
    return mg_apply(g, &mg_op_variable, 0, NULL, &extra);
}

static const char *const variable_examples[] = {NULL}; /* tests/ops */

const mg_op mg_op_variable = {
    .name = "variable",
    .formula = "y = w",
    .doc = "A parameter, a state or a data set, bound by its name and shared "
           "by all examples.",
    .kind = MG_LEAF,
    .attrs = "",
    .type = mg_type_leaf,
    .no_gradient = "a leaf has no operands",
    .examples = variable_examples,
};
