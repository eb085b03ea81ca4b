/* one_hot: y[.., j] = 1 where j is the index, else 0; real.
 *   index [picks..]   ->   y [picks.., count]
 * An index outside 0..count-1 is a fault. */
#include "ops/gather.h"

mg_value mg_one_hot(mg_graph *g, mg_value index, int64_t count)
{
    const mg_extra extra = {.n_attrs = 1, .attr = &count};
    return mg_apply(g, &mg_op_one_hot, 1, &index, &extra);
}

static mg_value one_hot_build(mg_graph *g, const mg_call *call)
{
    return mg_one_hot(g, call->value[0], call->at[1].integer[0]);
}

static mg_status one_hot_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_type type = {.dtype = mg_graph_real(g),
                    .shape = mg_value_shape(g, y->input[0])};
    MG_TRY(mg_expect_attrs(g, y, 1));
    MG_TRY(mg_expect_index(g, y, y->input[0]));
    mg_shape_append(&type.shape, y->attr[0]);
    MG_TRY(mg_shape_check(mg_graph_ctx(g), &type.shape));
    *out = type;
    return MG_OK;
}

static mg_value one_hot_batch(mg_graph *g, const mg_graph *from,
                              const mg_node *y, const mg_value x[],
                              const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    (void)n;
    return mg_one_hot(g, x[0], y->attr[0]);
}

static void one_hot_reference(mg_frame *frame, const mg_node *node,
                              const mg_tensor x[], const mg_tensor *y)
{
    const int64_t count = node->attr[0];
    const int64_t picks = mg_shape_size(&x->type.shape);
    mg_tensor_zero(y);
    for (int64_t i = 0; i < picks; i++) {
        const int64_t at = mg_index_within(frame, node, x, i, count);
        if (count > 0)
            mg_tensor_set(y, i * count + at, 1);
    }
}

static const mg_param one_hot_params[] = {
    {.name = "index", .kind = MG_PARAM_VALUE},
    {.name = "count", .kind = MG_PARAM_INT},
    {.kind = MG_PARAM_END},
};

static const char *const one_hot_examples[] = {
    "c class m m>0: one_hot(c, m)",
    "x[k,m], i[k] int m m>0: x * one_hot(i, m)",
    NULL,
};

const mg_op mg_op_one_hot = {
    .name = "one_hot",
    .formula = "y[.., j] = (j = index)",
    .doc = "A last axis of the given size, 1 at the index and 0 elsewhere. An "
           "index outside it ends the run with an error.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "count",
    .type = one_hot_type,
    .no_gradient = "an index is an integer",
    .batch = one_hot_batch,
    .reference = one_hot_reference,
    .onnx = {"OneHot", 11},
    .params = one_hot_params,
    .build = one_hot_build,
    .examples = one_hot_examples,
};
