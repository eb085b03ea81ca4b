/* transposes: a product whose operand swaps its last two axes reads that
 * operand the other way round instead. Layer optimise. */
#include "ops/matmul.h"
#include "optimise/rewrite.h"

/* If v swaps the last two axes of something and nothing else, that. */
static mg_value swapped(const mg_graph *g, mg_value v)
{
    const mg_node *const node = mg_graph_node(g, v);
    const int rank = node->type.shape.rank;
    if (node->op != &mg_op_transpose || rank < 2)
        return (mg_value){0};
    for (int i = 0; i < rank - 2; i++)
        if (node->attr[i] != i)
            return (mg_value){0};
    if (node->attr[rank - 1] != rank - 2)
        return (mg_value){0};
    return node->input[0];
}

mg_value mg_pass_transposes(mg_graph *to, const mg_node *node,
                            const mg_value x[])
{
    if (node->op != &mg_op_matmul)
        return (mg_value){0};
    const mg_value a = swapped(to, x[0]), b = swapped(to, x[1]);
    if (!a.id && !b.id)
        return (mg_value){0};
    return mg_matmul_flags(to, a.id ? a : x[0], b.id ? b : x[1],
                           (node->attr[0] != 0) != (a.id != 0),
                           (node->attr[1] != 0) != (b.id != 0));
}
