/* scatter_add: y = 0, then y[index[i]] += x[i] for every i in order.
 *   x [picks.., rest..]   index [picks..]   ->   y [count, rest..]
 * Attribute `common` as in gather. An index outside 0..count-1 is a fault.
 *   vjp: dx = dy[index]. */
#include "ops/gather.h"

mg_value mg_scatter_add_common(mg_graph *g, mg_value x, mg_value index,
                               int64_t count, int64_t common)
{
    const mg_value input[] = {x, index};
    const int64_t attr[] = {common, count};
    const mg_extra extra = {.n_attrs = 2, .attr = attr};
    return mg_apply(g, &mg_op_scatter_add, 2, input, &extra);
}

mg_value mg_scatter_add(mg_graph *g, mg_value x, mg_value index, int64_t count)
{
    return mg_scatter_add_common(g, x, index, count, 0);
}

static bool index_leads(const mg_shape *x, const mg_shape *index)
{
    bool leads = index->rank <= x->rank;
    for (int i = 0; leads && i < index->rank; i++)
        leads = x->dim[i] == index->dim[i];
    return leads;
}

static mg_status scatter_add_type(const mg_graph *g, const mg_node *y,
                                  mg_type *out)
{
    char xt[MG_SHAPE_TEXT_SIZE], it[MG_SHAPE_TEXT_SIZE];
    const mg_type x = mg_value_type(g, y->input[0]);
    const mg_shape index = mg_value_shape(g, y->input[1]);
    MG_TRY(mg_expect_attrs(g, y, 2));
    MG_TRY(mg_expect_index(g, y, y->input[1]));
    const int64_t common = y->attr[0];
    if (common < 0 || common > index.rank || !index_leads(&x.shape, &index))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "scatter_add: %s does not begin with the shape %s of "
                       "its index",
                       mg_shape_text(&x.shape, xt), mg_shape_text(&index, it));
    if (x.dtype == MG_BOOL)
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "scatter_add: adds numbers, not truth values");
    mg_type type = {.dtype = x.dtype,
                    .shape = mg_shape_of((int)common, x.shape.dim)};
    mg_shape_append(&type.shape, y->attr[1]);
    for (int i = index.rank; i < x.shape.rank; i++)
        mg_shape_append(&type.shape, x.shape.dim[i]);
    MG_TRY(mg_shape_check(mg_graph_ctx(g), &type.shape));
    *out = type;
    return MG_OK;
}

static void scatter_add_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                            mg_value dx[])
{
    dx[0] = mg_gather_common(g, dy, y->input[1], y->attr[0]);
}

static mg_value scatter_add_batch(mg_graph *g, const mg_graph *from,
                                  const mg_node *y, const mg_value x[],
                                  const bool batched[], int64_t n)
{
    (void)from;
    const mg_value data = batched[0] ? x[0] : mg_expand_batch(g, x[0], n);
    const mg_value index = batched[1] ? x[1] : mg_expand_batch(g, x[1], n);
    return mg_scatter_add_common(g, data, index, y->attr[1], y->attr[0] + 1);
}

static void add_part(const mg_tensor *from, const mg_tensor *to)
{
    const int64_t n = mg_shape_size(&to->type.shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(to, i, mg_tensor_get(to, i) + mg_tensor_get(from, i));
}

/* x [picks.., rest..], index [picks..], y [count, rest..]. */
static void scatter_one(mg_frame *frame, const mg_node *node,
                        const mg_tensor *x, const mg_tensor *index,
                        const mg_tensor *y)
{
    const int64_t count = y->type.shape.dim[0];
    const int64_t picks = mg_shape_size(&index->type.shape);
    for (int64_t i = 0; i < picks; i++) {
        const int64_t at = mg_index_within(frame, node, index, i, count);
        if (count == 0)
            continue;
        const mg_tensor from = mg_tensor_inner(x, index->type.shape.rank, i);
        const mg_tensor to = mg_tensor_part(y, at);
        add_part(&from, &to);
    }
}

static void scatter_add_reference(mg_frame *frame, const mg_node *node,
                                  const mg_tensor x[], const mg_tensor *y)
{
    const int common = (int)node->attr[0];
    const mg_shape lead = mg_shape_of(common, y->type.shape.dim);
    const int64_t n = mg_shape_size(&lead);
    mg_tensor_zero(y);
    for (int64_t i = 0; i < n; i++) {
        const mg_tensor data = mg_tensor_inner(&x[0], common, i);
        const mg_tensor index = mg_tensor_inner(&x[1], common, i);
        const mg_tensor sums = mg_tensor_inner(y, common, i);
        scatter_one(frame, node, &data, &index, &sums);
    }
}

/* One addition an element of x. */
static double scatter_add_flops(const mg_graph *g, const mg_node *node)
{
    const mg_shape x = mg_value_shape(g, node->input[0]);
    return (double)mg_shape_size(&x);
}

static const char *const scatter_add_examples[] = {NULL}; /* tests/ops */

const mg_op mg_op_scatter_add = {
    .name = "scatter_add",
    .formula = "y[index] = sum of x",
    .doc = "The parts of x added up at the places along axis 0 that index "
           "names, in order; the derivative of gather.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 2,
    .attrs = "common, count",
    .type = scatter_add_type,
    .vjp = scatter_add_vjp,
    .rule = {"G[{1}]"},
    .batch = scatter_add_batch,
    .reference = scatter_add_reference,
    .flops = scatter_add_flops,
    .examples = scatter_add_examples,
};
