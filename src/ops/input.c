/* input: a value of the example, bound from outside before a run. The batch
 * has it as [n, shape...] under the same name. */
#include "ops/leaf.h"
#include "ops/move.h"

mg_value mg_input(mg_graph *g, const char *name, mg_dtype dtype, mg_shape shape)
{
    const mg_type type = {.dtype = dtype, .shape = shape};
    const mg_extra extra = {.name = name, .type = &type};
    return mg_apply(g, &mg_op_input, 0, NULL, &extra);
}

static mg_value input_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                            const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)x;
    (void)batched;
    mg_shape shape;
    if (!mg_batch_shape(g, "input", &y->type.shape, n, &shape))
        return (mg_value){0};
    return mg_input(g, y->name, y->type.dtype, shape);
}

static const char *const input_examples[] = {"x[m,n]: x", NULL};

const mg_op mg_op_input = {
    .name = "input",
    .formula = "y = x",
    .doc = "A value of the example, bound by its name. Every example has its "
           "own: a batch puts its axis in front.",
    .kind = MG_LEAF,
    .attrs = "",
    .type = mg_type_leaf,
    .no_gradient = "a leaf has no operands",
    .batch = input_batch,
    .examples = input_examples,
};
