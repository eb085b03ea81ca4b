/* add: y = a + b, by element with broadcasting.
 *   vjp: da = dy, db = dy, each summed over the axes it broadcast. Layer
 *   ops. */
#include "graph/op.h"

mg_value mg_add(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_add, 2, input, NULL);
}

static void add_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value a = y->input[0], b = y->input[1];
    dx[0] = mg_sum_like(g, dy, a);
    dx[1] = mg_sum_like(g, dy, b);
}

static double add_scalar(const double x[])
{
    return x[0] + x[1];
}

static const char *const examples[] = {
    "x[m,n], y[m,n]: x + y",
    "x[m,n], y[n]: x + y",
    "x[m,1], y[n]: x + y",
    "x, y[n]: x + y",
    "x[n], i[n] int 5: i + x",
    "i[n] int 5, j[m,1] int 3: i + j",
    NULL,
};

const mg_op mg_op_add = {
    .name = "add",
    .formula = "y = a + b",
    .doc = "Sum by element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_elementwise,
    .vjp = add_vjp,
    .rule = {"G", "G"},
    .batch = mg_batch_elementwise,
    .scalar = add_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Add", 14},
    .examples = examples,
};
