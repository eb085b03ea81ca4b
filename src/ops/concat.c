/* concat: values one after the other along an axis.
 *   vjp: every input gets its slice of dy. */
#include "ops/move.h"

mg_value mg_concat(mg_graph *g, int n, const mg_value x[], int64_t axis)
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    if (n < 1)
        return mg_graph_fail(g, MG_BAD_ARGUMENT, "concat: of no values");
    const int rank = mg_value_shape(g, x[0]).rank;
    if (rank == 0)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "concat: a number has no axis; stack it");
    const int64_t canonical = axis < 0 ? axis + rank : axis;
    if (canonical < 0 || canonical >= rank)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "concat: axis %lld of a value with %d axes",
                             (long long)axis, rank);
    const mg_extra extra = {.n_attrs = 1, .attr = &canonical};
    return mg_apply(g, &mg_op_concat, n, x, &extra);
}

static mg_value concat_build(mg_graph *g, const mg_call *call)
{
    const int64_t axis = call->at[1].given ? call->at[1].integer[0] : 0;
    return mg_concat(g, call->n_values, call->value, axis);
}

/* Equal but along the axis. */
static bool shapes_fit(const mg_shape *a, const mg_shape *b, int64_t axis)
{
    bool fit = a->rank == b->rank;
    for (int i = 0; fit && i < a->rank; i++)
        fit = i == axis || a->dim[i] == b->dim[i];
    return fit;
}

static mg_status concat_type(const mg_graph *g, const mg_node *y, mg_type *out)
{
    char first[MG_SHAPE_TEXT_SIZE], other[MG_SHAPE_TEXT_SIZE];
    mg_ctx *const ctx = mg_graph_ctx(g);
    MG_TRY(mg_expect_attrs(g, y, 1));
    if (y->n_inputs < 1)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "concat: of no values");
    mg_type type = mg_value_type(g, y->input[0]);
    const int64_t axis = y->attr[0];
    if (axis < 0 || axis >= type.shape.rank)
        return mg_fail(ctx, MG_BAD_SHAPE, "concat: axis %lld of %s",
                       (long long)axis, mg_shape_text(&type.shape, first));
    for (int i = 1; i < y->n_inputs; i++) {
        const mg_shape next = mg_value_shape(g, y->input[i]);
        if (!shapes_fit(&type.shape, &next, axis))
            return mg_fail(ctx, MG_BAD_SHAPE,
                           "concat: %s and %s differ in more than axis %lld",
                           mg_shape_text(&type.shape, first),
                           mg_shape_text(&next, other), (long long)axis);
        if (!mg_int_add(type.shape.dim[axis], next.dim[axis],
                        &type.shape.dim[axis]))
            return mg_fail(ctx, MG_BAD_SHAPE, "concat: axis %lld is too long",
                           (long long)axis);
    }
    *out = type;
    return MG_OK;
}

static void concat_vjp(mg_graph *g, const mg_node *y, mg_value dy,
                       mg_value dx[])
{
    int64_t begin[MG_MAX_RANK] = {0}, step[MG_MAX_RANK];
    for (int i = 0; i < MG_MAX_RANK; i++)
        step[i] = 1;
    const int64_t axis = y->attr[0];
    for (int i = 0; i < y->n_inputs; i++) {
        const mg_shape x = mg_value_shape(g, y->input[i]);
        dx[i] = mg_slice(g, dy, begin, x.dim, step);
        begin[axis] += x.dim[axis];
    }
}

static mg_value concat_batch(mg_graph *g, const mg_graph *from,
                             const mg_node *y, const mg_value x[],
                             const bool batched[], int64_t n)
{
    (void)from;
    const size_t count = (size_t)y->n_inputs;
    mg_value *const operand =
        mg_arena_alloc(mg_graph_arena(g), count, sizeof *operand);
    if (!operand)
        return mg_graph_fail(g, MG_NO_MEMORY, "out of memory");
    for (int i = 0; i < y->n_inputs; i++)
        operand[i] = batched[i] ? x[i] : mg_expand_batch(g, x[i], n);
    return mg_concat(g, y->n_inputs, operand, y->attr[0] + 1);
}

static void concat_reference(mg_frame *frame, const mg_node *node,
                             const mg_tensor x[], const mg_tensor *y)
{
    (void)frame;
    int64_t begin[MG_MAX_RANK] = {0}, step[MG_MAX_RANK];
    for (int i = 0; i < MG_MAX_RANK; i++)
        step[i] = 1;
    const int64_t axis = node->attr[0];
    for (int i = 0; i < node->n_inputs; i++) {
        const mg_shape *const shape = &x[i].type.shape;
        const mg_tensor part = mg_tensor_slice(y, begin, shape->dim, step);
        mg_tensor_copy(&x[i], &part);
        begin[axis] += shape->dim[axis];
    }
}

static const mg_param concat_params[] = {
    {.name = "values", .kind = MG_PARAM_VALUES},
    {.name = "axis",
     .kind = MG_PARAM_INT,
     .optional = true,
     .named_only = true},
    {.kind = MG_PARAM_END},
};

static const char *const concat_examples[] = {
    "x[m,n], y[k,n]: concat(x, y)",
    "x[m,n], y[m,k], z[m]: concat(x, y, reshape(z, (m, 1)), axis = 1)",
    "x[m,n]: concat(x, x, x, axis = -1)",
    "x[n]: concat(x)",
    NULL,
};

const mg_op mg_op_concat = {
    .name = "concat",
    .formula = "y = (a, b, ...)",
    .doc = "Values one after the other along an axis (0 unless given); their "
           "other axes are equal.",
    .kind = MG_MOVE,
    .operands = MG_AS_ALIKE,
    .n_inputs = MG_VARIADIC,
    .attrs = "axis",
    .type = concat_type,
    .vjp = concat_vjp,
    .rule = {"the part of G that {0} became", "the part of G that {1} became",
             "the part of G that {2} became"},
    .batch = concat_batch,
    .reference = concat_reference,
    .onnx = {"Concat", 13},
    .params = concat_params,
    .build = concat_build,
    .examples = concat_examples,
};
