/* total: the sum over all examples of a data set, inside a metric. On one
 * example it is that example's part; train/ sums the parts first and puts the
 * sum in its place. Layer ops. */
#include "graph/op.h"

mg_value mg_total(mg_graph *g, mg_value x)
{
    return mg_apply(g, &mg_op_total, 1, &x, NULL);
}

static double total_scalar(const double x[])
{
    return x[0];
}

static const mg_param params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.kind = MG_PARAM_END},
};

static const char *const examples[] = {NULL}; /* tests/derive */

const mg_op mg_op_total = {
    .name = "total",
    .formula = "y = sum of x over the data",
    .doc = "The sum over all examples of the data, weighted by `weight`; only "
           "in a metric.",
    .kind = MG_ELEMENTWISE,
    .operands = MG_AS_REALS,
    .n_inputs = 1,
    .type = mg_type_elementwise,
    .no_gradient = "a metric is not trained by",
    .batch = mg_batch_elementwise,
    .scalar = total_scalar,
    .params = params,
    .examples = examples,
};
