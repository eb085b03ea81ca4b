/* reuse: (a c + b c) e becomes (a + b) (c e), where c e stands in the graph
 * anyway and many elements share c. So the derivative of a quotient, which is
 * made of the numerator e and of the inverse c of what it is divided by, reads
 * the quotient: e of a softmax need not be kept for the backward pass. Rounds
 * otherwise. Layer optimise. */
#include "optimise/rewrite.h"

static const mg_value none = {0};

static const mg_node *node_of(const mg_rewriting *r, mg_value v)
{
    return mg_graph_node(r->from, v);
}

/* v / c, if v is a product by c, or such a one unless it is 0 by choice. */
static mg_value without(const mg_rewriting *r, mg_value v, mg_value c)
{
    const mg_node *const node = node_of(r, v);
    double zero = 1;
    if (r->uses[v.id] != 1)
        return none;
    for (int i = 0; mg_multiplies(node) && i < 2; i++)
        if (node->input[i].id == c.id)
            return r->value[node->input[1 - i].id];
    if (node->op != &mg_op_where ||
        !mg_constant_number(r->from, node->input[1], &zero) || zero != 0)
        return none;
    const mg_value other = without(r, node->input[2], c);
    return other.id ? mg_where(r->to, r->value[node->input[0].id],
                               r->value[node->input[1].id], other)
                    : none;
}

/* What the product c e of the old graph became, if it stands before v. */
static mg_value find_product(const mg_rewriting *r, mg_value c, mg_value e,
                             mg_value v)
{
    for (uint32_t id = e.id + 1; id < v.id; id++) {
        const mg_node *const node = node_of(r, (mg_value){id});
        if (node->op == &mg_op_mul && r->uses[id] > 0 && r->value[id].id &&
            ((node->input[0].id == c.id && node->input[1].id == e.id) ||
             (node->input[0].id == e.id && node->input[1].id == c.id)))
            return r->value[id];
    }
    return none;
}

static bool is_smaller(const mg_rewriting *r, mg_value c, const mg_node *y)
{
    return mg_shape_size(&node_of(r, c)->type.shape) <
           mg_shape_size(&y->type.shape);
}

/* The product of a sum by e, where term i of the sum has a factor c. */
static mg_value regroup(const mg_rewriting *r, const mg_node *node,
                        const mg_node *sum, mg_value e, int i)
{
    const mg_node *const term = node_of(r, sum->input[i]);
    for (int k = 0; mg_multiplies(term) && k < 2; k++) {
        const mg_value c = term->input[k];
        mg_value part[2], product = none;
        if (is_smaller(r, c, node))
            product = find_product(r, c, e, node->self);
        if (!product.id)
            continue;
        for (int side = 0; side < 2; side++)
            part[side] = without(r, sum->input[side], c);
        if (!part[0].id || !part[1].id)
            continue;
        const mg_value whole = mg_add(r->to, part[0], part[1]);
        return node->op == &mg_op_mul ? mg_mul(r->to, whole, product)
                                      : mg_strong_mul(r->to, whole, product);
    }
    return none;
}

mg_value mg_pass_reuse(const mg_rewriting *r, const mg_node *node,
                       const mg_value x[])
{
    (void)x;
    if (!mg_multiplies(node) || node->type.dtype != mg_graph_real(r->to))
        return none;
    const int sides = node->op == &mg_op_mul ? 2 : 1;
    for (int side = 0; side < sides; side++) {
        const mg_node *const sum = node_of(r, node->input[side]);
        mg_value y = none;
        if (sum->op != &mg_op_add || r->uses[sum->self.id] != 1 ||
            !mg_shape_equal(&sum->type.shape, &node->type.shape))
            continue;
        for (int i = 0; i < 2 && !y.id; i++)
            y = regroup(r, node, sum, node->input[1 - side], i);
        if (y.id)
            return y;
    }
    return none;
}
