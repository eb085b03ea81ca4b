/* fold: what depends on constants alone is computed once, by the oracle.
 * Broadcasts stay: they cost nothing as strides. Layer optimise. */
#include "graph/evaluate.h"
#include "optimise/rewrite.h"

/* Larger results stay computed, to keep plans small. */
#define MAX_FOLDED 65536

static bool is_foldable(const mg_graph *to, const mg_node *node,
                        const mg_value x[])
{
    if (node->op->kind == MG_LEAF || node->op->draws ||
        node->op == &mg_op_broadcast || node->n_subgraphs)
        return false;
    if (mg_shape_size(&node->type.shape) > MAX_FOLDED)
        return false;
    for (int i = 0; i < node->n_inputs; i++)
        if (!mg_graph_node(to, x[i])->data)
            return false;
    return true;
}

static mg_status fold(mg_graph *to, const mg_node *node, const mg_value x[],
                      mg_arena *arena, mg_value *out)
{
    mg_tensor y;
    mg_tensor *const operand =
        mg_arena_alloc(arena, (size_t)node->n_inputs + 1, sizeof *operand);
    if (!operand)
        return MG_NO_MEMORY;
    for (int i = 0; i < node->n_inputs; i++)
        operand[i] = *mg_graph_node(to, x[i])->data;
    MG_TRY(mg_tensor_alloc(arena, node->type, &y));
    mg_frame frame = {0};
    mg_evaluate_node(&frame, node, operand, &y);
    if (!frame.fault.node) /* else it stays, to fail when it runs */
        *out = mg_constant(to, y.type.dtype, y.type.shape, y.data);
    return mg_graph_status(to);
}

mg_value mg_pass_fold(const mg_rewriting *r, const mg_node *node,
                      const mg_value x[])
{
    mg_graph *const to = r->to;
    mg_value out = {0};
    if (!is_foldable(to, node, x))
        return out;
    mg_arena arena;
    mg_arena_init(&arena, mg_graph_ctx(to));
    const mg_status status = fold(to, node, x, &arena, &out);
    mg_arena_clear(&arena);
    if (status != MG_OK)
        return mg_graph_fail(to, status, "%s", mg_message(mg_graph_ctx(to)));
    return out;
}
