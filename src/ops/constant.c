/* constant: values that the graph itself owns. */
#include "graph/op.h"

mg_value mg_constant(mg_graph *g, mg_dtype dtype, mg_shape shape,
                     const void *data)
{
    if (mg_shape_check(mg_graph_ctx(g), &shape) != MG_OK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "constant: its shape has a negative size, too "
                             "many axes or too many elements");
    const mg_type type = {.dtype = dtype, .shape = shape};
    /* Read only: the graph copies it. */
    const mg_tensor tensor = mg_tensor_dense(type, (void *)data);
    const mg_extra extra = {.data = &tensor, .type = &type};
    return mg_apply(g, &mg_op_constant, 0, NULL, &extra);
}

static mg_status constant_type(const mg_graph *g, const mg_node *y,
                               mg_type *out)
{
    mg_ctx *ctx = mg_graph_ctx(g);
    if (!y->data)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "constant: has no data");
    if (y->n_attrs != 0)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "constant: takes no attributes");
    MG_TRY(mg_shape_check(ctx, &y->data->type.shape));
    *out = y->data->type;
    return MG_OK;
}

static void constant_reference(mg_frame *frame, const mg_node *node,
                               const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    (void)x;
    mg_tensor_copy(node->data, y);
}

static const char *const constant_examples[] = {"x[n]: x + 2.5", NULL};

const mg_op mg_op_constant = {
    .name = "constant",
    .formula = "y = c",
    .doc = "Values written in the formula or made when compiled.",
    .kind = MG_LEAF,
    .attrs = "",
    .type = constant_type,
    .no_gradient = "a leaf has no operands",
    .reference = constant_reference,
    .onnx = {"Constant", 13},
    .examples = constant_examples,
};
