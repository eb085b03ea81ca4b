/* name: a value under a name of its own. Two names for one formula stay two
 * nodes, so each keeps the gradient of its own uses; the optimiser drops
 * them.
 *   vjp: dx = dy. */
#include "graph/op.h"

mg_value mg_name(mg_graph *g, mg_value x, const char *name)
{
    const mg_extra extra = {.name = name};
    return mg_apply(g, &mg_op_name, 1, &x, &extra);
}

static mg_status name_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    if (!y->name || !*y->name)
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "name: the name is empty");
    if (y->n_attrs != 0)
        return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT,
                       "name: takes no attributes");
    *out = mg_value_type(g, y->input[0]);
    return MG_OK;
}

static void name_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    (void)g;
    (void)y;
    dx[0] = dy;
}

static mg_value name_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                           const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    (void)n;
    return mg_name(g, x[0], y->name);
}

static void name_reference(mg_frame *frame, const mg_node *node,
                           const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    (void)node;
    mg_tensor_copy(&x[0], y);
}

static bool name_view(const mg_node *node, const mg_tensor *x, mg_tensor *y)
{
    (void)node;
    *y = *x;
    return true;
}

static const char *const name_examples[] = {NULL}; /* tests/ops */

const mg_op mg_op_name = {
    .name = "name",
    .formula = "y = x",
    .doc = "The operand under a name of its own, with a gradient of its own.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "",
    .type = name_type,
    .vjp = name_vjp,
    .rule = {"G"},
    .batch = name_batch,
    .reference = name_reference,
    .view = name_view,
    .onnx = {"Identity", 13},
    .examples = name_examples,
};
