/* batch_var: the variance over the examples of a batch (divided by their
 * number), one value for all.
 *   x [..] of each example   ->   y [..]
 * For a single example that is 0.
 *   vjp: on a batched graph it is a variance over axis 0; alone, none. */
#include "graph/op.h"

mg_value mg_batch_var(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_batch_var, 1, &x, NULL);
}

static void batch_var_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                          mg_value dx[])
{
    (void)y;
    dx[0] = mg_zeros_like(g, dy);
}

static mg_value batch_var_batch(mg_graph *g, const mg_graph *from,
                                const mg_node *y, const mg_value x[],
                                const bool batched[], int64_t n)
{
    const int64_t axis = 0;
    (void)from;
    (void)y;
    (void)batched;
    (void)n;
    return mg_var(g, x[0], 1, &axis, false);
}

static double batch_var_scalar(const double x[])
{
    return x[0] - x[0]; /* 0, or NaN if x is not finite */
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {NULL}; /* tests/derive */

const mg_op mg_op_batch_var = {
    .name = "batch_var",
    .formula = "y = variance of x over the batch",
    .doc = "The variance over the examples of a training batch, divided by "
           "their number; only under `if training`.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = batch_var_vjp,
    .rule = {"G ⊙ 2 ({0} − batch_mean({0})) / batch_size"},
    .batch = batch_var_batch,
    .scalar = batch_var_scalar,
    .params = params,
    .joins = true,
    .examples = examples,
};
