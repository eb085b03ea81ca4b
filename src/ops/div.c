/* div: y = a / b, by element with broadcasting.
 *   vjp: da = dy / b, db = -dy y / b, each summed over the axes it
 *   broadcast. Layer ops. */
#include "graph/op.h"

mg_value mg_div(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_div, 2, input, NULL);
}

static void div_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value a = y->input[0], b = y->input[1];
    const mg_value inverse = mg_div(g, mg_real(g, 1), b);
    const mg_value slope = mg_neg(g, mg_div(g, y->self, b));
    dx[0] = mg_sum_like(g, mg_strong_mul(g, dy, inverse), a);
    dx[1] = mg_sum_like(g, mg_strong_mul(g, dy, slope), b);
}

static double div_scalar(const double x[])
{
    return x[0] / x[1];
}

static const char *const examples[] = {
    "x[m,n], y[m,n]: x / y", "x[m,n], y[n]: x / y",     "x[m,1], y[n]: x / y",
    "x, y[n]: x / y",        "x[n], i[n] int 5: i / x", NULL,
};

const mg_op mg_op_div = {
    .name = "div",
    .formula = "y = a / b",
    .doc = "Quotient by element, real also of integers.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 2,
    .type = mg_type_elementwise,
    .vjp = div_vjp,
    .rule = {"G ⊘ {1}", "−G ⊙ y ⊘ {1}"},
    .batch = mg_batch_elementwise,
    .scalar = div_scalar,
    .onnx = {"Div", 14},
    .domain = {0.5, 2.5},
    .examples = examples,
};
