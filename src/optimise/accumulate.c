/* accumulate: c + s (a b) and c - s (a b) of a variable c, where nobody else
 * reads the product, become one product into c: an update W - lr G reads and
 * writes W once, and the gradient G is never stored. Where c is computed, its
 * own loop takes the product in, which costs less than a c in memory. Layer
 * optimise. */
#include "optimise/rewrite.h"

static bool is_number(const mg_graph *g, mg_value v)
{
    const mg_shape shape = mg_value_shape(g, v);
    return mg_shape_size(&shape) == 1;
}

/* A product, times a number or not, of one reader at each step. */
typedef struct {
    const mg_node *product; /* of the new graph */
    mg_value factor;        /* id 0: none */
} term;

static bool is_product(const mg_rewriting *r, mg_value old)
{
    return r->uses[old.id] == 1 &&
           mg_graph_node(r->to, r->value[old.id])->op == &mg_op_matmul;
}

static bool read_term(const mg_rewriting *r, mg_value old, term *out)
{
    const mg_node *const node = mg_graph_node(r->from, old);
    if (is_product(r, old)) {
        *out = (term){mg_graph_node(r->to, r->value[old.id]), {0}};
        return true;
    }
    if (node->op != &mg_op_mul || r->uses[old.id] != 1)
        return false;
    for (int i = 0; i < 2; i++) {
        const mg_value factor = r->value[node->input[1 - i].id];
        if (!is_product(r, node->input[i]) || !is_number(r->to, factor))
            continue;
        *out =
            (term){mg_graph_node(r->to, r->value[node->input[i].id]), factor};
        return true;
    }
    return false;
}

mg_value mg_pass_accumulate(const mg_rewriting *r, const mg_node *node,
                            const mg_value x[])
{
    const bool subtract = node->op == &mg_op_sub;
    mg_graph *const to = r->to;
    if ((!subtract && node->op != &mg_op_add) ||
        !mg_dtype_is_real(node->type.dtype))
        return (mg_value){0};
    for (int i = 1; i >= (subtract ? 1 : 0); i--) {
        term t;
        if (!read_term(r, node->input[i], &t) ||
            !mg_shape_equal(&t.product->type.shape, &node->type.shape))
            continue;
        const mg_node *const c = mg_graph_node(to, x[1 - i]);
        if (c->op != &mg_op_variable ||
            !mg_shape_equal(&c->type.shape, &node->type.shape))
            continue;
        return mg_gemm(to, t.product->input[0], t.product->input[1], x[1 - i],
                       t.factor.id ? t.factor : mg_real(to, 1),
                       t.product->attr[0] != 0, t.product->attr[1] != 0,
                       subtract);
    }
    return (mg_value){0};
}
