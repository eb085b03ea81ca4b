/* minimum: y = min(a, b), by element with broadcasting.
 *   vjp: to the one that wins, half each at ties, each summed over the
 *   axes it broadcast. Layer ops. */
#include <math.h>

#include "graph/op.h"

/* 1 where a wins (truth value `wins`), 1/2 at a tie, else 0. */
static mg_value share(mg_graph *g, mg_value wins, mg_value tie)
{
    const mg_value rest = mg_where(g, tie, mg_real(g, 0.5), mg_real(g, 0));
    return mg_where(g, wins, mg_real(g, 1), rest);
}

mg_value mg_minimum(mg_graph *g, mg_value a, mg_value b)
{
    const mg_value input[] = {a, b};
    return mg_apply(g, &mg_op_minimum, 2, input, NULL);
}

static void minimum_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                        mg_value dx[])
{
    const mg_value a = y->input[0], b = y->input[1];
    const mg_value tie = mg_equal(g, a, b);
    const mg_value share_a = share(g, mg_less(g, a, b), tie);
    const mg_value share_b = share(g, mg_less(g, b, a), tie);
    dx[0] = mg_sum_like(g, mg_strong_mul(g, dy, share_a), a);
    dx[1] = mg_sum_like(g, mg_strong_mul(g, dy, share_b), b);
}

static double minimum_scalar(const double x[])
{
    return x[0] < x[1] || isnan(x[0]) ? x[0] : x[1];
}

static const char *const examples[] = {
    "x[m,n], y[m,n]: min(x, y)",
    "x[m,n], y[n]: min(x, y)",
    "x[m,1], y[n]: min(x, y)",
    "x, y[n]: min(x, y)",
    "x[n], i[n] int 3: min(i - 1, x)",
    "i[n] int 5, j[n] int 5: min(i, j)",
    NULL,
};

const mg_op mg_op_minimum = {
    .name = "minimum",
    .formula = "y = min(a, b)",
    .doc = "The smaller of two, by element; NaN if one is. Ties share the "
           "gradient.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_NUMBERS,
    .n_inputs = 2,
    .type = mg_type_elementwise,
    .vjp = minimum_vjp,
    .rule = {"G ⊙ [{0} < {1}], ties ½", "G ⊙ [{1} < {0}], ties ½"},
    .batch = mg_batch_elementwise,
    .scalar = minimum_scalar,
    .effort = MG_CHEAP,
    .onnx = {"Min", 13},
    .examples = examples,
};
