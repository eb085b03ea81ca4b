/* sums: what all elements of a sum or a mean share is multiplied behind it:
 * sum(g (c x)) becomes c sum(g x) where c stays along the summed axes, and a
 * sign turns once. In the backward pass of softmax c is a number for each row,
 * and the products by it were as many as elements. Rounds otherwise, and
 * overflows where sum(g x) does; where that is 0, a strong product stays 0.
 * Layer optimise. */
#include "optimise/rewrite.h"

/* Products that are gone through, and factors that are taken out. */
#define LINKS 6

typedef struct {
    const mg_rewriting *r;
    const mg_node *sum;
    int n, links;
    bool turns;
    bool strong;            /* some product that was gone through */
    mg_value factor[LINKS]; /* of the new graph */
} sharing;

static const mg_node *node_of(const sharing *s, mg_value v)
{
    return mg_graph_node(s->r->from, v);
}

/* Whether all elements that one sum takes in meet the same of v. */
static bool is_shared(const sharing *s, mg_value v)
{
    const mg_shape all = mg_value_shape(s->r->from, s->sum->input[0]);
    const mg_shape shape = mg_value_shape(s->r->from, v);
    for (int i = 1; i < s->sum->n_attrs; i++) {
        const int64_t axis = s->sum->attr[i] - (all.rank - shape.rank);
        if (axis >= 0 && shape.dim[axis] != 1)
            return false;
    }
    return true;
}

static bool is_whole(const sharing *s, mg_value v)
{
    const mg_shape all = mg_value_shape(s->r->from, s->sum->input[0]);
    return mg_shape_equal(&node_of(s, v)->type.shape, &all);
}

/* The shared operand of a product, or -1. */
static int find_shared(const sharing *s, const mg_node *product)
{
    for (int i = 0; i < 2; i++)
        if (is_shared(s, product->input[i]) &&
            is_whole(s, product->input[1 - i]))
            return i;
    return -1;
}

/* v, a value of the old graph, without its factors that are shared. */
static mg_value take_out(sharing *s, mg_value v)
{
    const mg_node *const node = node_of(s, v);
    const mg_value as_it_is = s->r->value[v.id];
    if (s->r->uses[v.id] != 1 || s->links == LINKS || !is_whole(s, v))
        return as_it_is;
    s->links++;
    if (node->op == &mg_op_neg) {
        s->turns = !s->turns;
        return take_out(s, node->input[0]);
    }
    if (!mg_multiplies(node))
        return as_it_is;
    s->strong = s->strong || node->op == &mg_op_strong_mul;
    const int at = find_shared(s, node);
    if (at >= 0) {
        s->factor[s->n++] = s->r->value[node->input[at].id];
        return take_out(s, node->input[1 - at]);
    }
    const mg_value a = take_out(s, node->input[0]);
    const mg_value b = take_out(s, node->input[1]);
    return node->op == &mg_op_mul ? mg_mul(s->r->to, a, b)
                                  : mg_strong_mul(s->r->to, a, b);
}

mg_value mg_pass_sums(const mg_rewriting *r, const mg_node *node,
                      const mg_value x[])
{
    (void)x;
    mg_graph *const to = r->to;
    sharing s = {.r = r, .sum = node};
    if ((node->op != &mg_op_sum && node->op != &mg_op_mean) ||
        node->type.dtype != mg_graph_real(to) || node->n_attrs < 2 ||
        mg_value_type(r->from, node->input[0]).dtype != node->type.dtype)
        return (mg_value){0};
    const mg_value rest = take_out(&s, node->input[0]);
    if (s.n == 0 && !s.turns)
        return (mg_value){0};
    mg_value y =
        mg_reduce(to, node->op, rest, node->n_attrs - 1, node->attr + 1, true);
    y = s.turns ? mg_neg(to, y) : y;
    for (int i = 0; i < s.n; i++)
        y = s.strong ? mg_strong_mul(to, y, s.factor[i])
                     : mg_mul(to, y, s.factor[i]);
    return node->attr[0] ? y : mg_reshape(to, y, &node->type.shape);
}
