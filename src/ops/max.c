/* max: y = the largest of x over some axes, of which there must be one; as a
 * function of two values it is maximum.
 *   vjp: dy goes to the largest, in equal shares where several are. Layer ops.
 */
#include <math.h>

#include "graph/op.h"

/* Something must be there to choose from. */
static mg_status max_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_shape shape = mg_value_shape(g, y->input[0]);
    for (int i = 1; i < y->n_attrs; i++)
        if (shape.dim[y->attr[i]] == 0)
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "max: axis %lld has no elements",
                           (long long)y->attr[i]);
    return mg_type_reduce(g, y, out);
}

mg_value mg_max(mg_graph *g, mg_value x, int n, const int64_t axes[], bool keep)
{
    return mg_reduce(g, &mg_op_max, x, n, axes, keep);
}

/* Of one value the reduction, of two the largest by element. */
static mg_value max_build(mg_graph *g, const mg_call *call)
{
    const bool axis = call->at[2].given, keep = call->at[3].given;
    if (call->n_values == 2 && (axis || keep))
        return mg_graph_fail(g, MG_BAD_ARGUMENT,
                             "max: of two values it takes no axis or keep");
    if (call->n_values == 2)
        return mg_maximum(g, call->value[0], call->value[1]);
    return mg_max(g, call->value[0], axis ? call->at[2].n : -1,
                  call->at[2].integer, keep && call->at[3].integer[0]);
}

static void max_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value x = y->input[0];
    const mg_value up = mg_restore_axes(g, dy, x, y->n_attrs - 1, y->attr + 1);
    const int n = y->n_attrs - 1;
    const mg_value top = mg_restore_axes(g, y->self, x, n, y->attr + 1);
    const mg_value winner =
        mg_where(g, mg_equal(g, x, top), mg_real(g, 1), mg_real(g, 0));
    const mg_value winners = mg_sum(g, winner, n, y->attr + 1, true);
    dx[0] = mg_strong_mul(g, up, mg_div(g, winner, winners));
}

static double max_fold(const mg_fold_items *items, int64_t count)
{
    double best = mg_fold_item(items, 0);
    for (int64_t i = 1; i < count && !isnan(best); i++) {
        const double item = mg_fold_item(items, i);
        if (item > best || isnan(item))
            best = item;
    }
    return best;
}

static void max_reference(mg_frame *frame, const mg_node *node,
                          const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    mg_reduce_reference(node, &x[0], y, max_fold);
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "y", .kind = MG_PARAM_VALUE, .optional = true},
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
    "x[m,n] m>0 n>0: max(x)",
    "x[m,n] m>0: max(x, axis = 0)",
    "x[m,n,k] m>0 n>0: max(x, axis = (0, -2), keep = true)",
    "x: max(x)",
    "i[m,n] int 4 m>0: max(i, axis = 0)",
    "x[m,n] n>0: max(x, axis = 1) + max(x * x, axis = 1)",
    NULL,
};

const mg_op mg_op_max = {
    .name = "max",
    .formula = "y = max x",
    .doc = "The largest element over the axes, or by element of two values; "
           "not a number if one is. Ties share the gradient.",
    .kind = MG_REDUCE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 1,
    .attrs = "keep, axes...",
    .type = max_type,
    .vjp = max_vjp,
    .rule = {"G to the largest, ties share"},
    .batch = mg_batch_reduce,
    .reference = max_reference,
    .folds_rows = true,
    .onnx = {"ReduceMax", 18},
    .params = params,
    .build = max_build,
    .examples = examples,
};
