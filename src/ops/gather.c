/* gather: y = x[index], NumPy's take along axis 0.
 *   x [count, rest..]   index [picks..]   ->   y [picks.., rest..]
 * Attribute `common` (0 in formulas) counts leading axes that x and index
 * share, such as the batch: there each example has its own x. An index
 * outside 0..count-1 is a fault.
 *   vjp: dx = dy added into zeros at index. */
#include "ops/gather.h"

mg_value mg_gather_common(mg_graph *g, mg_value x, mg_value index,
                          int64_t common)
{
    const mg_value input[] = {x, index};
    const mg_extra extra = {.n_attrs = 1, .attr = &common};
    return mg_apply(g, &mg_op_gather, 2, input, &extra);
}

mg_value mg_gather(mg_graph *g, mg_value x, mg_value index)
{
    return mg_gather_common(g, x, index, 0);
}

static mg_value gather_build(mg_graph *g, const mg_call *call)
{
    return mg_gather(g, call->value[0], call->value[1]);
}

/* ---- Shared with scatter_add, rows and one_hot ---- */

mg_status mg_expect_index(const mg_graph *g, const mg_node *y, mg_value index)
{
    const mg_dtype dtype = mg_value_type(g, index).dtype;
    if (!mg_dtype_is_integer(dtype))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "%s: an index is made of integers, not %s", y->op->name,
                       mg_dtype_words(dtype));
    return MG_OK;
}

int64_t mg_index_at(const mg_tensor *index, int64_t i)
{
    const int64_t offset = mg_tensor_offset(index, i);
    if (index->type.dtype == MG_I64)
        return ((const int64_t *)index->data)[offset];
    if (index->type.dtype == MG_I32)
        return ((const int32_t *)index->data)[offset];
    return ((const uint8_t *)index->data)[offset];
}

int64_t mg_index_within(mg_frame *frame, const mg_node *node,
                        const mg_tensor *index, int64_t i, int64_t limit)
{
    const int64_t at = mg_index_at(index, i);
    if (at >= 0 && at < limit)
        return at;
    mg_frame_fault(frame, node, at, limit);
    return 0;
}

mg_tensor mg_tensor_inner(const mg_tensor *t, int n, int64_t position)
{
    mg_tensor inner = *t;
    int64_t offset = 0;
    for (int i = n - 1; i >= 0; i--) {
        offset += position % t->type.shape.dim[i] * t->stride[i];
        position /= t->type.shape.dim[i];
        mg_shape_remove(&inner.type.shape, 0);
    }
    for (int i = 0; i < inner.type.shape.rank; i++)
        inner.stride[i] = t->stride[n + i];
    if (mg_shape_size(&inner.type.shape) > 0)
        inner.data =
            (char *)t->data + offset * (int64_t)mg_dtype_size(t->type.dtype);
    return inner;
}

/* ---- The op ---- */

/* Whether the first `common` axes exist in both and agree. */
static bool common_axes_agree(const mg_shape *x, const mg_shape *index,
                              int64_t common)
{
    bool agree = common >= 0 && common < x->rank && common <= index->rank;
    for (int i = 0; agree && i < common; i++)
        agree = x->dim[i] == index->dim[i];
    return agree;
}

static mg_status gather_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    char xt[MG_SHAPE_TEXT_SIZE], it[MG_SHAPE_TEXT_SIZE];
    const mg_type x = mg_value_type(g, y->input[0]);
    const mg_shape index = mg_value_shape(g, y->input[1]);
    MG_TRY(mg_expect_attrs(g, y, 1));
    MG_TRY(mg_expect_index(g, y, y->input[1]));
    if (x.shape.rank == 0)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "gather: a number has no elements to choose from");
    if (!common_axes_agree(&x.shape, &index, y->attr[0]))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "gather: %s and its index %s do not share %lld axes",
                       mg_shape_text(&x.shape, xt), mg_shape_text(&index, it),
                       (long long)y->attr[0]);
    mg_type type = {.dtype = x.dtype, .shape = index};
    for (int i = (int)y->attr[0] + 1; i < x.shape.rank; i++)
        mg_shape_append(&type.shape, x.shape.dim[i]);
    if (type.shape.rank > MG_MAX_RANK)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "gather: %s by an index %s has more than %d axes",
                       mg_shape_text(&x.shape, xt), mg_shape_text(&index, it),
                       MG_MAX_RANK);
    *out = type;
    return MG_OK;
}

static void gather_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                       mg_value dx[])
{
    const mg_shape x = mg_value_shape(g, y->input[0]);
    const int64_t common = y->attr[0];
    dx[0] = mg_scatter_add_common(g, dy, y->input[1], x.dim[common], common);
}

/* A shared x is read by all examples at once; an x of each example has its
 * batch axis in common with the index. */
static mg_value gather_batch(mg_graph *g, const mg_graph *from,
                             const mg_node *y, const mg_value x[],
                             const bool batched[], int64_t n)
{
    (void)from;
    if (!batched[0] && y->attr[0] == 0)
        return mg_gather(g, x[0], x[1]);
    const mg_value data = batched[0] ? x[0] : mg_expand_batch(g, x[0], n);
    const mg_value index = batched[1] ? x[1] : mg_expand_batch(g, x[1], n);
    return mg_gather_common(g, data, index, y->attr[0] + 1);
}

/* x [count, rest..], index [picks..], y [picks.., rest..]. */
static void gather_one(mg_frame *frame, const mg_node *node, const mg_tensor *x,
                       const mg_tensor *index, const mg_tensor *y)
{
    const int64_t count = x->type.shape.dim[0];
    const int64_t picks = mg_shape_size(&index->type.shape);
    for (int64_t i = 0; i < picks; i++) {
        const int64_t at = mg_index_within(frame, node, index, i, count);
        const mg_tensor to = mg_tensor_inner(y, index->type.shape.rank, i);
        if (count == 0) {
            mg_tensor_zero(&to);
            continue;
        }
        const mg_tensor from = mg_tensor_part(x, at);
        mg_tensor_copy(&from, &to);
    }
}

static void gather_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    const int common = (int)node->attr[0];
    const mg_shape lead = mg_shape_of(common, y->type.shape.dim);
    const int64_t n = mg_shape_size(&lead);
    for (int64_t i = 0; i < n; i++) {
        const mg_tensor data = mg_tensor_inner(&x[0], common, i);
        const mg_tensor index = mg_tensor_inner(&x[1], common, i);
        const mg_tensor picked = mg_tensor_inner(y, common, i);
        gather_one(frame, node, &data, &index, &picked);
    }
}

static const mg_param gather_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "index", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const gather_examples[] = {
    "x[m,n], i[k] int m m>0: gather(x, i)",
    "x[m], i[j,k] int m m>0: gather(x, i)",
    "x[m,n], i class m m>0: gather(x, i)",
    NULL,
};

const mg_op mg_op_gather = {
    .name = "gather",
    .formula = "y = x[index]",
    .doc = "The parts of x along axis 0 that index names, in its shape, as "
           "NumPy's take. An index outside 0..n-1 ends the run with an error.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 2,
    .attrs = "common",
    .type = gather_type,
    .vjp = gather_vjp,
    .rule = {"G added at {1}"},
    .batch = gather_batch,
    .reference = gather_reference,
    .onnx = {"Gather", 13},
    .params = gather_params,
    .build = gather_build,
    .examples = gather_examples,
};
