/* keep: weights of plans without updates, copied into panels once and kept by
 * the session. Layer kernels. */
#include "base/memory.h"
#include "kernels/plain/matmul.h"

typedef struct {
    mg_ctx *ctx;
    uint64_t held; /* as the frame had it; 0: the panels are not made */
    _Alignas(MG_ALIGNMENT) float panels[];
} kept;

mg_status mg_product_bind(mg_ctx *ctx, const mg_step *step, void **bound)
{
    const mg_product_plan *const plan = step->data;
    if (step->run != mg_run_tiles || !plan->keeps_b)
        return MG_OK;
    kept *const k = mg_alloc_aligned(
        ctx, sizeof *k + mg_tiles_kept(plan) * sizeof k->panels[0], 1);
    if (!k)
        return MG_NO_MEMORY;
    k->ctx = ctx;
    k->held = 0;
    *bound = k;
    return MG_OK;
}

void mg_product_unbind(const mg_step *step, void *bound)
{
    (void)step;
    kept *const k = bound;
    if (k)
        mg_free_aligned(k->ctx, k);
}

const float *mg_product_kept(const mg_step *step, void *const arg[],
                             mg_frame *frame)
{
    const mg_product_plan *const plan = step->data;
    kept *const k = arg[step->n_operands + 1];
    if (!plan->keeps_b || !k)
        return NULL;
    if (frame->held == 0 || k->held != frame->held)
        mg_tiles_keep(plan, arg[plan->swapped ? 0 : 1], k->panels, frame->pool);
    k->held = frame->held;
    return k->panels;
}
