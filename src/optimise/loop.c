/* loop: lowering of a node to a loop over rows. Layer optimise. */
#include "optimise/loop.h"

#include <string.h>

#define MAX_SOURCES 3

/* The operands' strides over the output's axes while axes are collapsed. */
typedef struct {
    int rank, n;
    int64_t dim[MG_MAX_RANK];
    int64_t stride[MAX_SOURCES + 1][MG_MAX_RANK];
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

static void collapse(int n_operands, const mg_operand operand[], walks *w)
{
    const mg_shape *const shape = &operand[n_operands - 1].tensor.type.shape;
    mg_tensor view[MAX_SOURCES + 1];
    for (int i = 0; i < n_operands; i++)
        view[i] = mg_tensor_broadcast(&operand[i].tensor, shape);
    memset(w, 0, sizeof *w);
    w->n = n_operands;
    for (int axis = 0; axis < shape->rank; axis++) {
        int64_t stride[MAX_SOURCES + 1];
        for (int i = 0; i < n_operands; i++)
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

static void set_instruction(const mg_node *node, mg_loop *out)
{
    mg_loop_instruction *const instruction = &out->instruction[0];
    instruction->op = node->op;
    instruction->dtype = node->type.dtype;
    for (int i = 0; i < node->n_inputs; i++)
        instruction->source[i] = i;
    instruction->target = node->n_inputs;
    out->n_instructions = 1;
    out->pass[0] = (mg_loop_pass){.first = 0, .count = 1};
    out->n_passes = 1;
}

bool mg_loop_lower(const mg_node *node, int n_operands,
                   const mg_operand operand[], mg_loop *out)
{
    if (node->op->kind != MG_ELEMENTWISE || !node->op->scalar ||
        node->n_inputs < 1 || node->n_inputs > MAX_SOURCES ||
        n_operands != node->n_inputs + 1)
        return false;
    walks w;
    collapse(n_operands, operand, &w);
    memset(out, 0, sizeof *out);
    const int row = w.rank - 1;
    out->length = row < 0 ? 1 : w.dim[row];
    out->rows = 1;
    for (int axis = 0; axis < row; axis++) {
        mg_shape_append(&out->outer, w.dim[axis]);
        out->rows *= w.dim[axis];
    }
    out->n_operands = n_operands;
    for (int i = 0; i < n_operands; i++)
        set_operand(&w, i, operand[i].tensor.type.dtype, &out->operand[i]);
    set_instruction(node, out);
    return true;
}
