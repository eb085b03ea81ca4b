/* rows: examples of a data set, converted to the type that formulas use.
 *   data [count, rest..]   index [picks..]   ->   y [picks.., rest..]
 * Internal: training gathers its batches by it. An index outside is a
 * fault. */
#include "ops/gather.h"

mg_value mg_rows(mg_graph *g, mg_value data, mg_value index, mg_dtype dtype)
{
    const mg_value input[] = {data, index};
    const int64_t attr = dtype;
    const mg_extra extra = {.n_attrs = 1, .attr = &attr};
    return mg_apply(g, &mg_op_rows, 2, input, &extra);
}

static mg_status rows_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_ctx *const ctx = mg_graph_ctx(g);
    const mg_shape data = mg_value_shape(g, y->input[0]);
    MG_TRY(mg_expect_attrs(g, y, 1));
    MG_TRY(mg_expect_index(g, y, y->input[1]));
    if (data.rank == 0)
        return mg_fail(ctx, MG_BAD_SHAPE, "rows: a number has no rows");
    if (y->attr[0] < MG_F32 || y->attr[0] > MG_U8)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "rows: no element type %lld",
                       (long long)y->attr[0]);
    mg_type type = {.dtype = (mg_dtype)y->attr[0],
                    .shape = mg_value_shape(g, y->input[1])};
    for (int i = 1; i < data.rank; i++)
        mg_shape_append(&type.shape, data.dim[i]);
    MG_TRY(mg_shape_check(ctx, &type.shape));
    *out = type;
    return MG_OK;
}

static mg_value rows_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                           const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)n;
    if (batched[0])
        return mg_graph_fail(g, MG_BAD_ARGUMENT,
                             "rows: the data set is shared by all examples");
    return mg_rows(g, x[0], x[1], (mg_dtype)y->attr[0]);
}

static void rows_reference(mg_frame *frame, const mg_node *node,
                           const mg_tensor x[], const mg_tensor *y)
{
    const int64_t count = x[0].type.shape.dim[0];
    const int64_t picks = mg_shape_size(&x[1].type.shape);
    for (int64_t i = 0; i < picks; i++) {
        const int64_t at = mg_index_within(frame, node, &x[1], i, count);
        const mg_tensor to = mg_tensor_inner(y, x[1].type.shape.rank, i);
        if (count == 0) {
            mg_tensor_zero(&to);
            continue;
        }
        const mg_tensor from = mg_tensor_part(&x[0], at);
        mg_tensor_copy(&from, &to);
    }
}

static const char *const rows_examples[] = {NULL}; /* tests/ops */

const mg_op mg_op_rows = {
    .name = "rows",
    .formula = "y = data[index]",
    .doc = "The rows of a data set that index names, converted to another "
           "element type.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 2,
    .attrs = "element type",
    .type = rows_type,
    .no_gradient = "a data set is given, not learned",
    .batch = rows_batch,
    .reference = rows_reference,
    .examples = rows_examples,
};
