/* network: a formula file read, and the derivatives inside its formulas
 * expanded, so that everything after it sees plain operations. Layer
 * derive. */
#include "formula/network.h"
#include "derive/expand.h"
#include "graph/evaluate.h"

/* Values of the new graph by ids of the old one. */
typedef struct {
    mg_network *network;
    mg_arena *arena;
    mg_value *value;
} rewriting;

static bool has_derivatives(const mg_graph *g)
{
    for (uint32_t id = 1; id <= mg_graph_size(g); id++)
        if (mg_graph_node(g, (mg_value){id})->op->derives)
            return true;
    return false;
}

typedef mg_value copy_fn(mg_graph *to, const mg_node *node, const mg_value x[]);

/* Copies the needed nodes (NULL: all) by `copy`; value[] maps their ids. */
static mg_status copy_nodes(const mg_graph *from, mg_graph *to, mg_arena *arena,
                            const bool *needed, copy_fn *copy, mg_value **out)
{
    const size_t size = (size_t)mg_graph_size(from) + 1;
    mg_value *const value = mg_arena_alloc(arena, size, sizeof *value);
    if (!value)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id < size; id++) {
        if (needed && !needed[id])
            continue;
        const mg_node *const node = mg_graph_node(from, (mg_value){id});
        mg_value *const x =
            mg_arena_alloc(arena, (size_t)node->n_inputs + 1, sizeof *x);
        if (!x)
            return MG_NO_MEMORY;
        for (int i = 0; i < node->n_inputs; i++)
            x[i] = value[node->input[i].id];
        mg_graph_set_place(to, node->place);
        value[id] = copy(to, node, x);
        MG_TRY(mg_graph_status(to));
    }
    mg_graph_set_place(to, (mg_place){0});
    *out = value;
    return MG_OK;
}

/* What the old nodes became, less what only helped to derive. */
static mg_status drop_helpers(mg_graph *expanded, mg_graph *to, mg_arena *arena,
                              size_t n_old, mg_value value[])
{
    const size_t size = (size_t)mg_graph_size(expanded) + 1;
    bool *const needed = mg_arena_alloc(arena, size, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    for (size_t id = 1; id < n_old; id++)
        needed[value[id].id] = true;
    mg_mark_inputs(expanded, needed);
    mg_value *final = NULL;
    MG_TRY(copy_nodes(expanded, to, arena, needed, mg_copy_node, &final));
    for (size_t id = 1; id < n_old; id++)
        value[id] = final[value[id].id];
    return MG_OK;
}

static mg_status place_error(const mg_network *n, const mg_graph *g,
                             mg_status status)
{
    const mg_place place = mg_graph_place(g);
    if (status == MG_NO_MEMORY || !place.line)
        return status;
    mg_prefix_message(n->ctx, "%s:%d:%d: error", n->file, place.line,
                      place.column);
    return MG_BAD_FORMULA;
}

static mg_status expand(rewriting *r, mg_graph *expanded, mg_graph *to)
{
    mg_network *const n = r->network;
    const size_t n_old = (size_t)mg_graph_size(n->graph) + 1;
    const mg_status status = copy_nodes(n->graph, expanded, r->arena, NULL,
                                        mg_expand_node, &r->value);
    if (status != MG_OK)
        return place_error(n, expanded, status);
    return drop_helpers(expanded, to, r->arena, n_old, r->value);
}

static void move_value(const rewriting *r, mg_value *v)
{
    if (v->id)
        *v = r->value[v->id];
}

static void move_values(const rewriting *r)
{
    mg_network *const n = r->network;
    for (size_t i = 0; i < n->n_inputs; i++)
        move_value(r, &n->input[i].value);
    for (size_t i = 0; i < n->n_params; i++) {
        move_value(r, &n->param[i].value);
        move_value(r, &n->param[i].gradient);
        move_value(r, &n->param[i].next);
    }
    for (size_t i = 0; i < n->n_states; i++) {
        move_value(r, &n->state[i].value);
        move_value(r, &n->state[i].next);
    }
    for (size_t i = 0; i < n->n_values; i++)
        move_value(r, &n->value[i].value);
    for (size_t i = 0; i < n->n_outputs; i++)
        move_value(r, &n->output[i].value);
    for (size_t i = 0; i < n->n_metrics; i++)
        move_value(r, &n->metric[i].value);
    move_value(r, &n->loss);
    move_value(r, &n->penalty);
    move_value(r, &n->weight);
}

static void move_calls(const rewriting *r)
{
    const mg_network *const n = r->network;
    for (size_t i = 0; i < n->n_calls; i++) {
        move_value(r, &n->call[i].result);
        for (size_t k = 0; k < n->call[i].n; k++)
            move_value(r, &n->call[i].operand[k].value);
    }
}

static mg_status derive_in(rewriting *r, mg_graph *expanded)
{
    mg_network *const n = r->network;
    mg_graph *to = NULL;
    MG_TRY(mg_graph_create(n->ctx, mg_graph_real(n->graph), &to));
    mg_status status = expand(r, expanded, to);
    if (status == MG_OK) /* names and places of the network are its own */
        status = mg_graph_adopt(to, n->graph);
    if (status != MG_OK) {
        mg_graph_destroy(to);
        return status;
    }
    move_values(r);
    move_calls(r);
    n->graph = to;
    return MG_OK;
}

static mg_status derive(mg_network *n)
{
    if (!has_derivatives(n->graph))
        return MG_OK;
    mg_arena arena;
    mg_graph *expanded = NULL;
    MG_TRY(mg_graph_create(n->ctx, mg_graph_real(n->graph), &expanded));
    mg_arena_init(&arena, n->ctx);
    rewriting r = {n, &arena, NULL};
    const mg_status status = derive_in(&r, expanded);
    mg_arena_clear(&arena);
    mg_graph_destroy(expanded);
    return status;
}

mg_status mg_network_create(mg_ctx *ctx, const char *source, size_t length,
                            const mg_network_options *options, mg_network **out)
{
    mg_network *n = NULL;
    MG_TRY(mg_network_read(ctx, source, length, options, &n));
    const mg_status status = derive(n);
    if (status != MG_OK)
        mg_network_destroy(n);
    else
        *out = n;
    return status;
}
