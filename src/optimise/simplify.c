/* simplify: algebra that keeps every value, NaN and infinities included
 * (x * 0 stays; x + 0 goes although it turns -0 into 0). Layer optimise. */
#include "optimise/rewrite.h"

#include <math.h>
#include <stdlib.h>

static const mg_value none = {0};

static bool is_number(const mg_graph *g, mg_value v, double number)
{
    double value = 0;
    return mg_constant_number(g, v, &value) && value == number;
}

static bool keeps_type(const mg_graph *g, const mg_node *node, mg_value v)
{
    const mg_type type = mg_value_type(g, v);
    return type.dtype == node->type.dtype &&
           mg_shape_equal(&type.shape, &node->type.shape);
}

/* v if it has the node's type, else v broadcast to it. */
static mg_value as(mg_graph *to, const mg_node *node, mg_value v)
{
    return keeps_type(to, node, v) ? v : mg_broadcast(to, v, &node->type.shape);
}

static mg_value simplify_add(mg_graph *to, const mg_node *node,
                             const mg_value x[])
{
    if (is_number(to, x[1], 0))
        return as(to, node, x[0]);
    return is_number(to, x[0], 0) ? as(to, node, x[1]) : none;
}

static mg_value simplify_sub(mg_graph *to, const mg_node *node,
                             const mg_value x[])
{
    return is_number(to, x[1], 0) ? as(to, node, x[0]) : none;
}

/* Multiplying by it is exact: a power of 2 that is far from the ends of the
 * range. */
static bool scales_exactly(double number)
{
    int exponent = 0;
    return fabs(frexp(number, &exponent)) == 0.5 && abs(exponent) <= 16;
}

/* c (d x) as (c d) x, where c or d scales exactly; v is d x. */
static mg_value join_factors(mg_graph *to, const mg_node *node, double c,
                             mg_value v)
{
    const mg_node *const inner = mg_graph_node(to, v);
    if (inner->op != &mg_op_mul || node->type.dtype != mg_graph_real(to))
        return none;
    for (int i = 0; i < 2; i++) {
        double d = 0;
        if (!mg_constant_number(to, inner->input[i], &d) ||
            !(scales_exactly(c) || scales_exactly(d)))
            continue;
        const mg_value x = inner->input[1 - i];
        return as(to, node, c * d == 1 ? x : mg_mul(to, mg_real(to, c * d), x));
    }
    return none;
}

static mg_value simplify_mul(mg_graph *to, const mg_node *node,
                             const mg_value x[])
{
    for (int i = 0; i < 2; i++) {
        double factor = 0;
        if (!mg_constant_number(to, x[i], &factor))
            continue;
        return factor == 1 ? as(to, node, x[1 - i])
                           : join_factors(to, node, factor, x[1 - i]);
    }
    return none;
}

/* strong_mul(g, s): with a known g that is not 0 it is a plain product. */
static mg_value simplify_strong_mul(mg_graph *to, const mg_node *node,
                                    const mg_value x[])
{
    double gradient = 0;
    if (is_number(to, x[1], 1) || is_number(to, x[0], 0))
        return as(to, node, x[0]);
    if (!mg_constant_number(to, x[0], &gradient))
        return none;
    return gradient == 1 ? as(to, node, x[1]) : mg_mul(to, x[0], x[1]);
}

static mg_value simplify_div(mg_graph *to, const mg_node *node,
                             const mg_value x[])
{
    return is_number(to, x[1], 1) ? as(to, node, x[0]) : none;
}

static mg_value simplify_pow(mg_graph *to, const mg_node *node,
                             const mg_value x[])
{
    if (is_number(to, x[1], 1))
        return as(to, node, x[0]);
    return is_number(to, x[1], 2) ? as(to, node, mg_mul(to, x[0], x[0])) : none;
}

static mg_value simplify_neg(mg_graph *to, const mg_node *node,
                             const mg_value x[])
{
    (void)node;
    const mg_node *const inner = mg_graph_node(to, x[0]);
    return inner->op == &mg_op_neg ? inner->input[0] : none;
}

static mg_value simplify_where(mg_graph *to, const mg_node *node,
                               const mg_value x[])
{
    double condition = 0;
    if (!mg_constant_number(to, x[0], &condition))
        return none;
    return as(to, node, condition != 0 ? x[1] : x[2]);
}

static mg_value simplify_cast(mg_graph *to, const mg_node *node,
                              const mg_value x[])
{
    return keeps_type(to, node, x[0]) ? x[0] : none;
}

/* A reshape of a reshape reads the first operand. */
static mg_value simplify_reshape(mg_graph *to, const mg_node *node,
                                 const mg_value x[])
{
    if (keeps_type(to, node, x[0]))
        return x[0];
    const mg_node *const inner = mg_graph_node(to, x[0]);
    return inner->op == &mg_op_reshape
               ? mg_reshape(to, inner->input[0], &node->type.shape)
               : none;
}

static mg_value simplify_broadcast(mg_graph *to, const mg_node *node,
                                   const mg_value x[])
{
    if (keeps_type(to, node, x[0]))
        return x[0];
    const mg_node *const inner = mg_graph_node(to, x[0]);
    return inner->op == &mg_op_broadcast
               ? mg_broadcast(to, inner->input[0], &node->type.shape)
               : none;
}

static mg_value simplify_transpose(mg_graph *to, const mg_node *node,
                                   const mg_value x[])
{
    const int rank = node->type.shape.rank;
    const mg_node *const inner = mg_graph_node(to, x[0]);
    bool identity = true;
    int64_t axes[MG_MAX_RANK];
    for (int i = 0; i < rank; i++) {
        identity = identity && node->attr[i] == i;
        axes[i] = inner->op == &mg_op_transpose ? inner->attr[node->attr[i]]
                                                : node->attr[i];
    }
    if (identity)
        return x[0];
    return inner->op == &mg_op_transpose
               ? mg_transpose(to, inner->input[0], axes)
               : none;
}

/* Sums and the like over axes of size 1 only move. */
static mg_value simplify_reduce(mg_graph *to, const mg_node *node,
                                const mg_value x[])
{
    const mg_shape shape = mg_value_shape(to, x[0]);
    for (int i = 1; i < node->n_attrs; i++)
        if (shape.dim[node->attr[i]] != 1)
            return none;
    return mg_reshape(to, x[0], &node->type.shape);
}

/* An elementwise op broadcasts by itself: it reads what its operand repeats,
 * if its own shape stays. */
static mg_value strip_broadcasts(mg_graph *to, const mg_node *node,
                                 const mg_value x[])
{
    mg_value operand[MG_MAX_RULES];
    mg_shape shape = {0};
    bool stripped = false;
    for (int i = 0; i < node->n_inputs; i++) {
        operand[i] = x[i];
        const mg_node *const inner = mg_graph_node(to, x[i]);
        if (inner->op == &mg_op_broadcast) {
            operand[i] = inner->input[0];
            stripped = true;
        }
        const mg_shape one = mg_value_shape(to, operand[i]), before = shape;
        if (!mg_shape_broadcast(&before, &one, &shape))
            return none;
    }
    if (!stripped)
        return none;
    const mg_value y = mg_copy_node(to, node, operand);
    return mg_shape_equal(&shape, &node->type.shape)
               ? y
               : mg_broadcast(to, y, &node->type.shape);
}

/* Another value for the node over inputs x, or id 0. */
typedef mg_value simplify_fn(mg_graph *to, const mg_node *node,
                             const mg_value x[]);

typedef struct {
    const mg_op *op;
    simplify_fn *rule;
} rule;

static const rule rules[] = {
    {&mg_op_add, simplify_add},
    {&mg_op_sub, simplify_sub},
    {&mg_op_mul, simplify_mul},
    {&mg_op_strong_mul, simplify_strong_mul},
    {&mg_op_div, simplify_div},
    {&mg_op_pow, simplify_pow},
    {&mg_op_neg, simplify_neg},
    {&mg_op_where, simplify_where},
    {&mg_op_cast, simplify_cast},
    {&mg_op_reshape, simplify_reshape},
    {&mg_op_broadcast, simplify_broadcast},
    {&mg_op_transpose, simplify_transpose},
    {&mg_op_sum, simplify_reduce},
    {&mg_op_mean, simplify_reduce},
    {&mg_op_max, simplify_reduce},
    {&mg_op_min, simplify_reduce},
    {&mg_op_prod, simplify_reduce},
};

mg_value mg_pass_simplify(const mg_rewriting *r, const mg_node *node,
                          const mg_value x[])
{
    mg_graph *const to = r->to;
    mg_value value = none;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].op == node->op)
            value = rules[i].rule(to, node, x);
    if (!value.id && node->op->kind == MG_ELEMENTWISE)
        value = strip_broadcasts(to, node, x);
    return value;
}
