/* setting: a number that is bound anew each step, such as the step count. */
#include "ops/leaf.h"

mg_value mg_setting(mg_graph *g, const char *name, mg_dtype dtype)
{
    const mg_type type = {.dtype = dtype};
    const mg_extra extra = {.name = name, .type = &type};
    return mg_apply(g, &mg_op_setting, 0, NULL, &extra);
}

static mg_status setting_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    if (y->type.shape.rank != 0)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "setting: has %d axes, must be a number",
                       y->type.shape.rank);
    return mg_type_leaf(g, y, out);
}

static const char *const setting_examples[] = {NULL}; /* tests/ops */

const mg_op mg_op_setting = {
    .name = "setting",
    .formula = "y = s",
    .doc = "A number of the training run, such as step, bound anew each step "
           "and shared by all examples.",
    .kind = MG_LEAF,
    .attrs = "",
    .type = setting_type,
    .no_gradient = "a leaf has no operands",
    .examples = setting_examples,
};
