/* transposes: a product whose operand swaps its last two axes reads that
 * operand the other way round instead; a product that is swapped itself,
 * (a b)' = b' a', is made the right way round, so that nobody walks it across
 * its rows (the gradient of W in x W': 8 times the time of an add over rows).
 * Layer optimise. */
#include "ops/matmul.h"
#include "optimise/rewrite.h"

/* Whether it swaps the last two axes and nothing else. */
static bool swaps(const mg_node *node)
{
    const int rank = node->type.shape.rank;
    if (node->op != &mg_op_transpose || rank < 2)
        return false;
    for (int i = 0; i < rank - 2; i++)
        if (node->attr[i] != i)
            return false;
    return node->attr[rank - 1] == rank - 2;
}

/* If v swaps the last two axes of something, that. */
static mg_value swapped(const mg_graph *g, mg_value v)
{
    const mg_node *const node = mg_graph_node(g, v);
    return swaps(node) ? node->input[0] : (mg_value){0};
}

static mg_value swap_operands(mg_graph *to, const mg_node *product)
{
    const mg_value a = product->input[0], b = product->input[1];
    if (mg_value_shape(to, a).rank < 2 || mg_value_shape(to, b).rank < 2)
        return (mg_value){0};
    return mg_matmul_flags(to, b, a, product->attr[1] == 0,
                           product->attr[0] == 0);
}

mg_value mg_pass_transposes(const mg_rewriting *r, const mg_node *node,
                            const mg_value x[])
{
    mg_graph *const to = r->to;
    if (swaps(node)) {
        const mg_node *const inner = mg_graph_node(to, x[0]);
        return inner->op == &mg_op_matmul ? swap_operands(to, inner)
                                          : (mg_value){0};
    }
    if (node->op != &mg_op_matmul)
        return (mg_value){0};
    const mg_value a = swapped(to, x[0]), b = swapped(to, x[1]);
    if (!a.id && !b.id)
        return (mg_value){0};
    return mg_matmul_flags(to, a.id ? a : x[0], b.id ? b : x[1],
                           (node->attr[0] != 0) != (a.id != 0),
                           (node->attr[1] != 0) != (b.id != 0));
}
