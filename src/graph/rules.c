/* rules: type, batch and reference rules that many ops share. Layer graph. */
#include "graph/op.h"

/* ---- Form ---- */

static mg_status malformed(const mg_graph *g, const mg_node *node,
                           const char *what)
{
    return mg_fail(mg_graph_ctx(g), MG_BAD_ARGUMENT, "%s: %s", node->op->name,
                   what);
}

/* Whether operands of that element type need no conversion. */
static bool operand_fits(mg_operands wanted, mg_dtype dtype)
{
    switch (wanted) {
    case MG_AS_REALS:
        return mg_dtype_is_real(dtype);
    case MG_AS_NUMBERS:
        return dtype != MG_BOOL;
    case MG_AS_TRUTH:
        return dtype == MG_BOOL;
    case MG_AS_GIVEN:
    case MG_AS_ALIKE:
        break;
    }
    return true;
}

static mg_status check_operand_types(const mg_graph *g, const mg_node *node)
{
    const mg_operands wanted = node->op->operands;
    if (node->n_inputs == 0 || wanted == MG_AS_GIVEN)
        return MG_OK;
    const mg_dtype first = mg_value_type(g, node->input[0]).dtype;
    for (int i = 0; i < node->n_inputs; i++)
        if (mg_value_type(g, node->input[i]).dtype != first)
            return malformed(g, node, "reads unequal element types");
    return operand_fits(wanted, first)
               ? MG_OK
               : malformed(g, node, "reads a wrong element type");
}

/* Attributes of a reduction: keep, then the axes, ascending. */
static mg_status check_axes(const mg_graph *g, const mg_node *node)
{
    if (node->n_attrs < 1 || node->attr[0] < 0 || node->attr[0] > 1)
        return malformed(g, node, "lacks its attributes");
    const int rank = mg_value_shape(g, node->input[0]).rank;
    int64_t last = -1;
    for (int i = 1; i < node->n_attrs; i++) {
        if (node->attr[i] <= last || node->attr[i] >= rank)
            return malformed(g, node, "reduces axes that are not ascending");
        last = node->attr[i];
    }
    return MG_OK;
}

mg_status mg_check_form(const mg_graph *g, const mg_node *node)
{
    const mg_op *const op = node->op;
    if (op->n_inputs != MG_VARIADIC && op->n_inputs != node->n_inputs)
        return malformed(g, node, "has a wrong number of inputs");
    if (node->n_attrs > 0 && (!op->attrs || !*op->attrs))
        return malformed(g, node, "takes no attributes");
    if ((node->data != NULL) != (op == &mg_op_constant))
        return malformed(g, node,
                         "constants have data, other operations have not");
    if (op->kind == MG_REDUCE)
        MG_TRY(check_axes(g, node));
    return check_operand_types(g, node);
}

/* ---- Types and batches ---- */

mg_status mg_type_elementwise(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_type type = {.dtype = mg_graph_real(g)};
    for (int i = 0; i < y->n_inputs; i++) {
        const mg_type x = mg_value_type(g, y->input[i]);
        type.dtype = x.dtype;
        const mg_shape before = type.shape;
        if (!mg_shape_broadcast(&before, &x.shape, &type.shape)) {
            char a[MG_SHAPE_TEXT_SIZE], b[MG_SHAPE_TEXT_SIZE];
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "%s: shapes %s and %s do not broadcast", y->op->name,
                           mg_shape_text(&before, a),
                           mg_shape_text(&x.shape, b));
        }
    }
    *out = type;
    return MG_OK;
}

mg_status mg_type_compare(const mg_graph *g, const mg_node *y, mg_type *out)
{
    mg_type type;
    MG_TRY(mg_type_elementwise(g, y, &type));
    type.dtype = MG_BOOL;
    *out = type;
    return MG_OK;
}

mg_status mg_type_reduce(const mg_graph *g, const mg_node *y, mg_type *out)
{
    const mg_type x = mg_value_type(g, y->input[0]);
    const bool keep = y->attr[0] != 0;
    bool reduced[MG_MAX_RANK] = {false};
    for (int i = 1; i < y->n_attrs; i++) {
        if (y->attr[i] < 0 || y->attr[i] >= x.shape.rank)
            return mg_fail(mg_graph_ctx(g), MG_BAD_SHAPE,
                           "%s: axis %lld of a value with %d axes", y->op->name,
                           (long long)y->attr[i], x.shape.rank);
        reduced[y->attr[i]] = true;
    }
    mg_type type = {.dtype = x.dtype};
    for (int i = 0; i < x.shape.rank; i++)
        if (!reduced[i])
            mg_shape_append(&type.shape, x.shape.dim[i]);
        else if (keep)
            mg_shape_append(&type.shape, 1);
    *out = type;
    return MG_OK;
}

/* x with axes of size 1 behind its batch axis, up to rank + 1 axes. */
static mg_value pad_rank(mg_graph *g, mg_value x, int rank)
{
    mg_shape shape = mg_value_shape(g, x);
    if (shape.rank == rank + 1 || mg_graph_status(g) != MG_OK)
        return x;
    while (shape.rank < rank + 1)
        mg_shape_insert(&shape, 1, 1);
    return mg_reshape(g, x, &shape);
}

mg_value mg_batch_elementwise(mg_graph *g, const mg_graph *from,
                              const mg_node *y, const mg_value x[],
                              const bool batched[], int64_t n)
{
    (void)from;
    (void)n;
    mg_value operand[MG_MAX_RULES];
    for (int i = 0; i < y->n_inputs; i++)
        operand[i] = batched[i] ? pad_rank(g, x[i], y->type.shape.rank) : x[i];
    return mg_copy_node(g, y, operand);
}

mg_value mg_batch_reduce(mg_graph *g, const mg_graph *from, const mg_node *y,
                         const mg_value x[], const bool batched[], int64_t n)
{
    (void)from;
    (void)batched;
    (void)n;
    int64_t attr[MG_MAX_RANK + 1] = {y->attr[0]};
    for (int i = 1; i < y->n_attrs; i++)
        attr[i] = y->attr[i] + 1;
    return mg_apply(g, y->op, 1, x,
                    &(mg_extra){.n_attrs = y->n_attrs, .attr = attr});
}

mg_value mg_expand_batch(mg_graph *g, mg_value x, int64_t n)
{
    mg_shape shape = mg_value_shape(g, x);
    if (shape.rank == MG_MAX_RANK)
        return mg_graph_fail(g, MG_BAD_SHAPE,
                             "batch: a value of %d axes has no room for one "
                             "more",
                             MG_MAX_RANK);
    mg_shape_insert(&shape, 0, n);
    return mg_broadcast(g, x, &shape);
}

bool mg_canonical_axes(mg_graph *g, const char *op, int rank, int n,
                       const int64_t axes[], int64_t out[MG_MAX_RANK],
                       int *n_out)
{
    if (mg_graph_status(g) != MG_OK)
        return false;
    bool chosen[MG_MAX_RANK] = {false};
    for (int i = 0; i < rank && n < 0; i++)
        chosen[i] = true;
    for (int i = 0; i < n; i++) {
        const int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];
        if (axis < 0 || axis >= rank) {
            mg_graph_fail(g, MG_BAD_SHAPE,
                          "%s: axis %lld of a value with %d axes", op,
                          (long long)axes[i], rank);
            return false;
        }
        if (chosen[axis]) {
            mg_graph_fail(g, MG_BAD_SHAPE, "%s: axis %lld is named twice", op,
                          (long long)axes[i]);
            return false;
        }
        chosen[axis] = true;
    }
    *n_out = 0;
    for (int i = 0; i < rank; i++)
        if (chosen[i])
            out[(*n_out)++] = i;
    return true;
}

mg_value mg_reduce(mg_graph *g, const mg_op *op, mg_value x, int n,
                   const int64_t axes[], bool keep)
{
    int64_t attr[MG_MAX_RANK + 1] = {keep};
    int count = 0;
    const int rank = mg_value_shape(g, x).rank;
    if (!mg_canonical_axes(g, op->name, rank, n, axes, attr + 1, &count))
        return (mg_value){0};
    return mg_apply(g, op, 1, &x,
                    &(mg_extra){.n_attrs = count + 1, .attr = attr});
}

mg_value mg_reduce_call(mg_graph *g, const mg_op *op, const mg_call *call)
{
    const int n = call->at[1].given ? call->at[1].n : -1;
    const bool keep = call->at[2].given && call->at[2].integer[0];
    return mg_reduce(g, op, call->value[0], n, call->at[1].integer, keep);
}

/* ---- Reductions in the oracle ---- */

struct mg_fold_items {
    mg_tensor view; /* over the reduced axes only */
};

double mg_fold_item(const mg_fold_items *items, int64_t index)
{
    return mg_tensor_get(&items->view, index);
}

/* The kept axes of x as one tensor, the reduced ones as another. */
static void split_axes(const mg_node *node, const mg_tensor *x, mg_tensor *kept,
                       mg_tensor *reduced)
{
    bool is_reduced[MG_MAX_RANK] = {false};
    for (int i = 1; i < node->n_attrs; i++)
        is_reduced[node->attr[i]] = true;
    *kept = *reduced =
        (mg_tensor){.type = {.dtype = x->type.dtype}, .data = x->data};
    for (int i = 0; i < x->type.shape.rank; i++) {
        mg_tensor *const part = is_reduced[i] ? reduced : kept;
        part->stride[part->type.shape.rank] = x->stride[i];
        mg_shape_append(&part->type.shape, x->type.shape.dim[i]);
    }
}

void mg_reduce_reference(const mg_node *node, const mg_tensor *x,
                         const mg_tensor *y, mg_fold_fn *f)
{
    mg_tensor kept;
    mg_fold_items items;
    split_axes(node, x, &kept, &items.view);
    const int64_t count = mg_shape_size(&items.view.type.shape);
    const int64_t n = mg_shape_size(&y->type.shape);
    const int64_t size = (int64_t)mg_dtype_size(x->type.dtype);
    for (int64_t i = 0; i < n; i++) {
        const int64_t offset = mg_tensor_offset(&kept, i);
        items.view.data = (char *)x->data + offset * size;
        mg_tensor_set(y, i, f(&items, count));
    }
}

double mg_node_flops(const mg_graph *g, const mg_node *node)
{
    if (node->op->flops)
        return node->op->flops(g, node);
    if (node->op->kind == MG_ELEMENTWISE)
        return (double)mg_shape_size(&node->type.shape);
    if (node->op->kind != MG_REDUCE)
        return 0;
    const mg_shape x = mg_value_shape(g, node->input[0]);
    return (double)mg_shape_size(&x);
}
