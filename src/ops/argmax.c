/* argmax: y = the index of the largest element along one axis, or in C order
 * over all; the first of several, and of the first that is not a number.
 * Layer ops. */
#include <math.h>

#include "graph/op.h"

/* Something must be there to choose from; indices are integers. */
static mg_status argmax_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_shape shape = mg_value_shape(g, y->input[0]);
    for (int i = 1; i < y->n_attrs; i++)
        if (shape.dim[y->attr[i]] == 0)
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "argmax: axis %lld has no elements",
                           (long long)y->attr[i]);
    MG_TRY(mg_type_reduce(g, y, out));
    out->dtype = MG_I64;
    return MG_OK;
}

mg_value mg_argmax(mg_graph *g, mg_value x, int n, const int64_t axes[],
                   bool keep)
{
    if (n >= 0 && n != 1)
        return mg_graph_fail(g, MG_BAD_ARGUMENT,
                             "argmax: wants one axis, not %d", n);
    return mg_reduce(g, &mg_op_argmax, x, n, axes, keep);
}

static mg_value argmax_build(mg_graph *g, const mg_call *call)
{
    const bool axis = call->at[1].given, keep = call->at[2].given;
    return mg_argmax(g, call->value[0], axis ? call->at[1].n : -1,
                     call->at[1].integer, keep && call->at[2].integer[0]);
}

static double argmax_fold(const mg_fold_items *items, int64_t count)
{
    int64_t best = 0;
    double value = mg_fold_item(items, 0);
    for (int64_t i = 1; i < count && !isnan(value); i++) {
        const double item = mg_fold_item(items, i);
        if (item > value || isnan(item)) {
            best = i;
            value = item;
        }
    }
    return (double)best;
}

static void argmax_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, argmax_fold);
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
    "x[m,n] m>0 n>0: argmax(x)",
    "x[m,n] m>0: argmax(x, axis = 0)",
    "x[m,n] n>0: argmax(x, axis = -1, keep = true)",
    "i[m,n] int 3 n>0: argmax(i, axis = 1)",
    NULL,
};

const mg_op mg_op_argmax = {
    .name = "argmax",
    .formula = "y = argmax x",
    .doc = "Index of the largest element along the axis, or of all elements in "
           "C order; the first of several.",
    .kind = MG_REDUCE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = argmax_type,
    .no_gradient = "an index is an integer and has no gradient",
    .batch = mg_batch_reduce,
    .reference = argmax_reference,
    .onnx = {"ArgMax", 13},
    .params = params,
    .build = argmax_build,
    .examples = examples,
};
