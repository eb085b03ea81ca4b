/* plan: from a graph to an array of bound steps. Layer optimise. */
#include "optimise/plan.h"
#include "optimise/compile.h"

/* Every node may become a step, every operand may need a copy, every root two,
 * or three and a step behind the others (deferred.c). */
static mg_status make_room(mg_compiler *c)
{
    mg_plan *const plan = c->plan;
    const size_t nodes = (size_t)mg_graph_size(plan->graph) + 1;
    const size_t roots = mg_graph_root_count(plan->graph);
    size_t steps = nodes + 4 * roots;
    for (uint32_t id = 1; id < nodes; id++)
        steps += (size_t)mg_graph_node(plan->graph, (mg_value){id})->n_inputs;
    plan->step = mg_arena_alloc(&plan->arena, steps, sizeof *plan->step);
    plan->leaf = mg_arena_alloc(&plan->arena, nodes, sizeof *plan->leaf);
    plan->result =
        mg_arena_alloc(&plan->arena, roots + 1, sizeof *plan->result);
    c->location = mg_arena_alloc(&c->arena, nodes, sizeof *c->location);
    c->buffer = mg_arena_alloc(&c->arena, steps, sizeof *c->buffer);
    c->step_buffer = mg_arena_alloc(&c->arena, steps, sizeof *c->step_buffer);
    const bool all = plan->step && plan->leaf && plan->result && c->location &&
                     c->buffer && c->step_buffer;
    return all ? MG_OK : MG_NO_MEMORY;
}

static mg_status compile(mg_compiler *c)
{
    MG_TRY(mg_graph_status(c->plan->graph));
    MG_TRY(make_room(c));
    MG_TRY(mg_compile_nodes(c));
    if (!c->target->alone)
        MG_TRY(mg_compile_turns(c));
    MG_TRY(mg_compile_results(c));
    MG_TRY(mg_compile_updates(c));
    if (!c->target->alone)
        MG_TRY(mg_compile_deferred(c));
    return mg_place_buffers(c);
}

mg_status mg_plan_create(mg_graph *graph, const mg_target *target,
                         mg_plan **out)
{
    mg_ctx *const ctx = mg_graph_ctx(graph);
    mg_plan *const plan = mg_alloc(ctx, 1, sizeof *plan);
    if (!plan) {
        mg_graph_destroy(graph);
        return MG_NO_MEMORY;
    }
    plan->ctx = ctx;
    plan->graph = graph;
    mg_arena_init(&plan->arena, ctx);
    mg_compiler c = {.plan = plan, .target = target};
    mg_arena_init(&c.arena, ctx);
    const mg_status status = compile(&c);
    mg_arena_clear(&c.arena);
    if (status != MG_OK)
        mg_plan_destroy(plan);
    else
        *out = plan;
    return status;
}

void mg_plan_destroy(mg_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < mg_plan_all_steps(plan); i++)
        if (plan->step[i].kernel->end)
            plan->step[i].kernel->end(&plan->step[i]);
    mg_graph_destroy(plan->graph);
    mg_arena_clear(&plan->arena);
    mg_free(plan->ctx, plan);
}

size_t mg_plan_all_steps(const mg_plan *plan)
{
    return plan->n_steps + plan->n_deferred;
}

int mg_group_find_input(const mg_group *group, mg_value x)
{
    for (size_t i = 0; i < group->n_inputs; i++)
        if (group->input[i].id == x.id)
            return (int)i;
    return -1;
}

mg_group mg_group_of_one(const mg_node *const *node)
{
    return (mg_group){.n = 1,
                      .node = node,
                      .n_inputs = (size_t)(*node)->n_inputs,
                      .n_outputs = 1,
                      .input = (*node)->input,
                      .output = &(*node)->self};
}

double mg_step_flops(const mg_plan *plan, const mg_step *step)
{
    double flops = 0;
    for (size_t i = 0; i < step->group->n; i++)
        flops += mg_node_flops(plan->graph, step->group->node[i]);
    return flops;
}

double mg_plan_flops(const mg_plan *plan)
{
    double flops = 0;
    for (size_t i = 0; i < plan->n_steps; i++)
        flops += mg_step_flops(plan, &plan->step[i]);
    return flops;
}
