/* reference: every operation as the oracle does it. Layer kernels. */
#include "graph/evaluate.h"
#include "kernels/kernels.h"
#include "kernels/walk_alike.h"

/* The step's tensors over this run's memory are put together in scratch. */
static void run_reference(const mg_step *step, void *const arg[],
                          mg_frame *frame)
{
    const int n = step->n_operands;
    mg_tensor *const tensor = arg[n];
    for (int i = 0; i < n; i++) {
        tensor[i] = step->operand[i].tensor;
        tensor[i].data = arg[i];
    }
    mg_evaluate_node(frame, step->node, tensor, &tensor[n - 1]);
}

static mg_status take_reference(mg_arena *arena, const mg_graph *g,
                                mg_step *step, bool *taken)
{
    (void)arena;
    (void)g;
    const mg_op *const op = step->node->op;
    if (!op->reference && !op->scalar)
        return MG_OK;
    step->run = run_reference;
    step->scratch = (size_t)step->n_operands * sizeof(mg_tensor);
    *taken = true;
    return MG_OK;
}

static bool reference_in_place(const mg_step *step, int i, int o)
{
    return step->node->op->kind == MG_ELEMENTWISE && mg_walks_alike(step, i, o);
}

const mg_kernel mg_kernel_reference = {
    .name = "reference",
    .take = take_reference,
    .in_place = reference_in_place,
};
