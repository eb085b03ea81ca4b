/* leaf: see leaf.h. Layer ops. */
#include "ops/leaf.h"

mg_status mg_type_leaf(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_ctx *ctx = mg_graph_ctx(g);
    if (!y->name || !*y->name)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "%s: has no name", y->op->name);
    if (y->n_attrs != 0)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "%s: takes no attributes",
                       y->op->name);
    MG_TRY(mg_shape_check(ctx, &y->type.shape));
    *out = y->type;
    return MG_OK;
}
