/* transposes: a product whose operand swaps its last two axes reads that
 * operand the other way round instead; a product that is swapped itself,
 * (a b)' = b' a', is made the right way round, so that nobody walks it across
 * its rows (the gradient of W in x W': 8 times the time of an add over rows);
 * so is one whose columns a transpose puts before its rows among other axes.
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

/* A transpose of a product that puts its columns before its rows, as the same
 * of b' a', where rows and columns have changed places already. */
static mg_value turn_product(const mg_rewriting *r, const mg_node *node,
                             const mg_node *product)
{
    const int rank = node->type.shape.rank;
    int64_t axes[MG_MAX_RANK];
    int row = -1, column = -1;
    for (int i = 0; i < rank; i++) {
        axes[i] = node->attr[i];
        row = axes[i] == rank - 2 ? i : row;
        column = axes[i] == rank - 1 ? i : column;
    }
    if (column > row || r->uses[node->input[0].id] != 1)
        return (mg_value){0};
    const mg_value turned = swap_operands(r->to, product);
    axes[row] = rank - 1;
    axes[column] = rank - 2;
    return turned.id ? mg_transpose(r->to, turned, axes) : turned;
}

mg_value mg_pass_transposes(const mg_rewriting *r, const mg_node *node,
                            const mg_value x[])
{
    mg_graph *const to = r->to;
    if (node->op == &mg_op_transpose && node->type.shape.rank >= 2) {
        const mg_node *const inner = mg_graph_node(to, x[0]);
        if (inner->op != &mg_op_matmul)
            return (mg_value){0};
        return swaps(node) ? swap_operands(to, inner)
                           : turn_product(r, node, inner);
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
