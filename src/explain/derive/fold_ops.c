/* fold_ops: what a folded call is: type and derivative. These operations are
 * in no catalogue, since no graph that is evaluated holds them. Layer
 * explain. */
#include "explain/derive/fold.h"

#include <math.h>
#include <string.h>

double mg_fold_number(int64_t attr)
{
    double number;
    memcpy(&number, &attr, sizeof number);
    return number;
}

static mg_value apply(mg_graph *g, const mg_op *op, int n, const mg_value x[],
                      const mg_node *attrs_of)
{
    const mg_extra extra = {.n_attrs = attrs_of ? attrs_of->n_attrs : 0,
                            .attr = attrs_of ? attrs_of->attr : NULL};
    return mg_apply(g, op, n, x, &extra);
}

/* ---- Types ---- */

static mg_status type_of_first(const mg_graph *g, const mg_node *y,
                               mg_type *out)
{
    *out = mg_value_type(g, y->input[0]);
    return MG_OK;
}

static mg_status type_of_number(const mg_graph *g, const mg_node *y,
                                mg_type *out)
{
    *out = (mg_type){.dtype = mg_value_type(g, y->input[0]).dtype};
    return MG_OK;
}

static mg_status type_of_rows(const mg_graph *g, const mg_node *y, mg_type *out)
{
    *out = mg_value_type(g, y->input[0]);
    mg_shape_remove(&out->shape, out->shape.rank - 1);
    return MG_OK;
}

/* [T, D] -> [h, T, D/h], h the attribute */
static mg_status type_of_heads_first(const mg_graph *g, const mg_node *y,
                                     mg_type *out)
{
    const mg_type x = mg_value_type(g, y->input[0]);
    const int64_t h = y->attr[0];
    *out = (mg_type){x.dtype,
                     mg_shape_of(3, (const int64_t[]){h, x.shape.dim[0],
                                                      x.shape.dim[1] / h})};
    return MG_OK;
}

static mg_status type_of_heads_last(const mg_graph *g, const mg_node *y,
                                    mg_type *out)
{
    const mg_type x = mg_value_type(g, y->input[0]);
    *out = (mg_type){
        x.dtype,
        mg_shape_of(2, (const int64_t[]){x.shape.dim[1],
                                         x.shape.dim[0] * x.shape.dim[2]})};
    return MG_OK;
}

/* ---- Softmax and its losses, over the last axis ---- */

static mg_value sum_of_rows(mg_graph *g, mg_value x)
{
    const int64_t last = mg_value_shape(g, x).rank - 1;
    return mg_sum(g, x, 1, &last, true);
}

static void softmax_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                        mg_value dx[])
{
    const mg_value inner = sum_of_rows(g, mg_mul(g, y->self, dy));
    dx[0] = mg_mul(g, y->self, mg_sub(g, dy, inner));
}

static void log_softmax_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                            mg_value dx[])
{
    const mg_value p = apply(g, &mg_fold_softmax, 1, y->input, NULL);
    dx[0] = mg_sub(g, dy, mg_mul(g, p, sum_of_rows(g, dy)));
}

/* (softmax(z) - onehot(c)) dy, dy one number a row */
static void cross_entropy_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                              mg_value dx[])
{
    const mg_value z = y->input[0];
    const mg_shape shape = mg_value_shape(g, z);
    const int64_t last = shape.rank - 1;
    const mg_value p = apply(g, &mg_fold_softmax, 1, &z, NULL);
    const mg_value label = mg_one_hot(g, y->input[1], shape.dim[last]);
    const mg_value up = mg_restore_axes(g, dy, z, 1, &last);
    dx[0] = mg_mul(g, up, mg_sub(g, p, label));
}

const mg_op mg_fold_softmax = {.name = "softmax",
                               .kind = MG_OTHER,
                               .operands = MG_AS_REALS,
                               .n_inputs = 1,
                               .type = type_of_first,
                               .vjp = softmax_vjp};
const mg_op mg_fold_log_softmax = {.name = "log_softmax",
                                   .kind = MG_OTHER,
                                   .operands = MG_AS_REALS,
                                   .n_inputs = 1,
                                   .type = type_of_first,
                                   .vjp = log_softmax_vjp};
const mg_op mg_fold_cross_entropy = {.name = "cross_entropy",
                                     .kind = MG_OTHER,
                                     .n_inputs = 2,
                                     .type = type_of_rows,
                                     .vjp = cross_entropy_vjp};

/* ---- Other losses: means over all elements ---- */

static mg_value share_of(mg_graph *g, mg_value dy, mg_value x)
{
    const mg_shape shape = mg_value_shape(g, x);
    return mg_mul(g, dy, mg_real(g, 1 / (double)mg_shape_size(&shape)));
}

static void binary_cross_entropy_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                                     mg_value dx[])
{
    const mg_value z = y->input[0], part = share_of(g, dy, z);
    const mg_value rest = mg_sub(g, mg_sigmoid(g, z), y->input[1]);
    dx[0] = mg_mul(g, part, rest);
    dx[1] = mg_mul(g, part, mg_neg(g, z));
}

static void huber_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const double delta = mg_fold_number(y->attr[0]);
    const mg_value rest = mg_sub(g, y->input[0], y->input[1]);
    const mg_value slope =
        mg_clamp(g, rest, mg_real(g, -delta), mg_real(g, delta));
    dx[0] = mg_mul(g, share_of(g, dy, rest), slope);
    dx[1] = mg_neg(g, dx[0]);
}

const mg_op mg_fold_binary_cross_entropy = {.name = "binary_cross_entropy",
                                            .kind = MG_OTHER,
                                            .operands = MG_AS_REALS,
                                            .n_inputs = 2,
                                            .type = type_of_number,
                                            .vjp = binary_cross_entropy_vjp};
const mg_op mg_fold_huber = {.name = "huber",
                             .kind = MG_OTHER,
                             .operands = MG_AS_REALS,
                             .n_inputs = 2,
                             .attrs = "delta",
                             .type = type_of_number,
                             .vjp = huber_vjp};

/* ---- By element ---- */

/* attr[0]: 1 if y has a name, so that [y > 0] reads best */
static void relu_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_value zero = mg_real(g, 0);
    const mg_value shown = y->attr[0] ? y->self : y->input[0];
    dx[0] = mg_where(g, mg_less(g, zero, shown), dy, zero);
}

static void gelu_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    dx[0] = mg_mul(g, dy, apply(g, &mg_fold_gelu_slope, 1, y->input, NULL));
}

static void silu_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    dx[0] = mg_mul(g, dy, apply(g, &mg_fold_silu_slope, 1, y->input, NULL));
}

static void softplus_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                         mg_value dx[])
{
    dx[0] = mg_mul(g, dy, mg_sigmoid(g, y->input[0]));
}

const mg_op mg_fold_relu = {.name = "relu",
                            .kind = MG_OTHER,
                            .operands = MG_AS_REALS,
                            .n_inputs = 1,
                            .attrs = "named",
                            .type = type_of_first,
                            .vjp = relu_vjp};
const mg_op mg_fold_gelu = {.name = "gelu",
                            .kind = MG_OTHER,
                            .operands = MG_AS_REALS,
                            .n_inputs = 1,
                            .type = type_of_first,
                            .vjp = gelu_vjp};
const mg_op mg_fold_gelu_slope = {.name = "gelu_slope",
                                  .kind = MG_OTHER,
                                  .n_inputs = 1,
                                  .type = type_of_first};
const mg_op mg_fold_silu = {.name = "silu",
                            .kind = MG_OTHER,
                            .operands = MG_AS_REALS,
                            .n_inputs = 1,
                            .type = type_of_first,
                            .vjp = silu_vjp};
const mg_op mg_fold_silu_slope = {.name = "silu_slope",
                                  .kind = MG_OTHER,
                                  .n_inputs = 1,
                                  .type = type_of_first};
const mg_op mg_fold_softplus = {.name = "softplus",
                                .kind = MG_OTHER,
                                .operands = MG_AS_REALS,
                                .n_inputs = 1,
                                .type = type_of_first,
                                .vjp = softplus_vjp};

/* ---- Normalisation over the last axis; attr[0]: epsilon ---- */

static void normalise_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                          mg_value dx[])
{
    const mg_value x[] = {y->input[0], dy};
    dx[0] = apply(g, &mg_fold_normalise_back, 2, x, y);
}

static void rms_normalise_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                              mg_value dx[])
{
    const mg_value x[] = {y->input[0], dy};
    dx[0] = apply(g, &mg_fold_rms_normalise_back, 2, x, y);
}

const mg_op mg_fold_normalise = {.name = "normalise",
                                 .kind = MG_OTHER,
                                 .n_inputs = 1,
                                 .attrs = "epsilon",
                                 .type = type_of_first,
                                 .vjp = normalise_vjp};
const mg_op mg_fold_normalise_back = {.name = "normalise_back",
                                      .kind = MG_OTHER,
                                      .n_inputs = 2,
                                      .attrs = "epsilon",
                                      .type = type_of_first};
const mg_op mg_fold_rms_normalise = {.name = "rms_normalise",
                                     .kind = MG_OTHER,
                                     .n_inputs = 1,
                                     .attrs = "epsilon",
                                     .type = type_of_first,
                                     .vjp = rms_normalise_vjp};
const mg_op mg_fold_rms_normalise_back = {.name = "rms_normalise_back",
                                          .kind = MG_OTHER,
                                          .n_inputs = 2,
                                          .attrs = "epsilon",
                                          .type = type_of_first};

/* ---- Heads of attention ---- */

static void heads_first_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                            mg_value dx[])
{
    (void)y;
    dx[0] = apply(g, &mg_fold_heads_last, 1, &dy, NULL);
}

static void heads_last_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                           mg_value dx[])
{
    const mg_shape shape = mg_value_shape(g, y->input[0]);
    dx[0] = mg_apply(g, &mg_fold_heads_first, 1, &dy,
                     &(mg_extra){.n_attrs = 1, .attr = &shape.dim[0]});
}

const mg_op mg_fold_heads_first = {.name = "heads_first",
                                   .kind = MG_OTHER,
                                   .n_inputs = 1,
                                   .attrs = "heads",
                                   .type = type_of_heads_first,
                                   .vjp = heads_first_vjp};
const mg_op mg_fold_heads_last = {.name = "heads_last",
                                  .kind = MG_OTHER,
                                  .n_inputs = 1,
                                  .type = type_of_heads_last,
                                  .vjp = heads_last_vjp};
