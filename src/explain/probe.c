/* probe: see probe.h. Layer explain. */
#include "explain/probe.h"

static mg_ctx *ctx_of(const mg_probe *p)
{
    return p->subject->network->ctx;
}

/* Which nodes of the graph the loss needs and the leaf changes. */
static mg_status find_nodes(mg_probe *p, mg_value leaf)
{
    const mg_graph *const g = p->subject->graph;
    const mg_value total = p->subject->total;
    const size_t size = (size_t)mg_graph_size(g) + 1;
    bool *const needed = mg_arena_alloc(&p->arena, size, sizeof *needed);
    bool *const changed = mg_arena_alloc(&p->arena, size, sizeof *changed);
    p->node = mg_arena_alloc(&p->arena, size, sizeof *p->node);
    if (!needed || !changed || !p->node)
        return MG_NO_MEMORY;
    mg_mark_needed(g, total, needed);
    changed[leaf.id] = true;
    size_t most_inputs = 1;
    for (uint32_t id = leaf.id + 1; id <= total.id; id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        for (int i = 0; i < node->n_inputs; i++)
            changed[id] = changed[id] || changed[node->input[i].id];
        if (!changed[id] || !needed[id])
            continue;
        p->node[p->n++] = id;
        if ((size_t)node->n_inputs > most_inputs)
            most_inputs = (size_t)node->n_inputs;
    }
    p->operand = mg_arena_alloc(&p->arena, most_inputs, sizeof *p->operand);
    return p->operand ? MG_OK : MG_NO_MEMORY;
}

/* The leaf gets memory of its own, which runs change; so do the nodes, as far
 * as they are no views. */
static mg_status make_room(mg_probe *p, mg_value leaf)
{
    const mg_graph *const g = p->subject->graph;
    const size_t size = (size_t)mg_graph_size(g) + 1;
    p->value = mg_arena_alloc(&p->arena, size, sizeof *p->value);
    if (!p->value)
        return MG_NO_MEMORY;
    for (size_t id = 1; id < size; id++)
        p->value[id] = p->base[id];
    MG_TRY(
        mg_tensor_alloc(&p->arena, mg_value_type(g, leaf), &p->value[leaf.id]));
    mg_tensor_copy(&p->base[leaf.id], &p->value[leaf.id]);
    for (size_t k = 0; k < p->n; k++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){p->node[k]});
        mg_tensor *const y = &p->value[p->node[k]];
        y->type = node->type;
        if (node->op->view &&
            node->op->view(node, &p->value[node->input[0].id], y)) {
            p->node[k] = 0; /* nothing to compute */
            continue;
        }
        MG_TRY(mg_tensor_alloc(&p->arena, node->type, y));
    }
    return MG_OK;
}

mg_status mg_probe_open(const mg_subject *subject, const mg_frame *frame,
                        const mg_tensor *base, mg_value leaf, mg_probe *out)
{
    mg_probe p = {
        .subject = subject, .leaf = leaf, .frame = *frame, .base = base};
    mg_arena_init(&p.arena, subject->network->ctx);
    mg_status status = find_nodes(&p, leaf);
    if (status == MG_OK)
        status = make_room(&p, leaf);
    if (status != MG_OK)
        mg_probe_close(&p);
    else
        *out = p;
    return status;
}

void mg_probe_close(mg_probe *probe)
{
    mg_arena_clear(&probe->arena);
}

static void compute(mg_probe *p, const mg_node *node)
{
    for (int i = 0; i < node->n_inputs; i++)
        p->operand[i] = p->value[node->input[i].id];
    mg_evaluate_node(&p->frame, node, p->operand, &p->value[node->self.id]);
}

mg_status mg_probe_run(mg_probe *p, int64_t index, double x, double *loss)
{
    const mg_graph *const g = p->subject->graph;
    mg_tensor_set(&p->value[p->leaf.id], index, x);
    for (size_t k = 0; k < p->n; k++)
        if (p->node[k])
            compute(p, mg_graph_node(g, (mg_value){p->node[k]}));
    mg_tensor_set(&p->value[p->leaf.id], index,
                  mg_tensor_get(&p->base[p->leaf.id], index));
    *loss = mg_tensor_get(&p->value[p->subject->total.id], 0);
    return mg_frame_status(ctx_of(p), &p->frame);
}
