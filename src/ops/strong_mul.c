/* strong_mul: y = a b, but 0 where a = 0, whatever b is; by element with
 * broadcasting. Derivatives are made of it: a gradient of exactly 0, which
 * where gives the branch not taken, passes infinite slopes unspoilt.
 *   vjp: that of the plain product, so da = dy b also where a = 0, db = dy a,
 *   each summed over the axes it broadcast. Layer ops. */
#include "graph/op.h"

mg_value mg_strong_mul(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_strong_mul, 2, input, NULL);
}

static void strong_mul_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                           mg_value dx[])
{
    const mg_value a = y->input[0], b = y->input[1];
    dx[0] = mg_sum_like(g, mg_strong_mul(g, dy, b), a);
    dx[1] = mg_sum_like(g, mg_strong_mul(g, dy, a), b);
}

static double strong_mul_scalar(const double x[])
{
    return x[0] == 0 ? 0 : x[0] * x[1];
}

/* Gradients alone write it. */
static const char *const examples[] = {"x[n]: grad(sum(exp(x) * x), x)",
                                       "x[m,n], y[n]: grad(sum(sin(x * y)), y)",
                                       NULL};

const mg_op mg_op_strong_mul = {
    .name = "strong_mul",
    .formula = "y = a ⊙ b, 0 where a = 0",
    .doc = "Product by element in which a factor a of exactly 0 gives 0, "
           "whatever b is: gradients are made of it.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_elementwise,
    .vjp = strong_mul_vjp,
    .rule = {"G ⊙ {1}", "G ⊙ {0}"},
    .batch = mg_batch_elementwise,
    .scalar = strong_mul_scalar,
    .effort = MG_CHEAP,
    .examples = examples,
};
