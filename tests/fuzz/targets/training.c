/* A formula file through everything behind the parser: batch, gradients,
 * optimiser's rules, plan, and one step over two random examples. Networks that
 * are more than a toy are passed over. */
#include "tests/fuzz/fuzz.h"
#include "train/workload.h"

#define ELEMENTS_MOST 512
#define NODES_MOST 4000

static bool is_small(const mg_graph *g)
{
    if (mg_graph_size(g) > NODES_MOST)
        return false;
    for (uint32_t id = 1; id <= mg_graph_size(g); id++) {
        const mg_shape shape = mg_value_shape(g, (mg_value){id});
        if (mg_shape_size(&shape) > ELEMENTS_MOST)
            return false;
    }
    return true;
}

static bool is_toy(mg_ctx *ctx, const char *text, size_t length)
{
    const mg_network_options options = {.training = true};
    mg_network *network = NULL;
    if (!fuzz_worked(ctx,
                     mg_network_create(ctx, text, length, &options, &network)))
        return false;
    const bool small = is_small(network->graph);
    mg_network_destroy(network);
    return small;
}

static void run(mg_ctx *ctx, mg_workload *w, mg_purpose purpose)
{
    mg_step_plan *plan = NULL;
    if (!fuzz_worked(ctx, mg_workload_plan(w, purpose, &plan)))
        return;
    plan->steps = 1;
    fuzz_worked(ctx, mg_step_plan_run(plan, 1));
    mg_step_plan_destroy(plan);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_workload w = {0};
    if (!is_toy(ctx, text, length))
        return;
    if (fuzz_worked(ctx,
                    mg_workload_init(&w, ctx, NULL, text, length, 2, false))) {
        if (w.training->loss.id != 0)
            run(ctx, &w, MG_FOR_TRAINING);
        run(ctx, &w, MG_FOR_OUTPUTS);
    }
    mg_workload_clear(&w);
}
