/* derivative: what the ops that stand for derivatives check alike. Layer
 * ops. */
#include "ops/derivative.h"

mg_status mg_check_derivative(const mg_graph *g, const mg_node *node)
{
    static const char *const part[] = {"of", "by"};
    for (int i = 0; i < 2; i++) {
        const mg_type type = mg_value_type(g, node->input[i]);
        if (!mg_dtype_is_real(type.dtype))
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "%s: a derivative %s %s values does not exist",
                           node->op->name, part[i], mg_dtype_name(type.dtype));
    }
    return MG_OK;
}

mg_status mg_check_same_shape(const mg_graph *g, const mg_node *node, int a,
                              int b)
{
    const mg_shape x = mg_value_shape(g, node->input[a]);
    const mg_shape y = mg_value_shape(g, node->input[b]);
    char one[MG_SHAPE_TEXT_SIZE], other[MG_SHAPE_TEXT_SIZE];
    if (mg_shape_equal(&x, &y))
        return MG_OK;
    return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                   "%s: wants equal shapes, not %s and %s", node->op->name,
                   mg_shape_text(&x, one), mg_shape_text(&y, other));
}
