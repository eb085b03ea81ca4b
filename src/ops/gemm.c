/* gemm: y = c + s (a b), or c - s (a b): a product that is added to what is
 * there, as BLAS calls it. a and b as of matmul, s a number, c of y's shape.
 * Made by optimise of updates like W - lr G, so that the product is never
 * stored; derivatives are taken before. Layer ops. */
#include "ops/matmul.h"
#include "ops/move.h"

mg_value mg_gemm(mg_graph *g, mg_value a, mg_value b, mg_value c, mg_value s,
                 bool ta, bool tb, bool subtract)
{
    const mg_value input[] = {a, b, c, s};
    const int64_t attr[] = {ta, tb, subtract};
    return mg_apply(g, &mg_op_gemm, 4, input,
                    &(mg_extra){.n_attrs = 3, .attr = attr});
}

/* The product alone. */
static mg_node product_of(const mg_node *y)
{
    mg_node product = *y;
    product.op = &mg_op_matmul;
    product.n_inputs = 2;
    product.n_attrs = 2;
    return product;
}

static mg_status gemm_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_ctx *const ctx = mg_graph_ctx(g);
    char text[MG_SHAPE_TEXT_SIZE], c_text[MG_SHAPE_TEXT_SIZE];
    mg_type type;
    MG_TRY(mg_expect_attrs(g, y, 3));
    const mg_node product = product_of(y);
    MG_TRY(mg_op_matmul.type(g, &product, &type));
    const mg_shape c = mg_value_shape(g, y->input[2]);
    const mg_shape s = mg_value_shape(g, y->input[3]);
    if (!mg_shape_equal(&c, &type.shape))
        return mg_fail(ctx, MG_BAD_SHAPE,
                       "gemm: the product is %s, what it is added to %s",
                       mg_shape_text(&type.shape, text),
                       mg_shape_text(&c, c_text));
    if (mg_shape_size(&s) != 1)
        return mg_fail(ctx, MG_BAD_SHAPE, "gemm: the factor is %s, no number",
                       mg_shape_text(&s, text));
    if (!mg_dtype_is_real(type.dtype))
        return mg_fail(ctx, MG_BAD_SHAPE, "gemm: of real numbers only");
    *out = type;
    return MG_OK;
}

static mg_value gemm_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                           const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)y;
    (void)x;
    (void)batched;
    (void)n;
    return mg_graph_fail(g, MG_BAD_ARGUMENT,
                         "gemm: is made of what is batched already");
}

static void gemm_reference(mg_frame *frame, const mg_node *node,
                           const mg_tensor x[], const mg_tensor *y)
{
    const mg_node product = product_of(node);
    mg_op_matmul.reference(frame, &product, x, y);
    const double s = mg_tensor_get(&x[3], 0);
    const double factor = node->attr[2] ? -s : s;
    const int64_t size = mg_shape_size(&node->type.shape);
    for (int64_t i = 0; i < size; i++)
        mg_tensor_set(y, i,
                      mg_tensor_get(&x[2], i) + factor * mg_tensor_get(y, i));
}

static double gemm_flops(const mg_graph *g, const mg_node *node)
{
    const mg_node product = product_of(node);
    return mg_op_matmul.flops(g, &product) +
           2.0 * (double)mg_shape_size(&node->type.shape);
}

static const char *const gemm_examples[] = {NULL}; /* tests/ops */

const mg_op mg_op_gemm = {
    .name = "gemm",
    .formula = "y = c ± s a b",
    .doc = "A matrix product times a number, added to a value or taken from "
           "it.",
    .kind = MG_OTHER,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 4,
    .attrs = "transpose_a, transpose_b, subtract",
    .type = gemm_type,
    .no_gradient = "made after derivatives are taken",
    .batch = gemm_batch,
    .reference = gemm_reference,
    .flops = gemm_flops,
    .examples = gemm_examples,
};
