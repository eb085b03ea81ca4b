/* convert: what an operation becomes where a person writes it: conversions
 * vanish, roots are powers, a scattered gradient is onehot(t)^T d. Layer
 * explain. */
#include "explain/derive/convert.h"

typedef const mg_term *convert_fn(mg_terms *t, const mg_node *node,
                                  const mg_term *const x[]);

static const mg_term *generic(mg_terms *t, const mg_node *node,
                              const mg_term *const x[])
{
    return mg_term_apply(t, node->op, node->type, node->n_inputs, x,
                         node->n_attrs, node->attr);
}

static const mg_term *same(mg_terms *t, const mg_node *node,
                           const mg_term *const x[])
{
    (void)t;
    (void)node;
    return x[0];
}

/* ---- Constants ---- */

static bool is_uniform(const mg_tensor *data)
{
    const int64_t n = mg_shape_size(&data->type.shape);
    for (int64_t i = 1; i < n; i++)
        if (mg_tensor_get(data, i) != mg_tensor_get(data, 0))
            return false;
    return n > 0;
}

static const mg_term *constant(mg_terms *t, const mg_node *node,
                               const mg_term *const x[])
{
    (void)x;
    if (is_uniform(node->data)) {
        const double number = mg_tensor_get(node->data, 0);
        return mg_term_broadcast(t, mg_term_number(t, number),
                                 &node->type.shape);
    }
    return mg_term_intern(t, &(mg_term){.kind = MG_TERM_APPLY,
                                        .op = node->op,
                                        .dtype = node->type.dtype,
                                        .shape = node->type.shape,
                                        .data = node->data});
}

/* ---- By element ---- */

static bool is_number(const mg_term *x, double *out)
{
    if (mg_term_is_op(x, &mg_op_broadcast))
        x = x->arg[0];
    *out = x->number;
    return x->kind == MG_TERM_NUMBER;
}

/* expm1(x) + 1 = exp(x), as the derivative of expm1 has it */
static const mg_term *whole_exponential(mg_terms *t, const mg_term *sum)
{
    const mg_term *e = NULL;
    if (sum->kind != MG_TERM_SUM || sum->n != 2)
        return sum;
    for (int i = 0; i < 2; i++)
        if (mg_term_is_op(sum->arg[i], &mg_op_expm1) &&
            mg_term_is_number(sum->arg[1 - i], 1) && sum->weight[0] == 1 &&
            sum->weight[1] == 1)
            e = sum->arg[i];
    if (!e)
        return sum;
    const mg_type type = {e->dtype, e->shape};
    return mg_term_apply(t, &mg_op_exp, type, 1, e->arg, 0, NULL);
}

static const mg_term *add(mg_terms *t, const mg_node *node,
                          const mg_term *const x[])
{
    (void)node;
    return whole_exponential(t, mg_term_add(t, x[0], x[1], 1));
}

static const mg_term *sub(mg_terms *t, const mg_node *node,
                          const mg_term *const x[])
{
    (void)node;
    return mg_term_add(t, x[0], x[1], -1);
}

static const mg_term *neg(mg_terms *t, const mg_node *node,
                          const mg_term *const x[])
{
    (void)node;
    return mg_term_scale(t, -1, x[0]);
}

static bool is_thin(const mg_term *x, int axis)
{
    return x->shape.rank == 2 && x->shape.dim[axis] == 1 &&
           x->shape.dim[1 - axis] != 1;
}

/* A column by a row is u v^T. */
static const mg_term *mul(mg_terms *t, const mg_node *node,
                          const mg_term *const x[])
{
    (void)node;
    for (int i = 0; i < 2; i++)
        if (mg_term_is_op(x[i], &mg_op_reshape) && is_thin(x[i], 1) &&
            is_thin(x[1 - i], 0))
            return mg_term_matmul(t, x[i], x[1 - i]);
    return mg_term_times(t, x[0], x[1]);
}

static const mg_term *divide(mg_terms *t, const mg_node *node,
                             const mg_term *const x[])
{
    (void)node;
    return mg_term_product(t, 2, x, (const double[]){1, -1});
}

static const mg_term *power(mg_terms *t, const mg_node *node,
                            const mg_term *const x[])
{
    double exponent;
    if (!is_number(x[1], &exponent))
        return generic(t, node, x);
    return mg_term_broadcast(t, mg_term_power(t, x[0], exponent),
                             &node->type.shape);
}

static const mg_term *root(mg_terms *t, const mg_node *node,
                           const mg_term *const x[])
{
    return mg_term_power(t, x[0], node->op == &mg_op_sqrt ? 0.5 : -0.5);
}

static const mg_term *where(mg_terms *t, const mg_node *node,
                            const mg_term *const x[])
{
    (void)node;
    return mg_term_where(t, x[0], x[1], x[2]);
}

static const mg_term *logical_not(mg_terms *t, const mg_node *node,
                                  const mg_term *const x[])
{
    (void)node;
    return mg_term_not(t, x[0]);
}

static const mg_term *compare(mg_terms *t, const mg_node *node,
                              const mg_term *const x[])
{
    return mg_term_compare(t, node->op, &node->type.shape, x[0], x[1]);
}

static const mg_term *logic(mg_terms *t, const mg_node *node,
                            const mg_term *const x[])
{
    return mg_term_logic(t, node->op, &node->type.shape, x[0], x[1]);
}

/* ---- Matrices ---- */

static const mg_term *matmul(mg_terms *t, const mg_node *node,
                             const mg_term *const x[])
{
    const mg_term *const a = node->attr[0] ? mg_term_swap(t, x[0]) : x[0];
    const mg_term *const b = node->attr[1] ? mg_term_swap(t, x[1]) : x[1];
    return mg_term_matmul(t, a, b);
}

static const mg_term *reshape(mg_terms *t, const mg_node *node,
                              const mg_term *const x[])
{
    return mg_term_reshape(t, x[0], &node->type.shape);
}

static const mg_term *broadcast(mg_terms *t, const mg_node *node,
                                const mg_term *const x[])
{
    return mg_term_broadcast(t, x[0], &node->type.shape);
}

static const mg_term *transpose(mg_terms *t, const mg_node *node,
                                const mg_term *const x[])
{
    return mg_term_transpose(t, x[0], node->attr);
}

static const mg_term *sum(mg_terms *t, const mg_node *node,
                          const mg_term *const x[])
{
    return mg_term_total(t, x[0], node->n_attrs, node->attr);
}

/* ---- Rows of a table ---- */

static const mg_term *one_hot_of(mg_terms *t, const mg_term *index,
                                 int64_t count)
{
    mg_type type = {MG_I64, index->shape};
    mg_shape_append(&type.shape, count);
    return mg_term_apply(t, &mg_op_one_hot, type, 1, &index, 1, &count);
}

/* Many tables [.., n, d] with one list of labels [.., k] each, as derivatives
 * inside formulas make them. */
static bool is_table_by_table(const mg_node *node, const mg_term *table,
                              const mg_term *index)
{
    const int common = (int)node->attr[0];
    return index->shape.rank == common + 1 && table->shape.rank == common + 2;
}

/* What leading axes repeat: products of matrices broadcast them. */
static const mg_term *repeated(const mg_term *index)
{
    const bool repeats =
        mg_term_is_op(index, &mg_op_broadcast) && index->arg[0]->shape.rank > 0;
    return repeats ? index->arg[0] : index;
}

static const mg_term *gather(mg_terms *t, const mg_node *node,
                             const mg_term *const x[])
{
    if (node->attr[0] == 0 || !is_table_by_table(node, x[0], x[1]))
        return generic(t, node, x);
    const int64_t count = x[0]->shape.dim[node->attr[0]];
    const mg_term *const hot = one_hot_of(t, repeated(x[1]), count);
    return mg_term_broadcast(t, mg_term_matmul(t, hot, x[0]),
                             &node->type.shape);
}

/* Gradients d of the rows x[t] put back into the table: onehot(t)^T d, with
 * all labels in one axis and all else in another. */
static const mg_term *scatter(mg_terms *t, const mg_node *node,
                              const mg_term *const x[])
{
    const int64_t count = node->attr[1];
    if (node->attr[0] != 0 && is_table_by_table(node, x[0], x[1]))
        return mg_term_matmul(
            t, mg_term_swap(t, one_hot_of(t, repeated(x[1]), count)), x[0]);
    if (node->attr[0] != 0)
        return generic(t, node, x);
    const int64_t labels = mg_shape_size(&x[1]->shape);
    const int64_t rest = labels ? mg_shape_size(&x[0]->shape) / labels : 0;
    if (labels == 0)
        return generic(t, node, x);
    const mg_shape line = mg_shape_of(1, &labels), row = mg_shape_of(1, &rest);
    const mg_shape table = mg_shape_of(2, (const int64_t[]){labels, rest});
    const mg_term *product;
    if (x[0]->shape.rank == 0)
        return mg_term_times(t, x[0], one_hot_of(t, x[1], count));
    if (x[1]->shape.rank == 0) {
        const mg_term *const up = mg_term_reshape(t, x[0], &row);
        product = mg_term_outer(t, one_hot_of(t, x[1], count), up);
    } else {
        const mg_term *const index = mg_term_reshape(t, x[1], &line);
        const mg_term *const hot = mg_term_swap(t, one_hot_of(t, index, count));
        const bool flat = x[0]->shape.rank == 1 && x[1]->shape.rank == 1;
        product = mg_term_matmul(
            t, hot, flat ? x[0] : mg_term_reshape(t, x[0], &table));
    }
    return mg_term_reshape(t, product, &node->type.shape);
}

/* ---- All ---- */

static const struct {
    const mg_op *op;
    convert_fn *convert;
} conversions[] = {
    {&mg_op_constant, constant},
    {&mg_op_name, same},
    {&mg_op_cast, same},
    {&mg_op_stop_gradient, same},
    {&mg_op_add, add},
    {&mg_op_sub, sub},
    {&mg_op_neg, neg},
    {&mg_op_mul, mul},
    {&mg_op_strong_mul, mul},
    {&mg_op_div, divide},
    {&mg_op_pow, power},
    {&mg_op_sqrt, root},
    {&mg_op_rsqrt, root},
    {&mg_op_where, where},
    {&mg_op_logical_not, logical_not},
    {&mg_op_matmul, matmul},
    {&mg_op_reshape, reshape},
    {&mg_op_broadcast, broadcast},
    {&mg_op_transpose, transpose},
    {&mg_op_sum, sum},
    {&mg_op_gather, gather},
    {&mg_op_scatter_add, scatter},
    {&mg_op_less, compare},
    {&mg_op_less_equal, compare},
    {&mg_op_equal, compare},
    {&mg_op_not_equal, compare},
    {&mg_op_logical_and, logic},
    {&mg_op_logical_or, logic},
};

const mg_term *mg_term_of_node(mg_terms *t, const mg_node *node,
                               const mg_term *const x[])
{
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
        if (conversions[i].op == node->op)
            return conversions[i].convert(t, node, x);
    return generic(t, node, x);
}
