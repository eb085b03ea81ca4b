/* vector: elementwise operations as programs of one instruction set.
 * Layer kernels. */
#include "kernels/kernels.h"
#include "kernels/program.h"
#include "kernels/take.h"
#include "kernels/walk_alike.h"

static void run_vector(const mg_step *step, void *const arg[], mg_frame *frame)
{
    mg_program_run(step->data, arg, arg[step->n_operands + 1], frame);
}

static mg_status bind(mg_ctx *ctx, const mg_step *step, void **bound)
{
    mg_program_bound *made = NULL;
    MG_TRY(mg_program_bind(ctx, step->data, &made));
    *bound = made;
    return MG_OK;
}

static void unbind(const mg_step *step, void *bound)
{
    (void)step;
    mg_program_unbind(bound);
}

mg_status mg_vector_take(const mg_vector_set *set, mg_arena *arena,
                         const mg_graph *g, mg_step *step, bool *taken)
{
    mg_loop loop;
    if (!mg_loop_lower(g, step, &loop))
        return MG_OK;
    mg_program *program = NULL;
    MG_TRY(mg_program_create(arena, set, &loop, &program));
    if (!program)
        return MG_OK;
    step->data = program;
    step->run = run_vector;
    *taken = true;
    return MG_OK;
}

static bool in_place(const mg_step *step, int i, int o)
{
    return mg_walks_alike(step, i, o) &&
           mg_program_reads_first(step->data, i, o);
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_vector_take(mg_vector_best(), arena, g, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    return mg_vector_take(mg_vector_baseline(), arena, g, step, taken);
}

const mg_kernel mg_kernel_vector = {
    .name = "vector",
    .take = take_best,
    .bind = bind,
    .unbind = unbind,
    .in_place = in_place,
    .takes_groups = true,
};

const mg_kernel mg_kernel_vector_baseline = {
    .name = "vector-baseline",
    .take = take_baseline,
    .bind = bind,
    .unbind = unbind,
    .in_place = in_place,
    .takes_groups = true,
};
