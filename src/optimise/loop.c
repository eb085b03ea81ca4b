/* loop: lowering of a node to a loop over rows. Layer optimise. */
#include "optimise/loop.h"

#include <string.h>

/* The operands' strides over the output's axes while axes are collapsed. */
typedef struct {
    int rank, n;
    int64_t dim[MG_MAX_RANK];
    int64_t stride[MG_LOOP_OPERANDS][MG_MAX_RANK];
} walks;

/* Whether all operands walk axis `last` and one of `dim` elements behind it
 * as one axis. */
static bool fits(const walks *w, int last, const int64_t stride[], int64_t dim)
{
    for (int i = 0; i < w->n; i++)
        if (w->stride[i][last] != stride[i] * dim)
            return false;
    return true;
}

/* Appends an axis, joined to the one before it where that is possible, if it
 * is not one of the first `border`. */
static void add_axis(walks *w, int64_t dim, const int64_t stride[], int border)
{
    if (dim == 1)
        return;
    int at = w->rank;
    if (at > border && fits(w, at - 1, stride, dim)) {
        at--;
        w->dim[at] *= dim;
    } else {
        w->rank++;
        w->dim[at] = dim;
    }
    for (int i = 0; i < w->n; i++)
        w->stride[i][at] = stride[i];
}

/* An operand over the axes of the extent. A number a row that only row nodes
 * read may lack the row's axes: it stays along them. False if it is read as
 * what it is not. */
static bool spread(const mg_extent *extent, const mg_tensor *t, bool by_rows,
                   mg_tensor *out)
{
    mg_shape rows = extent->shape;
    if (by_rows)
        for (int i = extent->row_axis; i < rows.rank; i++)
            rows.dim[i] = 1;
    mg_tensor wide = *t;
    if (by_rows && t->type.shape.rank == extent->row_axis)
        for (int i = extent->row_axis; i < rows.rank; i++) {
            mg_shape_append(&wide.type.shape, 1);
            wide.stride[i] = 0;
        }
    if (wide.type.shape.rank > rows.rank)
        return false;
    for (int i = 1; i <= wide.type.shape.rank; i++) {
        const int64_t dim = wide.type.shape.dim[wide.type.shape.rank - i];
        if (dim != 1 && dim != rows.dim[rows.rank - i])
            return false;
    }
    *out = mg_tensor_broadcast(&wide, &rows);
    for (int i = extent->row_axis; by_rows && i < rows.rank; i++)
        out->stride[i] = 0;
    return true;
}

/* Sets the axes of w: those of the rows, then from row_axis on those of the
 * row, which must become one. Where that is -1 there is no such border. */
static bool collapse(const mg_shape *shape, int row_axis,
                     const mg_tensor view[], int n, walks *w)
{
    int before = 0;
    memset(w, 0, sizeof *w);
    w->n = n;
    for (int axis = 0; axis < shape->rank; axis++) {
        int64_t stride[MG_LOOP_OPERANDS];
        for (int i = 0; i < n; i++)
            stride[i] = view[i].stride[axis];
        if (axis == row_axis)
            before = w->rank;
        add_axis(w, shape->dim[axis], stride, before);
    }
    return row_axis < 0 || w->rank == before + 1;
}

static mg_walk walk_of(int64_t stride)
{
    if (stride == 1)
        return MG_WALK_ROW;
    return stride == 0 ? MG_WALK_SCALAR : MG_WALK_STRIDED;
}

/* A row of one element is a row whatever its strides were. */
static void set_operand(const walks *w, int i, mg_dtype dtype,
                        mg_loop_operand *out)
{
    const int row = w->rank - 1;
    const int64_t stride = row < 0 ? 1 : w->stride[i][row];
    *out = (mg_loop_operand){
        .walk = walk_of(stride), .dtype = dtype, .stride = stride};
    for (int axis = 0; axis < row; axis++)
        out->outer[axis] = w->stride[i][axis];
}

/* ---- Instructions ---- */

/* The number of a value in the loop: its operand, else that of the node that
 * computes it. */
static int number_of(const mg_group *group, mg_value v)
{
    const size_t operands = group->n_inputs + group->n_outputs;
    for (size_t i = 0; i < group->n_outputs; i++)
        if (group->output[i].id == v.id)
            return (int)(group->n_inputs + i);
    for (size_t i = 0; i < group->n_inputs; i++)
        if (group->input[i].id == v.id)
            return (int)i;
    for (size_t i = 0; i < group->n; i++)
        if (group->node[i]->self.id == v.id)
            return group->node[i]->op == &mg_op_reshape
                       ? number_of(group, group->node[i]->input[0])
                       : (int)(operands + i);
    return -1;
}

/* A reshape inside is another form of the same numbers; one that others read
 * is a copy. */
static void set_instructions(const mg_extent *extent, const mg_group *group,
                             mg_loop *out)
{
    const int operands = (int)(group->n_inputs + group->n_outputs);
    for (size_t i = 0; i < group->n; i++) {
        const mg_node *const node = group->node[i];
        const int target = number_of(group, node->self);
        const bool copies = node->op == &mg_op_reshape;
        if (copies && (target >= operands || target < (int)group->n_inputs))
            continue;
        mg_loop_instruction *const in = &out->instruction[out->n_instructions];
        *in = (mg_loop_instruction){.op = copies ? &mg_op_cast : node->op,
                                    .dtype = node->type.dtype,
                                    .level = mg_level_of(extent, node),
                                    .folds = node->op->kind == MG_REDUCE,
                                    .n_sources = node->n_inputs,
                                    .target = target,
                                    .attr = node->attr};
        for (int k = 0; k < node->n_inputs; k++)
            in->source[k] = number_of(group, node->input[k]);
        if (!copies || in->source[0] != target)
            out->n_instructions++;
    }
}

/* Which operands are read or written at a level. */
static bool is_of_level(const mg_loop *loop, int operand, mg_level level)
{
    for (int i = 0; i < loop->n_instructions; i++) {
        const mg_loop_instruction *const in = &loop->instruction[i];
        const mg_level read = in->folds ? MG_LEVEL_FULL : in->level;
        for (int k = 0; k < in->n_sources; k++)
            if (in->source[k] == operand && read == level)
                return true;
        if (in->target == operand && in->level == level)
            return true;
    }
    return false;
}

static bool is_a_loop(const mg_graph *g, const mg_step *step,
                      const mg_group *group)
{
    for (size_t i = 0; i < group->n; i++)
        if (!mg_joins(g, group->node[i]))
            return false;
    return group->n <= MG_LOOP_INSTRUCTIONS &&
           step->n_operands <= MG_LOOP_OPERANDS &&
           (group->n > 1 || group->node[0]->op->kind == MG_ELEMENTWISE);
}

/* An operand that is read as elements and as numbers of rows must be the same
 * for both. */
static bool spread_operands(const mg_extent *extent, const mg_step *step,
                            const mg_loop *loop, mg_tensor view[])
{
    for (int i = 0; i < step->n_operands; i++) {
        const mg_tensor *const t = &step->operand[i].tensor;
        const bool by_rows = is_of_level(loop, i, MG_LEVEL_ROW);
        if (by_rows && is_of_level(loop, i, MG_LEVEL_FULL) &&
            t->type.shape.rank != extent->shape.rank &&
            mg_shape_size(&t->type.shape) != 1)
            return false;
        if (!spread(extent, t, by_rows, &view[i]))
            return false;
    }
    return true;
}

static bool lower(const mg_graph *g, const mg_step *step, bool by_rows,
                  mg_loop *out)
{
    const mg_group group =
        step->group ? *step->group : mg_group_of_one(&step->node);
    mg_extent extent;
    mg_tensor view[MG_LOOP_OPERANDS];
    walks w;
    if (!is_a_loop(g, step, &group) ||
        !mg_extent_of(g, group.n, group.node, &extent))
        return false;
    memset(out, 0, sizeof *out);
    out->n_operands = step->n_operands;
    out->whole = extent.row_axis >= 0;
    set_instructions(&extent, &group, out);
    const int last = extent.shape.rank - 1;
    if (by_rows && (last < 0 || (out->whole && extent.row_axis != last)))
        return false;
    if (!spread_operands(&extent, step, out, view) ||
        !collapse(&extent.shape, by_rows ? last : extent.row_axis, view,
                  step->n_operands, &w))
        return false;
    const int row = w.rank - 1;
    out->length = row < 0 ? 1 : w.dim[row];
    out->rows = 1;
    for (int axis = 0; axis < row; axis++) {
        mg_shape_append(&out->outer, w.dim[axis]);
        out->rows *= w.dim[axis];
    }
    for (int i = 0; i < step->n_operands; i++)
        set_operand(&w, i, step->operand[i].tensor.type.dtype,
                    &out->operand[i]);
    return true;
}

bool mg_loop_lower(const mg_graph *g, const mg_step *step, mg_loop *out)
{
    return lower(g, step, false, out);
}

bool mg_loop_lower_rows(const mg_graph *g, const mg_step *step, mg_loop *out)
{
    return lower(g, step, true, out) && out->outer.rank <= 1;
}
