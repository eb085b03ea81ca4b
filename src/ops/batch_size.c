/* batch_size: the number of examples of a batch, 1 for a single example.
 * Layer ops. */
#include "graph/op.h"

mg_value mg_batch_size(mg_graph *g)
{
    return mg_apply(g, &mg_op_batch_size, 0, NULL, NULL);
}

static mg_status batch_size_type(const mg_graph *g, const mg_node *y,
                                 mg_type *out)
{
    (void)g;
    (void)y;
    *out = (mg_type){.dtype = MG_I64};
    return MG_OK;
}

static mg_value batch_size_batch(mg_graph *g, const mg_graph *from,
                                 const mg_node *y, const mg_value x[],
                                 const bool batched[], int64_t n)
{
    (void)from;
    (void)y;
    (void)x;
    (void)batched;
    return mg_integer(g, n);
}

static void batch_size_reference(mg_frame *frame, const mg_node *node,
                                 const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    (void)node;
    (void)x;
    mg_tensor_set(y, 0, 1);
}

static const mg_param params[] = {{.kind = MG_PARAM_END}};

static const char *const examples[] = {NULL}; /* tests/derive */

const mg_op mg_op_batch_size = {
    .name = "batch_size",
    .formula = "y = number of examples",
    .doc = "The number of examples of a training batch; only under `if "
           "training`.",
    .kind = MG_OTHER,
    .operands = MG_AS_GIVEN,
    .n_inputs = 0,
    .type = batch_size_type,
    .no_gradient = "a number of examples does not change a little",
    .batch = batch_size_batch,
    .reference = batch_size_reference,
    .params = params,
    .joins = true,
    .examples = examples,
};
