/* mul: y = a b, by element with broadcasting.
 *   vjp: da = dy b, db = dy a, each summed over the axes it broadcast. As with
 *   all operations by element, dy is a strong factor. Layer ops. */
#include "graph/op.h"

mg_value mg_mul(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_mul, 2, input, NULL);
}

static void mul_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value a = y->input[0], b = y->input[1];
    dx[0] = mg_sum_like(g, mg_strong_mul(g, dy, b), a);
    dx[1] = mg_sum_like(g, mg_strong_mul(g, dy, a), b);
}

static double mul_scalar(const double x[])
{
    return x[0] * x[1];
}

static const char *const examples[] = {
    "x[m,n], y[m,n]: x * y",
    "x[m,n], y[n]: x * y",
    "x[m,1], y[n]: x * y",
    "x, y[n]: x * y",
    "x[n]: x * x",
    "x[n], i[n] int 5: i * x",
    NULL,
};

const mg_op mg_op_mul = {
    .name = "mul",
    .formula = "y = a ⊙ b",
    .doc = "Product by element.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_elementwise,
    .vjp = mul_vjp,
    .rule = {"G ⊙ {1}", "G ⊙ {0}"},
    .batch = mg_batch_elementwise,
    .scalar = mul_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Mul", 14},
    .examples = examples,
};
