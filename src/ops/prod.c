/* prod: y = the product of x over some axes; 1 of none.
 *   vjp: dx = dy times the product of all others, by a tree of products: right
 *   where elements are 0, too. Layer ops. */
#include "graph/op.h"

/* Depth of the tree of products: sizes of an axis have 63 bits. */
#define MAX_DEPTH 64

/* Elements [begin, begin + count) of the last axis. */
static mg_value part(mg_graph *g, mg_value x, int64_t begin, int64_t count)
{
    const mg_shape shape = mg_value_shape(g, x);
    int64_t first[MG_MAX_RANK] = {0}, counts[MG_MAX_RANK], step[MG_MAX_RANK];
    for (int i = 0; i < shape.rank; i++) {
        counts[i] = shape.dim[i];
        step[i] = 1;
    }
    const int last = shape.rank ? shape.rank - 1 : 0; /* 0 only after failure */
    first[last] = begin;
    counts[last] = count;
    step[last] = 1;
    return mg_slice(g, x, first, counts, step);
}

/* The order of x's axes that brings the reduced ones to the end. */
static void axes_last(const mg_node *y, int rank, int64_t order[MG_MAX_RANK])
{
    int n = 0;
    for (int i = 0, next = 1; i < rank; i++)
        if (next < y->n_attrs && y->attr[next] == i)
            next++;
        else
            order[n++] = i;
    for (int i = 1; i < y->n_attrs; i++)
        order[n++] = y->attr[i];
}

/* x [rest, n] with ones up to the next power of two, `padded`. */
static mg_value pad_with_ones(mg_graph *g, mg_value x, int64_t padded)
{
    mg_shape shape = mg_value_shape(g, x);
    if (shape.rank != 2 || shape.dim[1] == padded)
        return x;
    shape.dim[1] = padded - shape.dim[1];
    const mg_value both[] = {x, mg_broadcast(g, mg_real(g, 1), &shape)};
    return mg_concat(g, 2, both, 1);
}

/* The gradient of the product along the last axis of x [rest, n], n > 0, from
 * dy [rest, 1]: up the tree of products of halves, and down again, where each
 * half gets the gradient times the other. No division, so that zeros do no
 * harm, and all of it can be derived again. */
static mg_value tree_gradient(mg_graph *g, mg_value x, mg_value dy, int64_t n)
{
    int depth = 0;
    while (depth < MAX_DEPTH - 2 && ((int64_t)1 << depth) < n)
        depth++;
    mg_value left[MAX_DEPTH], right[MAX_DEPTH];
    mg_value level = pad_with_ones(g, x, (int64_t)1 << depth);
    for (int i = depth - 1; i >= 0; i--) {
        const int64_t half = (int64_t)1 << i;
        left[i] = part(g, level, 0, half);
        right[i] = part(g, level, half, half);
        level = mg_mul(g, left[i], right[i]);
    }
    mg_value gradient = dy;
    for (int i = 0; i < depth; i++) {
        const mg_value both[] = {mg_strong_mul(g, gradient, right[i]),
                                 mg_strong_mul(g, gradient, left[i])};
        gradient = mg_concat(g, 2, both, 1);
    }
    return part(g, gradient, 0, n);
}

mg_value mg_prod(mg_graph *g, mg_value x, int n, const int64_t axes[],
                 bool keep)
{
    return mg_reduce(g, &mg_op_prod, x, n, axes, keep);
}

static mg_value prod_build(mg_graph *g, const mg_call *call)
{
    return mg_reduce_call(g, &mg_op_prod, call);
}

static void prod_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0];
    const mg_shape shape = mg_value_shape(g, x);
    const int64_t size = mg_shape_size(&shape);
    if (size == 0) {
        dx[0] = mg_zeros_like(g, x);
        return;
    }
    int64_t order[MG_MAX_RANK] = {0}, back[MG_MAX_RANK] = {0};
    axes_last(y, shape.rank, order);
    mg_shape moved = shape;
    for (int i = 0; i < shape.rank; i++) {
        back[order[i]] = i;
        moved.dim[i] = shape.dim[order[i]];
    }
    const int64_t rest = mg_shape_size(&y->type.shape), n = size / rest;
    const mg_shape table = mg_shape_of(2, (const int64_t[]){rest, n});
    const mg_shape column = mg_shape_of(2, (const int64_t[]){rest, 1});
    const mg_value rows = mg_reshape(g, mg_transpose(g, x, order), &table);
    const mg_value up = mg_reshape(g, dy, &column);
    const mg_value gradient = tree_gradient(g, rows, up, n);
    dx[0] = mg_transpose(g, mg_reshape(g, gradient, &moved), back);
}

static double prod_fold(const mg_fold_items *items, int64_t count)
{
    double product = 1;
    for (int64_t i = 0; i < count; i++)
        product *= mg_fold_item(items, i);
    return product;
}

static void prod_reference(mg_frame *frame, const mg_node *node,
                           const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, prod_fold);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "axis",
     .kind = MG_PARAM_INTS,
     .optional = true,
     .named_only = true},
    {.name = "keep",
     .kind = MG_PARAM_FLAG,
     .optional = true,
     .named_only = true},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {
    "x[m,n]: prod(x)",
    "x[m,n]: prod(x, axis = 0)",
    "x[m,n,k]: prod(x, axis = (0, -2), keep = true)",
    "x: prod(x)",
    "x[n]: prod(x * (x < 0))",
    "i[m,n] int 4: prod(i + 1, axis = 1)",
    NULL,
};

const mg_op mg_op_prod = {
    .name = "prod",
    .formula = "y = Π x",
    .doc = "Product over the axes; 1 of none.",
    .kind = MG_REDUCE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = mg_type_reduce,
    .vjp = prod_vjp,
    .rule = {"G ⊙ the product of the others"},
    .batch = mg_batch_reduce,
    .reference = prod_reference,
    .onnx = {"ReduceProd", 18},
    .params = params,
    .build = prod_build,
    .examples = examples,
};
