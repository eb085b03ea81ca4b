/* verify: what must hold between any two passes. Layer graph. */
#include "graph/op.h"

static mg_status broken(const mg_graph *g, const mg_node *node,
                        const char *what)
{
    return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT, "graph: %%%u = %s: %s",
                   node->self.id, node->op ? node->op->name : "?", what);
}

static mg_status verify_form(const mg_graph *g, const mg_node *node)
{
    if (!node->op)
        return broken(g, node, "has no operation");
    for (int i = 0; i < node->n_inputs; i++)
        if (node->input[i].id == 0 || node->input[i].id >= node->self.id)
            return broken(g, node, "reads a value that stands below it");
    if (mg_check_form(g, node) != MG_OK) {
        mg_prefix_message(mg_graph_ctx(g), "graph: %%%u", node->self.id);
        return MG_BAD_ARGUMENT;
    }
    if (node->data && !mg_tensor_is_dense(node->data))
        return broken(g, node, "is a constant that is not dense");
    for (int i = 0; i < node->n_subgraphs; i++)
        MG_TRY(mg_graph_verify(node->subgraph[i]));
    return mg_shape_check(mg_graph_ctx(g), &node->type.shape);
}

static mg_status verify_type(const mg_graph *g, const mg_node *node)
{
    if (!node->op->type)
        return MG_OK;
    mg_type type = node->type;
    MG_TRY(node->op->type(g, node, &type));
    if (type.dtype != node->type.dtype ||
        !mg_shape_equal(&type.shape, &node->type.shape))
        return broken(g, node, "has a type that its rule does not give");
    return MG_OK;
}

static mg_status verify_root(const mg_graph *g, const mg_root *root)
{
    const uint32_t size = mg_graph_size(g);
    if (!root->name || root->value.id == 0 || root->value.id > size ||
        root->variable.id > size)
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "graph: root %s names no value",
                       root->name ? root->name : "?");
    if (!root->variable.id)
        return MG_OK;
    const mg_type old = mg_value_type(g, root->variable);
    const mg_type new = mg_value_type(g, root->value);
    if (mg_graph_node(g, root->variable)->op != &mg_op_variable ||
        old.dtype != new.dtype || !mg_shape_equal(&old.shape, &new.shape)) {
        char a[MG_SHAPE_TEXT_SIZE], b[MG_SHAPE_TEXT_SIZE];
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "graph: update %s: %s %s cannot take %s %s", root->name,
                       mg_dtype_name(old.dtype), mg_shape_text(&old.shape, a),
                       mg_dtype_name(new.dtype), mg_shape_text(&new.shape, b));
    }
    return MG_OK;
}

mg_status mg_graph_verify(const mg_graph *g)
{
    MG_TRY(mg_graph_status(g));
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (node->self.id != id)
            return broken(g, node, "does not know its own number");
        MG_TRY(verify_form(g, node));
        MG_TRY(verify_type(g, node));
    }
    for (size_t i = 0; i < mg_graph_root_count(g); i++)
        MG_TRY(verify_root(g, mg_graph_root(g, i)));
    return MG_OK;
}
