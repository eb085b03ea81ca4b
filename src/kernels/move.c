/* move: operations that move elements, as copies between views.
 * Layer kernels. */
#include "kernels/kernels.h"

#include <string.h>

#include "kernels/copy.h"
#include "ops/move.h"

typedef struct {
    size_t zeros; /* bytes of y to clear before */
    int n;
    mg_copy *copy; /* [n], from operand i each, of the arena */
} moves;

static void run_moves(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const moves *const m = step->data;
    void *const y = arg[step->n_operands - 1];
    if (m->zeros > 0)
        memset(y, 0, m->zeros);
    for (int i = 0; i < m->n; i++)
        mg_copy_run(&m->copy[i], arg[i], y, frame->threads);
}

/* ---- Views of operands, over a memory that is never touched ---- */

static mg_tensor over(const mg_operand *operand, void *memory)
{
    mg_tensor t = operand->tensor;
    t.data = memory;
    return t;
}

static int64_t offset_of(const mg_tensor *view, const void *memory)
{
    return ((const char *)view->data - (const char *)memory) /
           (int64_t)mg_dtype_size(view->type.dtype);
}

/* y as a view of x, or y's memory in x's shape. */
static bool plan_view(const mg_step *step, void *memory, moves *m)
{
    const mg_node *const node = step->node;
    const mg_tensor x = over(&step->operand[0], memory);
    const mg_tensor y = over(&step->operand[1], memory);
    mg_tensor view = {.type = node->type};
    if (node->op->view && node->op->view(node, &x, &view)) {
        m->copy[0] = mg_copy_of(&view, &y);
        m->copy[0].x_offset = offset_of(&view, memory);
        return true;
    }
    if (node->op != &mg_op_reshape || !mg_tensor_is_dense(&y))
        return false;
    const mg_tensor target = mg_tensor_dense(x.type, memory);
    m->copy[0] = mg_copy_of(&x, &target);
    return true;
}

static void plan_concat(const mg_step *step, void *memory, moves *m)
{
    const int64_t axis = step->node->attr[0];
    const mg_tensor y = over(&step->operand[step->n_operands - 1], memory);
    int64_t begin[MG_MAX_RANK] = {0}, one[MG_MAX_RANK];
    for (int i = 0; i < MG_MAX_RANK; i++)
        one[i] = 1;
    for (int i = 0; i < m->n; i++) {
        const mg_tensor *const x = &step->operand[i].tensor;
        const mg_tensor part =
            mg_tensor_slice(&y, begin, x->type.shape.dim, one);
        m->copy[i] = mg_copy_of(x, &part);
        m->copy[i].y_offset = begin[axis] * y.stride[axis];
        begin[axis] += x->type.shape.dim[axis];
    }
}

/* Attributes of pad: low, high, interior, each one number an axis. */
static bool plan_pad(const mg_step *step, void *memory, moves *m)
{
    const mg_tensor *const x = &step->operand[0].tensor;
    const mg_tensor y = over(&step->operand[1], memory);
    const int rank = x->type.shape.rank;
    const int64_t *const low = step->node->attr;
    const int64_t *const interior = low + (int64_t)2 * rank;
    if (!mg_tensor_is_dense(&y))
        return false;
    m->zeros = mg_type_bytes(&y.type);
    int64_t apart[MG_MAX_RANK], offset = 0;
    for (int i = 0; i < rank; i++) {
        apart[i] = interior[i] + 1;
        offset += low[i] * y.stride[i];
    }
    const mg_tensor inside = mg_tensor_slice(&y, low, x->type.shape.dim, apart);
    m->copy[0] = mg_copy_of(x, &inside);
    m->copy[0].y_offset = offset;
    return true;
}

static mg_status take(mg_arena *arena, const mg_graph *g, mg_step *step,
                      bool *taken)
{
    (void)g;
    const mg_op *const op = step->node->op;
    if (op->kind != MG_MOVE || step->node->n_inputs < 1)
        return MG_OK;
    const size_t n = (size_t)step->node->n_inputs;
    moves *const m = mg_arena_alloc(arena, 1, sizeof *m);
    mg_copy *const copy = mg_arena_alloc(arena, n, sizeof *copy);
    void *const memory = mg_arena_alloc(arena, 1, 1);
    if (!m || !copy || !memory)
        return MG_NO_MEMORY;
    *m = (moves){.n = step->node->n_inputs, .copy = copy};
    if (op == &mg_op_concat) {
        plan_concat(step, memory, m);
        *taken = true;
    } else if (op == &mg_op_pad) {
        *taken = plan_pad(step, memory, m);
    } else if (n == 1) {
        *taken = plan_view(step, memory, m);
    }
    step->data = m;
    step->run = run_moves;
    return MG_OK;
}

const mg_kernel mg_kernel_move = {.name = "move", .take = take};
