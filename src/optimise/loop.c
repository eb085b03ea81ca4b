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

/* Appends an axis, joined to the one before it where that is possible. */
static void add_axis(walks *w, int64_t dim, const int64_t stride[])
{
    if (dim == 1)
        return;
    int at = w->rank;
    if (at > 0 && fits(w, at - 1, stride, dim)) {
        at--;
        w->dim[at] *= dim;
    } else {
        w->rank++;
        w->dim[at] = dim;
    }
    for (int i = 0; i < w->n; i++)
        w->stride[i][at] = stride[i];
}

static void collapse(const mg_step *step, walks *w)
{
    const int n = step->n_operands;
    const mg_shape *const shape = &step->node->type.shape;
    mg_tensor view[MG_LOOP_OPERANDS];
    for (int i = 0; i < n; i++)
        view[i] = mg_tensor_broadcast(&step->operand[i].tensor, shape);
    memset(w, 0, sizeof *w);
    w->n = n;
    for (int axis = 0; axis < shape->rank; axis++) {
        int64_t stride[MG_LOOP_OPERANDS];
        for (int i = 0; i < n; i++)
            stride[i] = view[i].stride[axis];
        add_axis(w, shape->dim[axis], stride);
    }
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

/* The step as a group. */
static mg_group group_of(const mg_step *step)
{
    if (step->group)
        return *step->group;
    return (mg_group){.n = 1,
                      .node = &step->node,
                      .n_inputs = (size_t)step->node->n_inputs,
                      .n_outputs = 1,
                      .input = step->node->input,
                      .output = &step->node->self};
}

/* The number of a value in the loop: its operand, else the register of the
 * node that computes it. */
static int number_of(const mg_group *group, mg_value v)
{
    const size_t operands = group->n_inputs + group->n_outputs;
    for (size_t i = 0; i < group->n_outputs; i++)
        if (group->output[i].id == v.id)
            return (int)(group->n_inputs + i);
    for (size_t i = 0; i < group->n_inputs; i++)
        if (group->input[i].id == v.id)
            return (int)i;
    size_t at = 0;
    while (group->node[at]->self.id != v.id)
        at++;
    return (int)(operands + at);
}

static void set_instructions(const mg_group *group, mg_loop *out)
{
    for (size_t i = 0; i < group->n; i++) {
        const mg_node *const node = group->node[i];
        mg_loop_instruction *const instruction =
            &out->instruction[out->n_instructions++];
        instruction->op = node->op;
        instruction->dtype = node->type.dtype;
        for (int k = 0; k < node->n_inputs; k++)
            instruction->source[k] = number_of(group, node->input[k]);
        instruction->target = number_of(group, node->self);
    }
    out->pass[0] = (mg_loop_pass){.first = 0, .count = out->n_instructions};
    out->n_passes = 1;
}

static bool is_a_loop(const mg_step *step, const mg_group *group)
{
    for (size_t i = 0; i < group->n; i++) {
        const mg_node *const node = group->node[i];
        if (node->op->kind != MG_ELEMENTWISE || !node->op->scalar ||
            node->n_inputs < 1 || node->n_inputs > MG_LOOP_SOURCES)
            return false;
    }
    return group->n <= MG_LOOP_INSTRUCTIONS &&
           step->n_operands <= MG_LOOP_OPERANDS;
}

bool mg_loop_lower(const mg_step *step, mg_loop *out)
{
    const mg_group group = group_of(step);
    if (!is_a_loop(step, &group))
        return false;
    walks w;
    collapse(step, &w);
    memset(out, 0, sizeof *out);
    const int row = w.rank - 1;
    out->length = row < 0 ? 1 : w.dim[row];
    out->rows = 1;
    for (int axis = 0; axis < row; axis++) {
        mg_shape_append(&out->outer, w.dim[axis]);
        out->rows *= w.dim[axis];
    }
    out->n_operands = step->n_operands;
    for (int i = 0; i < step->n_operands; i++)
        set_operand(&w, i, step->operand[i].tensor.type.dtype,
                    &out->operand[i]);
    set_instructions(&group, out);
    return true;
}
