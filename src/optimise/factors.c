/* factors: g a + g b becomes g (a + b), and the same of differences, where
 * nobody else reads the two products: one operation less. In derivatives g is
 * the gradient that arrives, so that a + b depends on the forward pass alone:
 * it is computed there, and the backward pass reads one matrix instead of a
 * and b and what they are made of. It rounds otherwise than the products, and
 * overflows where a + b does though g is tiny. A strong product (0 where its
 * first operand is 0) stays one. Layer optimise. */
#include "optimise/rewrite.h"

#define LINKS 6

/* A product g p1 p2 ..., as the links from the last factor to g. */
typedef struct {
    int n;
    bool strong;                /* some link is */
    const mg_node *link[LINKS]; /* of the graph from, as the factors */
    mg_value factor[LINKS];     /* beside what goes on towards g */
} chain;

static const mg_node *node_at(const mg_rewriting *r, mg_value v)
{
    return mg_graph_node(r->from, v);
}

/* Looks for g among the factors below v, through products that nobody else
 * reads; a strong product is 0 for its first operand's sake alone. */
static bool find_factor(const mg_rewriting *r, mg_value v, mg_value g,
                        chain *out)
{
    const mg_node *const node = node_at(r, v);
    if (!mg_multiplies(node) || r->uses[v.id] != 1 || out->n == LINKS)
        return false;
    const int sides = node->op == &mg_op_mul ? 2 : 1;
    const int at = out->n;
    const bool strong = out->strong;
    for (int side = 0; side < sides; side++) {
        out->n = at + 1;
        out->strong = strong || node->op == &mg_op_strong_mul;
        out->link[at] = node;
        out->factor[at] = node->input[1 - side];
        if (node->input[side].id == g.id ||
            find_factor(r, node->input[side], g, out))
            return true;
    }
    return false;
}

/* Finds a factor of v that the node's second operand has too, of the node's
 * own shape. */
static bool find_shared(const mg_rewriting *r, const mg_node *node, mg_value v,
                        int depth, mg_value *g)
{
    const mg_node *const product = node_at(r, v);
    if (!mg_multiplies(product) || r->uses[v.id] != 1 || depth == LINKS)
        return false;
    const int sides = product->op == &mg_op_mul ? 2 : 1;
    for (int side = 0; side < sides; side++) {
        const mg_value x = product->input[side];
        chain other = {.n = 0};
        if (mg_shape_equal(&node_at(r, x)->type.shape, &node->type.shape) &&
            find_factor(r, node->input[1], x, &other)) {
            *g = x;
            return true;
        }
        if (find_shared(r, node, x, depth + 1, g))
            return true;
    }
    return false;
}

/* The product of the factors, from those beside g on. */
static mg_value rest_of(const mg_rewriting *r, const chain *c)
{
    mg_value rest = r->value[c->factor[c->n - 1].id];
    for (int i = c->n - 2; i >= 0; i--) {
        const mg_value more = r->value[c->factor[i].id];
        rest = c->link[i]->op == &mg_op_mul ? mg_mul(r->to, rest, more)
                                            : mg_strong_mul(r->to, rest, more);
    }
    return rest;
}

mg_value mg_pass_factors(const mg_rewriting *r, const mg_node *node,
                         const mg_value x[])
{
    (void)x;
    chain left = {.n = 0}, right = {.n = 0};
    mg_value g;
    if ((node->op != &mg_op_add && node->op != &mg_op_sub) ||
        node->type.dtype != mg_graph_real(r->to) ||
        !find_shared(r, node, node->input[0], 0, &g) ||
        !find_factor(r, node->input[0], g, &left) ||
        !find_factor(r, node->input[1], g, &right))
        return (mg_value){0};
    const mg_value a = rest_of(r, &left), b = rest_of(r, &right);
    const mg_value sum =
        node->op == &mg_op_add ? mg_add(r->to, a, b) : mg_sub(r->to, a, b);
    return left.strong || right.strong
               ? mg_strong_mul(r->to, r->value[g.id], sum)
               : mg_mul(r->to, r->value[g.id], sum);
}
