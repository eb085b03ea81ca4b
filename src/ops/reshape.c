/* reshape: the elements in C order under another shape.
 *   vjp: dx = dy in x's shape. */
#include "ops/move.h"

#include <string.h>

/* Puts the size that makes the elements fit in the place of -1. */
static bool infer_size(mg_graph *g, const mg_shape *x, mg_shape *shape)
{
    char from[MG_SHAPE_TEXT_SIZE], to[MG_SHAPE_TEXT_SIZE];
    int unknown = -1;
    int64_t known = 1;
    bool fits = true;
    for (int i = 0; i < shape->rank; i++)
        if (shape->dim[i] == -1 && unknown < 0)
            unknown = i;
        else
            fits = fits && shape->dim[i] >= 0 &&
                   mg_int_mul(known, shape->dim[i], &known);
    const int64_t size = mg_shape_size(x);
    if (fits && unknown >= 0 && known > 0 && size % known == 0)
        shape->dim[unknown] = known = size / known;
    else
        fits = fits && unknown < 0 && known == size;
    if (!fits)
        mg_graph_fail(g, MG_BAD_SHAPE, "reshape: %s does not fit into %s",
                      mg_shape_text(x, from), mg_shape_text(shape, to));
    return fits;
}

mg_value mg_reshape(mg_graph *g, mg_value x, const mg_shape *shape)
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    if (shape->rank < 0 || shape->rank > MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "reshape: a shape of %d axes; at most %d",
                             shape->rank, MG_MAX_RANK);
    const mg_shape from = mg_value_shape(g, x);
    mg_shape to = *shape;
    if (!infer_size(g, &from, &to))
        return (mg_value){0};
    if (mg_shape_equal(&from, &to))
        return x;
    const mg_extra extra = {.n_attrs = to.rank, .attr = to.dim};
    return mg_apply(g, &mg_op_reshape, 1, &x, &extra);
}

static mg_value reshape_build(mg_graph *g, const mg_call *call)
{
    if (call->at[1].n > MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "reshape: a shape of %d axes; at most %d",
                             call->at[1].n, MG_MAX_RANK);
    const mg_shape shape = mg_shape_of(call->at[1].n, call->at[1].integer);
    return mg_reshape(g, call->value[0], &shape);
}

static mg_status reshape_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    char from[MG_SHAPE_TEXT_SIZE], to[MG_SHAPE_TEXT_SIZE];
    mg_type type = mg_value_type(g, y->input[0]);
    const mg_shape x = type.shape;
    MG_TRY(mg_shape_of_attrs(g, y, 0, &type.shape));
    if (mg_shape_size(&type.shape) != mg_shape_size(&x))
        return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                       "reshape: %s does not fit into %s",
                       mg_shape_text(&x, from), mg_shape_text(&type.shape, to));
    *out = type;
    return MG_OK;
}

static void reshape_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                        mg_value dx[])
{
    dx[0] = mg_reshape_like(g, dy, y->input[0]);
}

static mg_value reshape_batch(mg_graph *g, const mg_graph *from,
                              const mg_node *y, const mg_value x[],
                              const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    mg_shape shape;
    if (!mg_batch_shape(g, "reshape", &y->type.shape, n, &shape))
        return (mg_value){0};
    return mg_reshape(g, x[0], &shape);
}

/* Walks both shapes in groups of axes with equal products: x's axes of a
 * group must be evenly spaced; y's then are, from the group's last stride.
 * Axes of size 1 say nothing. */
static bool reshape_view(const mg_node *node, const mg_tensor *x, mg_tensor *y)
{
    (void)node;
    const mg_shape *const from = &x->type.shape;
    const mg_shape *const to = &y->type.shape;
    if (mg_shape_size(to) == 0)
        return false;
    mg_tensor view = *y;
    view.data = x->data;
    int i = from->rank - 1, j = to->rank - 1;
    while (j >= 0) {
        while (i >= 0 && from->dim[i] == 1)
            i--;
        int64_t stride = i >= 0 ? x->stride[i] : 1;
        int64_t inner = i >= 0 ? from->dim[i] : 1, outer = 1;
        while (i > 0 &&
               (from->dim[i - 1] == 1 || x->stride[i - 1] == stride * inner)) {
            /* The axis before continues this one. */
            inner *= from->dim[i - 1];
            i--;
        }
        while (j >= 0 && inner % (outer * to->dim[j]) == 0) {
            view.stride[j] = stride * outer;
            outer *= to->dim[j];
            j--;
        }
        if (outer != inner)
            return false;
        i--;
    }
    *y = view;
    return true;
}

static void reshape_reference(mg_frame *frame, const mg_node *node,
                              const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    (void)node;
    const size_t size = mg_dtype_size(y->type.dtype);
    const int64_t count = mg_shape_size(&y->type.shape);
    for (int64_t i = 0; i < count; i++)
        memcpy((char *)y->data + mg_tensor_offset(y, i) * (int64_t)size,
               (const char *)x->data + mg_tensor_offset(x, i) * (int64_t)size,
               size);
}

static const mg_param reshape_params[] = {
    {.name = "x", .kind = MG_PARAM_VALUE},
    {.name = "shape", .kind = MG_PARAM_INTS},
    {.kind = MG_PARAM_END},
};

static const char *const reshape_examples[] = {
    "x[m,n]: reshape(x, (n, m))",
    "x[m,n,2]: reshape(x, (m * n, 2))",
    "x[m,n]: reshape(x', m * n)",
    "x[m,4] m>0: reshape(x, (2, -1))",
    NULL,
};

const mg_op mg_op_reshape = {
    .name = "reshape",
    .formula = "y = x in another shape",
    .doc = "The elements in C order under another shape of equal size; one "
           "size may be -1 and is then worked out.",
    .kind = MG_MOVE,
    .operands = MG_AS_GIVEN,
    .n_inputs = 1,
    .attrs = "shape...",
    .type = reshape_type,
    .vjp = reshape_vjp,
    .rule = {"G in the shape of {0}"},
    .batch = reshape_batch,
    .reference = reshape_reference,
    .view = reshape_view,
    .onnx = {"Reshape", 13},
    .params = reshape_params,
    .build = reshape_build,
    .examples = reshape_examples,
};
