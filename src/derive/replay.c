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

/* Fills value[] for all nodes up to `last` that n values reach. */
static mg_status run(replay *r, size_t n, const mg_value from[],
                     const mg_value to[], uint32_t last)
{
    mg_graph *const g = r->g;
    r->value = mg_arena_alloc(&r->arena, (size_t)mg_graph_size(g) + 1,
                              sizeof *r->value);
    if (!r->value)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        r->value[from[i].id] = to[i];
    const mg_place place = mg_graph_place(g);
    for (uint32_t id = 1; id <= last; id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        if (r->value[id].id || !is_touched(r, node))
            continue;
        if (node->place.line)
            mg_graph_set_place(g, node->place);
        r->value[id] = again(r, node);
        MG_TRY(mg_graph_status(g));
    }
    mg_graph_set_place(g, place);
    return MG_OK;
}

static void fail(replay *r, mg_status status)
{
    mg_graph_fail(r->g, status, "%s", mg_message(mg_graph_ctx(r->g)));
}

mg_value mg_vectorise(mg_graph *g, mg_value placeholder, mg_value batched,
                      int64_t n, mg_value result)
{
    if (mg_graph_status(g) != MG_OK)
        return (mg_value){0};
    replay r = {.g = g, .n = n};
    mg_arena_init(&r.arena, mg_graph_ctx(g));
    /* n = 0 would mean substituting; then there is nothing to compute. */
    mg_value value = {0};
    const mg_status status =
        n > 0 ? run(&r, 1, &placeholder, &batched, result.id) : MG_OK;
    if (status != MG_OK)
        fail(&r, status);
    else if (n > 0)
        value = r.value[result.id];
    mg_arena_clear(&r.arena);
    if (n == 0)
        result = mg_zeros_like(g, result);
    return value.id ? value : mg_expand_batch(g, result, n);
}

void mg_substitute(mg_graph *g, size_t n, const mg_value from[],
                   const mg_value to[], size_t n_results, mg_value result[])
{
    if (mg_graph_status(g) != MG_OK)
        return;
    replay r = {.g = g};
    uint32_t last = 0;
    for (size_t i = 0; i < n_results; i++)
        last = result[i].id > last ? result[i].id : last;
    mg_arena_init(&r.arena, mg_graph_ctx(g));
    const mg_status status = run(&r, n, from, to, last);
    if (status != MG_OK)
        fail(&r, status);
    for (size_t i = 0; i < n_results && status == MG_OK; i++)
        if (r.value[result[i].id].id)
            result[i] = r.value[result[i].id];
    mg_arena_clear(&r.arena);
}
