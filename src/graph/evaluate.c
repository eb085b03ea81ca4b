/* evaluate: the oracle's walk over a graph. Layer graph. */
#include "graph/evaluate.h"

#include <string.h>

static void evaluate_elements(const mg_node *node, const mg_tensor x[],
                              const mg_tensor *y)
{
    mg_tensor view[MG_MAX_RULES];
    for (int i = 0; i < node->n_inputs; i++)
        view[i] = mg_tensor_broadcast(&x[i], &y->type.shape);
    const int64_t n = mg_shape_size(&y->type.shape);
    for (int64_t k = 0; k < n; k++) {
        double operand[MG_MAX_RULES];
        for (int i = 0; i < node->n_inputs; i++)
            operand[i] = mg_tensor_get(&view[i], k);
        mg_tensor_set(y, k, node->op->scalar(operand));
    }
}

void mg_evaluate_node(mg_frame *frame, const mg_node *node, const mg_tensor x[],
                      const mg_tensor *y)
{
    if (node->op->reference)
        node->op->reference(frame, node, x, y);
    else
        evaluate_elements(node, x, y);
}

/* The tensors of a node's inputs, in an array of the arena. */
static mg_status gather_inputs(mg_arena *arena, const mg_node *node,
                               const mg_tensor value[], mg_tensor **out)
{
    mg_tensor *const x =
        mg_arena_alloc(arena, (size_t)node->n_inputs + 1, sizeof *x);
    if (!x)
        return MG_NO_MEMORY;
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = value[node->input[i].id];
    *out = x;
    return MG_OK;
}

static mg_status evaluate_one(const mg_node *node, mg_arena *arena,
                              mg_frame *frame, mg_feed_fn *feed, void *data,
                              mg_tensor value[])
{
    mg_tensor *const y = &value[node->self.id];
    if (node->data) {
        *y = *node->data;
        return MG_OK;
    }
    if (node->op->kind == MG_LEAF && !node->op->reference)
        return feed(data, node, y);
    if (node->op->derives)
        return mg_fail(arena->ctx, MG_BAD_ARGUMENT,
                       "evaluate: %s is not derived yet", node->op->name);
    mg_tensor *x = NULL;
    MG_TRY(gather_inputs(arena, node, value, &x));
    y->type = node->type;
    if (node->op->view && node->op->view(node, &x[0], y))
        return MG_OK;
    MG_TRY(mg_tensor_alloc(arena, node->type, y));
    mg_evaluate_node(frame, node, x, y);
    return MG_OK;
}

mg_status mg_evaluate(const mg_graph *g, mg_arena *arena, mg_frame *frame,
                      mg_feed_fn *feed, void *data, const bool *needed,
                      mg_tensor **value)
{
    const uint32_t size = mg_graph_size(g);
    mg_tensor *const tensor =
        mg_arena_alloc(arena, (size_t)size + 1, sizeof *tensor);
    if (!tensor)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id <= size; id++) {
        if (needed && !needed[id])
            continue;
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        MG_TRY(evaluate_one(node, arena, frame, feed, data, tensor));
    }
    MG_TRY(mg_frame_status(mg_graph_ctx(g), frame));
    *value = tensor;
    return MG_OK;
}

static void mark_inputs_below(const mg_graph *g, uint32_t last, bool *needed)
{
    for (uint32_t id = last; id >= 1; id--) {
        if (!needed[id])
            continue;
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        for (int i = 0; i < node->n_inputs; i++)
            needed[node->input[i].id] = true;
    }
}

void mg_mark_inputs(const mg_graph *g, bool *needed)
{
    mark_inputs_below(g, mg_graph_size(g), needed);
}

void mg_mark_needed(const mg_graph *g, mg_value v, bool *needed)
{
    needed[v.id] = true;
    mark_inputs_below(g, v.id, needed);
}

static mg_status mark(const mg_graph *g, mg_value v, mg_arena *arena,
                      bool **out)
{
    bool *const needed =
        mg_arena_alloc(arena, (size_t)mg_graph_size(g) + 1, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    mg_mark_needed(g, v, needed);
    *out = needed;
    return MG_OK;
}

bool mg_is_constant(const mg_graph *g, mg_value v)
{
    mg_arena arena;
    mg_arena_init(&arena, mg_graph_ctx(g));
    bool *needed = NULL;
    bool constant = mark(g, v, &arena, &needed) == MG_OK;
    for (uint32_t id = 1; constant && id <= v.id; id++) {
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        const bool leaf =
            node->op->kind == MG_LEAF && !node->data && !node->op->reference;
        constant = !needed[id] || !(leaf || node->op->draws);
    }
    mg_arena_clear(&arena);
    return constant;
}

static mg_status no_feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    (void)out;
    return mg_fail(data, MG_BAD_ARGUMENT, "%s is not known when compiled",
                   leaf->name ? leaf->name : leaf->op->name);
}

mg_status mg_evaluate_constant(const mg_graph *g, mg_value v, mg_arena *arena,
                               mg_tensor *out)
{
    bool *needed = NULL;
    MG_TRY(mark(g, v, arena, &needed));
    mg_frame frame = {0};
    mg_tensor *value = NULL;
    MG_TRY(mg_evaluate(g, arena, &frame, no_feed, mg_graph_ctx(g), needed,
                       &value));
    *out = value[v.id];
    return MG_OK;
}
