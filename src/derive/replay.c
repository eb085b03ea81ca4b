/* replay: a part of a graph again over other inputs, in the same graph: with
 * other values (substitute), or for many values at once (vectorise). Layer
 * derive. */
#include "derive/expand.h"

/* Values by old id; those below the first replaced one stay. */
typedef struct {
    mg_graph *g;
    mg_arena arena;
    mg_value *value; /* id 0: unchanged */
    int64_t n;       /* the leading axis; 0 when substituting */
} replay;

static mg_value again(replay *r, const mg_node *node)
{
    const size_t count = (size_t)node->n_inputs + 1;
    mg_value *const x = mg_arena_alloc(&r->arena, count, sizeof *x);
    bool *const batched = mg_arena_alloc(&r->arena, count, sizeof *batched);
    if (!x || !batched)
        return mg_graph_fail(r->g, MG_NO_MEMORY, "%s",
                             mg_message(mg_graph_ctx(r->g)));
    for (int i = 0; i < node->n_inputs; i++) {
        const mg_value changed = r->value[node->input[i].id];
        batched[i] = changed.id != 0;
        x[i] = changed.id ? changed : node->input[i];
    }
    if (r->n == 0)
        return mg_copy_node(r->g, node, x);
    if (!node->op->batch)
        return mg_graph_fail(r->g, MG_BAD_ARGUMENT, "%s has no batch rule",
                             node->op->name);
    return node->op->batch(r->g, r->g, node, x, batched, r->n);
}

static bool is_touched(const replay *r, const mg_node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        if (r->value[node->input[i].id].id)
            return true;
    return false;
}

static mg_value run(replay *r, size_t n, const mg_value from[],
                    const mg_value to[], mg_value result)
{
    mg_graph *const g = r->g;
    r->value = mg_arena_alloc(&r->arena, (size_t)mg_graph_size(g) + 1,
                              sizeof *r->value);
    if (!r->value)
        return mg_graph_fail(g, MG_NO_MEMORY, "%s",
                             mg_message(mg_graph_ctx(g)));
    for (size_t i = 0; i < n; i++)
        r->value[from[i].id] = to[i];
    const mg_place place = mg_graph_place(g);
    for (uint32_t id = 1; id <= result.id; id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (r->value[id].id || !is_touched(r, node))
            continue;
        if (node->place.line)
            mg_graph_set_place(g, node->place);
        r->value[id] = again(r, node);
        if (mg_graph_status(g) != MG_OK)
            return (mg_value){0};
    }
    mg_graph_set_place(g, place);
    return r->value[result.id];
}

mg_value mg_vectorise(mg_graph *g, mg_value placeholder, mg_value batched,
                      int64_t n, mg_value result)
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    replay r = {.g = g, .n = n};
    mg_arena_init(&r.arena, mg_graph_ctx(g));
    /* Without a batch axis of its own, n = 0 would mean substituting. */
    mg_value value = {0};
    if (n > 0)
        value = run(&r, 1, &placeholder, &batched, result);
    mg_arena_clear(&r.arena);
    return value.id ? value : mg_expand_batch(g, result, n);
}

mg_value mg_substitute(mg_graph *g, size_t n, const mg_value from[],
                       const mg_value to[], mg_value result)
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    replay r = {.g = g};
    mg_arena_init(&r.arena, mg_graph_ctx(g));
    const mg_value value = run(&r, n, from, to, result);
    mg_arena_clear(&r.arena);
    return value.id ? value : result;
}
