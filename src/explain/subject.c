/* subject: see subject.h. Layer explain. */
#include "explain/subject.h"

#include "base/philox.h"

#include <string.h>

/* ---- Examples ---- */

static mg_status check_type(const mg_network *network, size_t index,
                            const mg_tensor *given)
{
    const mg_network_input *const input = &network->input[index];
    const mg_type type = mg_value_type(network->graph, input->value);
    if (given->type.dtype == type.dtype &&
        mg_shape_equal(&given->type.shape, &type.shape))
        return MG_OK;
    char is[MG_SHAPE_TEXT_SIZE], wanted[MG_SHAPE_TEXT_SIZE];
    return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                   "explain: %s is %s %s, but %s %s is given", input->name,
                   mg_dtype_name(type.dtype),
                   mg_shape_text(&type.shape, wanted),
                   mg_dtype_name(given->type.dtype),
                   mg_shape_text(&given->type.shape, is));
}

static mg_status check_classes(const mg_network *network, size_t index,
                               const mg_tensor *given)
{
    const mg_network_input *const input = &network->input[index];
    const int64_t n = mg_shape_size(&given->type.shape);
    for (int64_t i = 0; input->classes > 0 && i < n; i++) {
        const double label = mg_tensor_get(given, i);
        if (label < 0 || label >= (double)input->classes)
            return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                           "explain: %s holds %lld, but runs from 0 to %lld",
                           input->name, (long long)label,
                           (long long)input->classes - 1);
    }
    return MG_OK;
}

mg_status mg_example_check(const mg_network *network, const mg_tensor example[])
{
    for (size_t i = 0; i < network->n_inputs; i++) {
        if (!example[i].data && network->input[i].target)
            continue;
        if (!example[i].data)
            return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                           "explain: input %s is not given",
                           network->input[i].name);
        MG_TRY(check_type(network, i, &example[i]));
        MG_TRY(check_classes(network, i, &example[i]));
    }
    return MG_OK;
}

/* Streams of their own, away from those of parameters and random calls. */
#define EXAMPLE_STREAM 0x45000000u

mg_status mg_example_draw(const mg_network *network, uint64_t seed,
                          mg_arena *arena, mg_tensor example[])
{
    for (size_t i = 0; i < network->n_inputs; i++) {
        if (example[i].data)
            continue;
        const mg_network_input *const input = &network->input[i];
        const mg_type type = mg_value_type(network->graph, input->value);
        MG_TRY(mg_tensor_alloc(arena, type, &example[i]));
        const mg_stream stream = {
            .seed = seed,
            .stream = EXAMPLE_STREAM + (uint32_t)i,
        };
        const uint64_t classes = (uint64_t)input->classes;
        const int64_t n = mg_shape_size(&type.shape);
        for (int64_t k = 0; k < n; k++)
            mg_tensor_set(
                &example[i], k,
                classes ? (double)mg_random_below(&stream, (uint64_t)k, classes)
                        : mg_random_normal(&stream, (uint64_t)k));
    }
    return MG_OK;
}

/* ---- The graph ---- */

/* Every node of a graph is there once and converted already, so that copies in
 * order keep their ids. */
static mg_status copy_graph(mg_subject *s)
{
    const mg_graph *const from = s->network->graph;
    for (uint32_t id = 1; id <= s->n; id++) {
        const mg_node *const node = mg_graph_node(from, (mg_value){id});
        const mg_value copy = mg_copy_node(s->graph, node, node->input);
        MG_TRY(mg_graph_status(s->graph));
        if (copy.id != id)
            return mg_fail(s->network->ctx, MG_BAD_ARGUMENT,
                           "explain: node %u of the graph is there twice", id);
    }
    return MG_OK;
}

static const mg_tensor *example_of(const mg_network *network,
                                   const mg_tensor example[], uint32_t id)
{
    for (size_t i = 0; i < network->n_inputs; i++)
        if (network->input[i].value.id == id)
            return &example[i];
    return NULL;
}

static void mark_node(mg_subject *s, const mg_tensor example[],
                      const mg_node *node)
{
    const uint32_t id = node->self.id;
    const bool is_input = node->op == &mg_op_input;
    const mg_tensor *const given =
        is_input ? example_of(s->network, example, id) : NULL;
    s->missing[id] = is_input && !(given && given->data);
    s->each[id] = is_input || node->op->draws;
    s->constant[id] =
        !node->op->draws && (node->n_inputs > 0 || node->data ||
                             node->op->kind != MG_LEAF || node->op->reference);
    for (int i = 0; i < node->n_inputs; i++) {
        const uint32_t x = node->input[i].id;
        s->missing[id] = s->missing[id] || s->missing[x];
        s->each[id] = s->each[id] || s->each[x];
        s->constant[id] = s->constant[id] && s->constant[x];
    }
}

static bool is_same_place(const mg_node *a, const mg_node *b)
{
    const char *const left = a->place.formula, *const right = b->place.formula;
    return a->place.line == b->place.line &&
           a->place.column == b->place.column && left && right &&
           strcmp(left, right) == 0;
}

/* x[0] is a slice and a reshape, [x, y] a reshape and a concat: of operations
 * at one place, a reshape only serves the other. */
static void mark_silent(mg_subject *s, const mg_node *node)
{
    if (node->op == &mg_op_cast)
        s->silent[node->self.id] = true;
    for (int i = 0; i < node->n_inputs; i++) {
        const mg_node *const x = mg_graph_node(s->graph, node->input[i]);
        if (!is_same_place(node, x))
            continue;
        if (node->op == &mg_op_reshape) {
            s->silent[node->self.id] = true;
            s->face[x->self.id] = node->self;
        } else if (x->op == &mg_op_reshape) {
            s->silent[x->self.id] = true;
        }
    }
}

static mg_status fill(mg_subject *s, const mg_tensor example[], mg_arena *arena)
{
    const size_t size = (size_t)s->n + 1;
    s->missing = mg_arena_alloc(arena, size, sizeof *s->missing);
    s->each = mg_arena_alloc(arena, size, sizeof *s->each);
    s->constant = mg_arena_alloc(arena, size, sizeof *s->constant);
    s->silent = mg_arena_alloc(arena, size, sizeof *s->silent);
    s->face = mg_arena_alloc(arena, size, sizeof *s->face);
    if (!s->missing || !s->each || !s->constant || !s->silent || !s->face)
        return MG_NO_MEMORY;
    MG_TRY(copy_graph(s));
    for (uint32_t id = 1; id <= s->n; id++) {
        const mg_node *const node = mg_graph_node(s->graph, (mg_value){id});
        mark_node(s, example, node);
        mark_silent(s, node);
    }
    mg_graph_set_place(s->graph, (mg_place){0});
    const mg_value loss = s->network->loss, penalty = s->network->penalty;
    if (loss.id && !s->missing[loss.id])
        s->total = penalty.id ? mg_add(s->graph, loss, penalty) : loss;
    return mg_graph_status(s->graph);
}

mg_status mg_subject_open(const mg_network *network, const mg_tensor example[],
                          mg_arena *arena, mg_subject *out)
{
    mg_subject s = {.network = network, .n = mg_graph_size(network->graph)};
    MG_TRY(
        mg_graph_create(network->ctx, mg_graph_real(network->graph), &s.graph));
    const mg_status status = fill(&s, example, arena);
    if (status != MG_OK)
        mg_graph_destroy(s.graph);
    else
        *out = s;
    return status;
}

void mg_subject_close(mg_subject *subject)
{
    mg_graph_destroy(subject->graph);
    subject->graph = NULL;
}

/* ---- Leaves ---- */

static mg_status feed_weight(const mg_subject_source *source,
                             const mg_node *leaf, mg_tensor *out)
{
    mg_ctx *const ctx = source->subject->network->ctx;
    const mg_weight *const weight =
        mg_weights_find(source->weights, leaf->name);
    if (!weight)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "explain: %s has no value here",
                       leaf->name);
    const mg_tensor *const tensor = &weight->tensor;
    if (!mg_shape_equal(&tensor->type.shape, &leaf->type.shape)) {
        char is[MG_SHAPE_TEXT_SIZE], wanted[MG_SHAPE_TEXT_SIZE];
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "explain: %s is %s, but the weights hold %s", leaf->name,
                       mg_shape_text(&leaf->type.shape, wanted),
                       mg_shape_text(&tensor->type.shape, is));
    }
    if (tensor->type.dtype == leaf->type.dtype) {
        *out = *tensor;
        return MG_OK;
    }
    MG_TRY(mg_tensor_alloc(source->arena, leaf->type, out));
    mg_tensor_copy(tensor, out);
    return MG_OK;
}

mg_status mg_subject_feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    const mg_subject_source *const source = data;
    const mg_tensor *const given =
        example_of(source->subject->network, source->example, leaf->self.id);
    if (!given)
        return feed_weight(source, leaf, out);
    *out = *given;
    return MG_OK;
}
