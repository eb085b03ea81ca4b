/* pad: zeros around and between the elements: each axis gets low zeros, its
 * elements with interior zeros between neighbours, and high zeros.
 *   vjp: dx = the slice of dy where the elements went. */
#include "ops/move.h"

/* Attributes: low, high, interior, each one number an axis. */
typedef struct {
    const int64_t *low, *high, *interior;
} widths;

static widths widths_of(const mg_node *y)
{
    const int rank = y->n_attrs / 3;
    return (widths){y->attr, y->attr + rank, y->attr + 2 * rank};
}

mg_value mg_pad(mg_graph *g, mg_value x, const int64_t low[],
                const int64_t high[], const int64_t interior[])
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    const mg_shape shape = mg_value_shape(g, x);
    int64_t attr[3 * MG_MAX_RANK] = {0};
    bool pads = false;
    for (int i = 0; i < shape.rank; i++) {
        attr[i] = low[i];
        attr[shape.rank + i] = high[i];
        attr[2 * shape.rank + i] = shape.dim[i] > 1 ? interior[i] : 0;
        pads = pads || low[i] || high[i] || attr[2 * shape.rank + i];
    }
    if (!pads)
        return x;
    const mg_extra extra = {.n_attrs = 3 * shape.rank, .attr = attr};
    return mg_apply(g, &mg_op_pad, 1, &x, &extra);
}

/* An integer for all sides, (low, high) for every axis, or these of each axis
 * in a row. */
static mg_value pad_build(mg_graph *g, const mg_call *call)
{
    char text[MG_SHAPE_TEXT_SIZE];
    const mg_shape x = mg_value_shape(g, call->value[0]);
    const int n = call->at[1].n;
    const int64_t *const given = call->at[1].integer;
    const int64_t interior[MG_MAX_RANK] = {0};
    int64_t low[MG_MAX_RANK] = {0}, high[MG_MAX_RANK] = {0};
    if (n != 1 && n != 2 && n != 2 * x.rank)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "pad: %d widths for %s: give one, or two (before, "
                             "after), or two an axis",
                             n, mg_shape_text(&x, text));
    for (int i = 0; i < x.rank; i++) {
        const int at = n > 2 ? 2 * i : 0;
        low[i] = given[at];
        high[i] = given[n > 1 ? at + 1 : at];
    }
    return mg_pad(g, call->value[0], low, high, interior);
}

/* The size of a padded axis; false if a width is negative or too large, or
 * there are no neighbours for interior zeros. */
static bool padded_size(int64_t dim, int64_t low, int64_t high,
                        int64_t interior, int64_t *out)
{
    int64_t between, size = dim;
    return low >= 0 && high >= 0 && interior >= 0 &&
           (dim > 1 || interior == 0) &&
           mg_int_mul(dim > 0 ? dim - 1 : 0, interior, &between) &&
           mg_int_add(size, between, &size) && mg_int_add(size, low, &size) &&
           mg_int_add(size, high, out);
}

static mg_status pad_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    char text[MG_SHAPE_TEXT_SIZE];
    mg_type type = mg_value_type(g, y->input[0]);
    const mg_shape x = type.shape;
    MG_TRY(mg_expect_attrs(g, y, 3 * x.rank));
    const widths w = widths_of(y);
    for (int i = 0; i < x.rank; i++)
        if (!padded_size(x.dim[i], w.low[i], w.high[i], w.interior[i],
                         &type.shape.dim[i]))
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "pad: axis %d of %s cannot get %lld zeros before, "
                           "%lld after and %lld between",
                           i, mg_shape_text(&x, text), (long long)w.low[i],
                           (long long)w.high[i], (long long)w.interior[i]);
    *out = type;
    return MG_OK;
}

static void pad_vjp(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[])
{
    const mg_shape x = mg_value_shape(g, y->input[0]);
    const widths w = widths_of(y);
    int64_t step[MG_MAX_RANK];
    for (int i = 0; i < x.rank; i++)
        step[i] = w.interior[i] + 1;
    dx[0] = mg_slice(g, dy, w.low, x.dim, step);
}

static mg_value pad_batch(mg_graph *g, const mg_graph *from, const mg_node *y,
                          const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    mg_shape shape;
    if (!mg_batch_shape(g, "pad", &y->type.shape, n, &shape))
        return (mg_value){0};
    int64_t low[MG_MAX_RANK] = {0}, high[MG_MAX_RANK] = {0};
    int64_t interior[MG_MAX_RANK] = {0};
    const widths w = widths_of(y);
    for (int i = 0; i < y->type.shape.rank; i++) {
        low[i + 1] = w.low[i];
        high[i + 1] = w.high[i];
        interior[i + 1] = w.interior[i];
    }
    return mg_pad(g, x[0], low, high, interior);
}

static void pad_reference(mg_frame *frame, const mg_node *node,
                          const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    const widths w = widths_of(node);
    int64_t step[MG_MAX_RANK];
    for (int i = 0; i < x->type.shape.rank; i++)
        step[i] = w.interior[i] + 1;
    mg_tensor_zero(y);
    const mg_tensor inside = mg_tensor_slice(y, w.low, x->type.shape.dim, step);
    mg_tensor_copy(x, &inside);
}

static const mg_param pad_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "widths", .kind = MG_PARAM_INTS, .nested = true},
    {.kind = MG_PARAM_END},
};

static const char *const pad_examples[] = {
    "x[m,n]: pad(x, 1)",
    "x[m,n]: pad(x, (0, 1, 2, 0))",
    "x[n]: pad(x, (3, 0))",
    "x[m,n]: pad(x, (1, 2))",
    "x[m,n]: pad(x, ((0, 1), (2, 0)))",
    NULL,
};

const mg_op mg_op_pad = {
    .name = "pad",
    .formula = "y = x with zeros around",
    .doc = "Zeros around x: widths is one number for every side, two for "
           "before and after every axis, or two for each axis: "
           "pad(x, ((top, bottom), (left, right))), also written in a row.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "low..., high..., interior...",
    .type = pad_type,
    .vjp = pad_vjp,
    .rule = {"G without the padding"},
    .batch = pad_batch,
    .reference = pad_reference,
    .onnx = {"Pad", 13},
    .params = pad_params,
    .build = pad_build,
    .examples = pad_examples,
};
