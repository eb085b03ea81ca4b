/* batch_mean: the mean over the examples of a batch, one value for all.
 *   x [..] of each example   ->   y [..]
 * For a single example that is x itself.
 *   vjp: on a batched graph it is a mean over axis 0; alone, dx = dy. */
#include "graph/op.h"

mg_value mg_batch_mean(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_batch_mean, 1, &x, NULL);
}

static void batch_mean_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                           mg_value dx[])
{
    (void)g;
    (void)y;
    dx[0] = dy;
}

static mg_value batch_mean_batch(mg_graph *g, const mg_graph *from,
                                 const mg_node *y, const mg_value x[],
                                 const bool batched[], int64_t n)
{
    const int64_t axis = 0;
    (void)from;
    (void)y;
    (void)batched;
    (void)n;
    return mg_mean(g, x[0], 1, &axis, false);
}

static double batch_mean_scalar(const double x[])
{
    return x[0];
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {NULL}; /* tests/derive */

const mg_op mg_op_batch_mean = {
    .name = "batch_mean",
    .formula = "y = mean of x over the batch",
    .doc = "The mean over the examples of a training batch; only under `if "
           "training`.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .vjp = batch_mean_vjp,
    .rule = {"G / batch_size"},
    .batch = batch_mean_batch,
    .scalar = batch_mean_scalar,
    .params = params,
    .joins = true,
    .examples = examples,
};
