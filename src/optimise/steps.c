/* steps: one step a group, by the first kernel of the target that takes it.
 * Leaves, constants and views need no step. What only the reference, the last
 * kernel, takes because of an operand's strides is done over dense copies.
 * Layer optimise. */
#include "graph/evaluate.h"
#include "optimise/compile.h"
#include "optimise/recompute.h"

#include <string.h>

/* Views are taken of addresses; before there is memory, offsets count from
 * here. Not 0, so that no address is NULL. */
static char *anchor(void)
{
    return (char *)(uintptr_t)MG_ALIGNMENT;
}

mg_status mg_compile_buffer(mg_compiler *c, const mg_type *type,
                            mg_location *out)
{
    const size_t index = c->n_buffers++;
    c->buffer[index] = (mg_buffer){.bytes = mg_type_bytes(type),
                                   .first = c->plan->n_steps,
                                   .last = c->plan->n_steps,
                                   .shares = MG_NO_BUFFER,
                                   .leaf = MG_NO_BUFFER};
    *out = (mg_location){.operand = {.tensor = mg_tensor_dense(*type, NULL),
                                     .space = MG_SPACE_ARENA},
                         .buffer = index};
    return MG_OK;
}

static mg_status choose_kernel(mg_compiler *c, mg_step *step)
{
    for (size_t i = 0; i < c->target->n_kernels; i++) {
        bool taken = false;
        step->kernel = c->target->kernel[i];
        if (step->group->n > 1 && !step->kernel->takes_groups)
            continue;
        MG_TRY(
            step->kernel->take(&c->plan->arena, c->plan->graph, step, &taken));
        if (taken)
            return MG_OK;
    }
    step->kernel = NULL;
    return MG_OK;
}

mg_status mg_compile_try(mg_compiler *c, const mg_group *group,
                         const mg_location input[], const mg_location output[],
                         bool *taken)
{
    const size_t n = group->n_inputs + group->n_outputs;
    mg_operand *const operand =
        mg_arena_alloc(&c->plan->arena, n, sizeof *operand);
    size_t *const buffer = mg_arena_alloc(&c->arena, n, sizeof *buffer);
    if (!operand || !buffer)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const mg_location *const at =
            i < group->n_inputs ? &input[i] : &output[i - group->n_inputs];
        operand[i] = at->operand;
        buffer[i] = at->buffer;
    }
    const size_t index = c->plan->n_steps;
    mg_step *const step = &c->plan->step[index];
    *step = (mg_step){.node = group->node[group->n - 1],
                      .group = group,
                      .n_operands = (int)n,
                      .n_outputs = (int)group->n_outputs,
                      .operand = operand};
    MG_TRY(choose_kernel(c, step));
    *taken = step->kernel != NULL;
    c->step_buffer[index] = buffer;
    c->plan->n_steps += *taken;
    return MG_OK;
}

mg_status mg_compile_step(mg_compiler *c, const mg_group *group,
                          const mg_location input[], const mg_location output[])
{
    bool taken = false;
    MG_TRY(mg_compile_try(c, group, input, output, &taken));
    return taken ? MG_OK
                 : mg_fail(c->plan->ctx, MG_BAD_ARGUMENT,
                           "plan: no kernel takes %s",
                           group->node[group->n - 1]->op->name);
}

mg_location mg_compile_location(const mg_compiler *c, size_t step, int operand)
{
    return (mg_location){c->plan->step[step].operand[operand],
                         c->step_buffer[step][operand]};
}

bool mg_step_is_alone(const mg_step *step, const mg_op *op)
{
    return step->group->n == 1 && step->node->op == op;
}

const mg_group *mg_compile_pair(mg_compiler *c, const mg_node *first,
                                const mg_node *second, size_t n_inputs,
                                const mg_value value[])
{
    mg_arena *const arena = &c->plan->arena;
    const size_t n = n_inputs + 2;
    mg_group *const group = mg_arena_alloc(arena, 1, sizeof *group);
    const mg_node **const node = mg_arena_alloc(arena, 2, sizeof *node);
    mg_value *const own = mg_arena_alloc(arena, n, sizeof *own);
    if (!group || !node || !own)
        return NULL;
    node[0] = first;
    node[1] = second;
    memcpy(own, value, n * sizeof *own);
    *group = (mg_group){.n = 2,
                        .node = node,
                        .n_inputs = n_inputs,
                        .n_outputs = 2,
                        .input = own,
                        .output = own + n_inputs};
    return group;
}

static void end(const mg_step *step)
{
    mg_step copy = *step;
    if (copy.kernel->end)
        copy.kernel->end(&copy);
}

void mg_compile_replace(mg_compiler *c, size_t step)
{
    const size_t last = --c->plan->n_steps;
    end(&c->plan->step[step]);
    c->plan->step[step] = c->plan->step[last];
    c->step_buffer[step] = c->step_buffer[last];
}

void mg_compile_remove(mg_compiler *c, size_t step)
{
    end(&c->plan->step[step]);
    for (size_t s = step; s + 1 < c->plan->n_steps; s++) {
        c->plan->step[s] = c->plan->step[s + 1];
        c->step_buffer[s] = c->step_buffer[s + 1];
    }
    c->plan->n_steps--;
    for (size_t b = 0; b < c->n_buffers; b++)
        if (c->buffer[b].first > step)
            c->buffer[b].first--;
}

static mg_status group_of_one(mg_compiler *c, const mg_node *node,
                              const mg_group **out)
{
    mg_group *const group = mg_arena_alloc(&c->plan->arena, 1, sizeof *group);
    const mg_node **const member =
        mg_arena_alloc(&c->plan->arena, 1, sizeof *member);
    if (!group || !member)
        return MG_NO_MEMORY;
    *member = node;
    *group = mg_group_of_one(member);
    *out = group;
    return MG_OK;
}

mg_status mg_compile_copy(mg_compiler *c, mg_value value, const char *name,
                          const mg_location *from, const mg_location *to,
                          mg_location *out)
{
    mg_graph *const g = c->plan->graph;
    const mg_value copy = mg_name(g, value, name);
    MG_TRY(mg_graph_status(g));
    mg_location target;
    const mg_type type = mg_value_type(g, value);
    if (to)
        target = *to;
    else
        MG_TRY(mg_compile_buffer(c, &type, &target));
    const mg_group *group = NULL;
    MG_TRY(group_of_one(c, mg_graph_node(g, copy), &group));
    MG_TRY(mg_compile_step(c, group, from, &target));
    *out = target;
    return MG_OK;
}

static bool is_last(const mg_compiler *c, const mg_kernel *kernel)
{
    return kernel == c->target->kernel[c->target->n_kernels - 1];
}

/* Whether a better kernel than the last takes the step over dense operands;
 * false if they are dense already. */
static mg_status wants_copies(mg_compiler *c, const mg_step *step, bool *out)
{
    bool strided = false;
    mg_step trial = *step;
    trial.operand = mg_arena_alloc(&c->arena, (size_t)step->n_operands,
                                   sizeof *trial.operand);
    if (!trial.operand)
        return MG_NO_MEMORY;
    for (int i = 0; i < step->n_operands; i++) {
        const mg_operand *const operand = &step->operand[i];
        trial.operand[i] = *operand;
        if (mg_tensor_is_dense(&operand->tensor))
            continue;
        strided = true;
        trial.operand[i] =
            (mg_operand){.tensor = mg_tensor_dense(operand->tensor.type, NULL),
                         .space = MG_SPACE_ARENA};
    }
    if (!strided)
        return MG_OK;
    MG_TRY(choose_kernel(c, &trial));
    *out = !is_last(c, trial.kernel);
    if (trial.kernel && trial.kernel->end)
        trial.kernel->end(&trial);
    return MG_OK;
}

/* The step that computes a node, over copies of operands if that is what a
 * kernel needs. */
static mg_status compile_node(mg_compiler *c, const mg_group *group,
                              mg_location input[], const mg_location *output)
{
    bool copies = false;
    MG_TRY(mg_compile_step(c, group, input, output));
    const mg_step *const step = &c->plan->step[c->plan->n_steps - 1];
    if (is_last(c, step->kernel))
        MG_TRY(wants_copies(c, step, &copies));
    if (!copies)
        return MG_OK;
    c->plan->n_steps--;
    for (size_t i = 0; i < group->n_inputs; i++)
        if (!mg_tensor_is_dense(&input[i].operand.tensor))
            MG_TRY(mg_compile_copy(c, group->input[i], "dense", &input[i], NULL,
                                   &input[i]));
    mg_buffer *const buffer = &c->buffer[output->buffer];
    buffer->first = buffer->last = c->plan->n_steps;
    return mg_compile_step(c, group, input, output);
}

static mg_status place_leaf(mg_compiler *c, const mg_node *node)
{
    mg_plan *const plan = c->plan;
    const size_t leaf = plan->n_leaves++;
    plan->leaf[leaf].node = node;
    c->location[node->self.id] =
        (mg_location){.operand = {.tensor = mg_tensor_dense(node->type, NULL),
                                  .space = MG_SPACE_LEAF,
                                  .leaf = leaf},
                      .buffer = MG_NO_BUFFER};
    return MG_OK;
}

/* Whether the node is its input's memory seen otherwise. */
static bool place_view(mg_compiler *c, const mg_node *node)
{
    if (!node->op->view || node->n_inputs != 1)
        return false;
    const mg_location *const x = &c->location[node->input[0].id];
    const bool constant = x->operand.space == MG_SPACE_CONSTANT;
    mg_tensor from = x->operand.tensor;
    if (!constant)
        from.data = anchor() + x->operand.offset;
    mg_tensor view = {.type = node->type};
    if (!node->op->view(node, &from, &view))
        return false;
    mg_location *const y = &c->location[node->self.id];
    *y = *x;
    y->operand.tensor = view;
    if (!constant) {
        y->operand.offset = (size_t)((char *)view.data - anchor());
        y->operand.tensor.data = NULL;
    }
    return true;
}

/* Places what needs no step: constants, leaves, views. */
static mg_status place_without_step(mg_compiler *c, const mg_node *node,
                                    bool *placed)
{
    *placed = true;
    if (node->op->derives)
        return mg_fail(c->plan->ctx, MG_BAD_ARGUMENT,
                       "plan: %s is not derived yet", node->op->name);
    if (node->data) {
        c->location[node->self.id] = (mg_location){
            .operand = {.tensor = *node->data, .space = MG_SPACE_CONSTANT},
            .buffer = MG_NO_BUFFER};
        return MG_OK;
    }
    if (node->op->kind == MG_LEAF && !node->op->reference)
        return place_leaf(c, node);
    *placed = place_view(c, node);
    return MG_OK;
}

/* Sets where a group's inputs stand, and new buffers for its outputs behind
 * them. */
static mg_status locate(mg_compiler *c, const mg_group *group,
                        mg_location **out)
{
    const size_t n = group->n_inputs + group->n_outputs;
    mg_location *const at = mg_arena_alloc(&c->arena, n, sizeof *at);
    if (!at)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < group->n_inputs; i++)
        at[i] = c->location[group->input[i].id];
    for (size_t i = 0; i < group->n_outputs; i++) {
        mg_location *const output = &at[group->n_inputs + i];
        const mg_type type = mg_value_type(c->plan->graph, group->output[i]);
        MG_TRY(mg_compile_buffer(c, &type, output));
        c->location[group->output[i].id] = *output;
    }
    *out = at;
    return MG_OK;
}

static mg_status place_one(mg_compiler *c, const mg_group *group)
{
    bool placed = false;
    mg_location *at = NULL;
    MG_TRY(place_without_step(c, group->node[0], &placed));
    if (placed)
        return MG_OK;
    MG_TRY(locate(c, group, &at));
    return compile_node(c, group, at, at + group->n_inputs);
}

static mg_status place_node(mg_compiler *c, const mg_node *node)
{
    const mg_group *one = NULL;
    MG_TRY(group_of_one(c, node, &one));
    return place_one(c, one);
}

/* A group whose operands walk in ways that no kernel takes is computed in
 * parts: a product by itself, then the loop, and that node by node. */
static mg_status place_group(mg_compiler *c, const mg_group *group)
{
    if (group->n == 1)
        return place_one(c, group);
    bool taken = false;
    mg_location *at = NULL;
    const size_t buffers = c->n_buffers;
    MG_TRY(locate(c, group, &at));
    MG_TRY(mg_compile_try(c, group, at, at + group->n_inputs, &taken));
    if (taken)
        return MG_OK;
    c->n_buffers = buffers;
    if (group->loop) {
        MG_TRY(place_node(c, group->node[0]));
        return place_group(c, group->loop);
    }
    for (size_t i = 0; i < group->n; i++)
        MG_TRY(place_node(c, group->node[i]));
    return MG_OK;
}

mg_status mg_compile_nodes(mg_compiler *c)
{
    const mg_graph *const g = c->plan->graph;
    const uint32_t size = mg_graph_size(g);
    bool *const needed =
        mg_arena_alloc(&c->arena, (size_t)size + 1, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < mg_graph_root_count(g); i++) {
        needed[mg_graph_root(g, i)->value.id] = true;
        needed[mg_graph_root(g, i)->variable.id] = true;
    }
    mg_mark_inputs(g, needed);
    mg_schedule schedule;
    MG_TRY(mg_fuse(&c->plan->arena, g, needed, c->target->alone, &schedule));
    if (!c->target->alone)
        MG_TRY(mg_recompute(&c->plan->arena, g, c->target->eager, &schedule));
    for (size_t i = 0; i < schedule.n; i++)
        MG_TRY(place_group(c, &schedule.group[i]));
    return MG_OK;
}
