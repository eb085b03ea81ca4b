/* extent: which nodes fit together. Layer optimise. */
#include "optimise/extent.h"

#include "optimise/loop.h"

static int64_t row_length(const mg_shape *shape, int row_axis)
{
    int64_t length = 1;
    for (int i = row_axis; i < shape->rank; i++)
        length *= shape->dim[i];
    return length;
}

/* The first of the axes that a reduction takes, if they are the last ones;
 * else -1. Attributes: keep, then the axes, ascending. */
static int folded_from(const mg_node *node, int rank)
{
    const int axes = node->n_attrs - 1;
    for (int i = 0; i < axes; i++)
        if (node->attr[1 + i] != rank - axes + i)
            return -1;
    return rank - axes;
}

/* Whether the node folds the last axes of its operand, within limits. */
static bool folds_rows(const mg_graph *g, const mg_node *node)
{
    if (!node->op->folds_rows || node->type.dtype != MG_F32 ||
        node->n_attrs < 2)
        return false;
    const mg_type x = mg_value_type(g, node->input[0]);
    const int axis = folded_from(node, x.shape.rank);
    if (axis < 0 || x.dtype != MG_F32)
        return false;
    const int64_t length = row_length(&x.shape, axis);
    return length >= 2 && length <= MG_LOOP_ROW;
}

bool mg_joins(const mg_graph *g, const mg_node *node)
{
    if (node->op->kind == MG_ELEMENTWISE)
        return node->op->scalar && node->n_inputs >= 1 &&
               node->n_inputs <= MG_LOOP_SOURCES;
    if (node->op->by_place)
        return node->type.dtype == MG_F32;
    return node->op == &mg_op_reshape || folds_rows(g, node);
}

/* Whether a value of that shape is a number a row: [rows.., 1..] or [rows..].
 */
static bool is_row_value(const mg_extent *extent, const mg_shape *shape)
{
    if (extent->row_axis < 0 || shape->rank < extent->row_axis ||
        (shape->rank > extent->row_axis && shape->rank != extent->shape.rank))
        return false;
    for (int i = 0; i < shape->rank; i++)
        if (shape->dim[i] != (i < extent->row_axis ? extent->shape.dim[i] : 1))
            return false;
    return true;
}

mg_level mg_level_of(const mg_extent *extent, const mg_node *node)
{
    const bool element = node->op->kind == MG_ELEMENTWISE || node->op->by_place;
    if (element && mg_shape_equal(&node->type.shape, &extent->shape))
        return MG_LEVEL_FULL;
    return !node->op->by_place && is_row_value(extent, &node->type.shape)
               ? MG_LEVEL_ROW
               : MG_LEVEL_NONE;
}

/* The node among n that gives a value, or NULL. */
static const mg_node *find(size_t n, const mg_node *const node[], mg_value v)
{
    for (size_t i = 0; i < n; i++)
        if (node[i]->self.id == v.id)
            return node[i];
    return NULL;
}

/* A full node reads numbers of rows as [rows.., 1..], which broadcasts; a row
 * node reads elements only to fold them. */
static bool reads_rightly(const mg_extent *extent, const mg_node *node,
                          const mg_node *input)
{
    const mg_level from = mg_level_of(extent, input);
    if (mg_level_of(extent, node) == MG_LEVEL_FULL)
        return from == MG_LEVEL_FULL ||
               input->type.shape.rank == extent->shape.rank;
    const bool folds = node->op->folds_rows;
    return folds ? from == MG_LEVEL_FULL : from == MG_LEVEL_ROW;
}

static bool holds(const mg_graph *g, const mg_extent *extent, size_t n,
                  const mg_node *const node[])
{
    for (size_t i = 0; i < n; i++) {
        const mg_level level = mg_level_of(extent, node[i]);
        if (level == MG_LEVEL_NONE)
            return false;
        if (extent->row_axis >= 0 && mg_dtype_size(node[i]->type.dtype) > 4)
            return false;
        if (node[i]->op->folds_rows) {
            const mg_shape x = mg_value_shape(g, node[i]->input[0]);
            if (!mg_shape_equal(&x, &extent->shape) ||
                folded_from(node[i], x.rank) != extent->row_axis)
                return false;
        }
        for (int k = 0; k < node[i]->n_inputs; k++) {
            const mg_node *const input = find(n, node, node[i]->input[k]);
            const bool needed = node[i]->op == &mg_op_reshape;
            if (input ? !reads_rightly(extent, node[i], input) : needed)
                return false;
        }
    }
    return true;
}

bool mg_extent_of(const mg_graph *g, size_t n, const mg_node *const node[],
                  mg_extent *out)
{
    mg_extent extent = {node[0]->type.shape, -1};
    for (size_t i = 0; i < n && extent.row_axis < 0; i++) {
        if (!node[i]->op->folds_rows)
            continue;
        extent.shape = mg_value_shape(g, node[i]->input[0]);
        extent.row_axis = folded_from(node[i], extent.shape.rank);
    }
    if (!holds(g, &extent, n, node))
        return false;
    *out = extent;
    return true;
}
