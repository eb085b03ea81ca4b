/* updates: results become dense buffers that stay; new values of variables
 * are written in place where nothing reads the old value afterwards. Layer
 * optimise. */
#include "optimise/compile.h"

static bool is_whole(const mg_compiler *c, const mg_location *at)
{
    return at->operand.space == MG_SPACE_ARENA && at->operand.offset == 0 &&
           mg_tensor_is_dense(&at->operand.tensor) &&
           mg_type_bytes(&at->operand.tensor.type) ==
               c->buffer[at->buffer].bytes;
}

mg_status mg_compile_results(mg_compiler *c)
{
    mg_plan *const plan = c->plan;
    for (size_t i = 0; i < mg_graph_root_count(plan->graph); i++) {
        const mg_root root = *mg_graph_root(plan->graph, i);
        if (root.variable.id)
            continue;
        mg_location at = c->location[root.value.id];
        if (!is_whole(c, &at))
            MG_TRY(mg_compile_copy(c, root.value, root.name, &at, NULL, &at));
        c->buffer[at.buffer].result = true;
        mg_plan_result *const result = &plan->result[plan->n_results++];
        *result = (mg_plan_result){root.name, at.operand};
        result->operand.leaf = at.buffer; /* until buffers are placed */
    }
    return MG_OK;
}

/* Whether step s reads the variable in a way that forbids it to write the
 * value in buffer `from` over it. */
static bool reads_late(const mg_compiler *c, size_t s, size_t from, size_t leaf)
{
    const mg_step *const step = &c->plan->step[s];
    const int n_inputs = step->n_operands - step->n_outputs;
    int o = n_inputs;
    while (c->step_buffer[s][o] != from)
        o++;
    for (int i = 0; i < n_inputs; i++) {
        const mg_operand *const x = &step->operand[i];
        if (x->space != MG_SPACE_LEAF || x->leaf != leaf)
            continue;
        if (x->offset != 0 || !mg_tensor_is_dense(&x->tensor) ||
            !step->kernel->in_place || !step->kernel->in_place(step, i, o))
            return true;
    }
    return false;
}

/* The last step that reads each leaf, counted from 1; 0: none. */
static size_t *find_last_readers(mg_compiler *c)
{
    const mg_plan *const plan = c->plan;
    size_t *const last =
        mg_arena_alloc(&c->arena, plan->n_leaves + 1, sizeof *last);
    for (size_t s = 0; last && s < plan->n_steps; s++)
        for (int i = 0; i < plan->step[s].n_operands - plan->step[s].n_outputs;
             i++) {
            const mg_operand *const x = &plan->step[s].operand[i];
            if (x->space == MG_SPACE_LEAF)
                last[x->leaf] = s + 1;
        }
    return last;
}

static bool can_write_in_place(const mg_compiler *c, const mg_location *value,
                               size_t leaf, const size_t last_reader[])
{
    if (value->buffer == MG_NO_BUFFER || !is_whole(c, value))
        return false;
    const mg_buffer *const buffer = &c->buffer[value->buffer];
    if (buffer->result || buffer->leaf != MG_NO_BUFFER)
        return false;
    const size_t writer = buffer->first;
    return last_reader[leaf] <= writer ||
           (last_reader[leaf] == writer + 1 &&
            !reads_late(c, writer, value->buffer, leaf));
}

/* Where each root's value stands; values that are leaves themselves are
 * saved before any variable changes. */
static mg_status find_sources(mg_compiler *c, mg_location source[])
{
    mg_graph *const g = c->plan->graph;
    for (size_t i = 0; i < mg_graph_root_count(g); i++) {
        const mg_root root = *mg_graph_root(g, i);
        source[i] = c->location[root.value.id];
        if (root.variable.id && source[i].operand.space == MG_SPACE_LEAF)
            MG_TRY(mg_compile_copy(c, root.value, root.name, &source[i], NULL,
                                   &source[i]));
    }
    return MG_OK;
}

mg_status mg_compile_updates(mg_compiler *c)
{
    mg_graph *const g = c->plan->graph;
    const size_t n = mg_graph_root_count(g);
    bool *const done = mg_arena_alloc(&c->arena, n + 1, sizeof *done);
    mg_location *const source =
        mg_arena_alloc(&c->arena, n + 1, sizeof *source);
    if (!done || !source)
        return MG_NO_MEMORY;
    MG_TRY(find_sources(c, source));
    const size_t *const last_reader = find_last_readers(c);
    if (!last_reader)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const mg_root root = *mg_graph_root(g, i);
        if (!root.variable.id)
            continue;
        const size_t leaf = c->location[root.variable.id].operand.leaf;
        done[i] = can_write_in_place(c, &source[i], leaf, last_reader);
        if (done[i])
            c->buffer[source[i].buffer].leaf = leaf;
    }
    for (size_t i = 0; i < n; i++) {
        const mg_root root = *mg_graph_root(g, i);
        if (!root.variable.id || done[i])
            continue;
        const mg_location variable = c->location[root.variable.id];
        mg_location out;
        MG_TRY(mg_compile_copy(c, root.value, root.name, &source[i], &variable,
                               &out));
    }
    return MG_OK;
}
