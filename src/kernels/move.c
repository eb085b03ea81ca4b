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
        mg_copy_run(&m->copy[i], arg[i], y, frame->pool);
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

static bool plan_view(const mg_step *step, void *memory, moves *m)
{
    const mg_node *const node = step->node;
    const mg_tensor x = over(&step->operand[0], memory);
    const mg_tensor y = over(&step->operand[1], memory);
    mg_tensor view = {.type = node->type};
    if (!node->op->view || !node->op->view(node, &x, &view))
        return false;
    m->copy[0] = mg_copy_of(&view, &y);
    m->copy[0].x_offset = offset_of(&view, memory);
    return true;
}

/* Where y is no view of x, y's memory is seen in x's shape. */
static bool plan_reshape(const mg_step *step, void *memory, moves *m)
{
    const mg_tensor *const x = &step->operand[0].tensor;
    if (!mg_tensor_is_dense(&step->operand[1].tensor))
        return false;
    const mg_tensor target = mg_tensor_dense(x->type, memory);
    m->copy[0] = mg_copy_of(x, &target);
    return true;
}

static bool plan_concat(const mg_step *step, void *memory, moves *m)
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
    return true;
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

/* Those that are no view of one operand. */
static const struct {
    const mg_op *op;
    bool (*plan)(const mg_step *step, void *memory, moves *m);
} plans[] = {
    {&mg_op_concat, plan_concat},
    {&mg_op_pad, plan_pad},
    {&mg_op_reshape, plan_reshape},
};

static bool plan_step(const mg_step *step, void *memory, moves *m)
{
    if (m->n == 1 && plan_view(step, memory, m))
        return true;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (plans[i].op == step->node->op)
            return plans[i].plan(step, memory, m);
    return false;
}

static mg_status take(mg_arena *arena, const mg_graph *g, mg_step *step,
                      bool *taken)
{
    (void)g;
    if (step->node->op->kind != MG_MOVE || step->node->n_inputs < 1)
        return MG_OK;
    const size_t n = (size_t)step->node->n_inputs;
    moves *const m = mg_arena_alloc(arena, 1, sizeof *m);
    mg_copy *const copy = mg_arena_alloc(arena, n, sizeof *copy);
    void *const memory = mg_arena_alloc(arena, 1, 1);
    if (!m || !copy || !memory)
        return MG_NO_MEMORY;
    *m = (moves){.n = step->node->n_inputs, .copy = copy};
    *taken = plan_step(step, memory, m);
    step->data = m;
    step->run = run_moves;
    return MG_OK;
}

const mg_kernel mg_kernel_move = {.name = "move", .take = take};
