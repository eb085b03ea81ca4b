/* walk: what is listed gets room and a source in the graph; then each example
 * is evaluated once, and every source stored, stacked or summed. Layer
 * explain. */
#include "explain/building.h"

#include <string.h>

mg_store_kind mg_kind_of(const mg_building *b, uint32_t id,
                         mg_store_kind shared)
{
    return b->subject.each[id] ? MG_STORE_EACH : shared;
}

/* ---- Captures ---- */

mg_status mg_want(mg_building *b, mg_value like, mg_value source,
                  mg_store_kind kind, mg_tensor *out)
{
    mg_ctx *const ctx = b->walk->arena.ctx;
    mg_type type = mg_value_type(b->subject.graph, like);
    if (kind == MG_STORE_EACH && b->walk->count > 1) {
        if (type.shape.rank == MG_MAX_RANK)
            return mg_fail(ctx, MG_BAD_SHAPE,
                           "explain: a value of %d axes has no room for one "
                           "of the examples",
                           MG_MAX_RANK);
        mg_shape_insert(&type.shape, 0, (int64_t)b->walk->count);
    }
    mg_tensor room;
    MG_TRY(mg_tensor_alloc(&b->walk->arena, type, &room));
    *out = room;
    if (!source.id)
        return MG_OK;
    MG_TRY(mg_grow(ctx, &b->capture, &b->capacity, b->n_captures + 1,
                   sizeof *b->capture));
    b->capture[b->n_captures++] = (mg_capture){source, room, kind};
    return MG_OK;
}

static void store(const mg_capture *c, const mg_tensor *value, size_t example)
{
    const int64_t n = mg_shape_size(&value->type.shape);
    const int64_t first = c->kind == MG_STORE_EACH ? (int64_t)example * n : 0;
    if (c->kind == MG_STORE_ONCE && example > 0)
        return;
    for (int64_t i = 0; i < n; i++) {
        double number = mg_tensor_get(value, i);
        if (c->kind == MG_STORE_SUM && example > 0)
            number += mg_tensor_get(&c->target, i);
        mg_tensor_set(&c->target, first + i, number);
    }
}

/* ---- Evaluation ---- */

static mg_status mark_captures(mg_building *b, bool **out)
{
    mg_graph *const g = b->subject.graph;
    const uint32_t size = mg_graph_size(g);
    bool *const needed =
        mg_arena_alloc(&b->arena, (size_t)size + 1, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < b->n_captures; i++)
        needed[b->capture[i].source.id] = true;
    mg_mark_inputs(g, needed);
    *out = needed;
    return MG_OK;
}

/* What a walk is evaluated with. */
typedef struct {
    mg_subject_source source;
    uint32_t sum; /* the id of weight_sum */
    mg_tensor weight_sum;
} feeding;

static mg_status feed(void *data, const mg_node *leaf, mg_tensor *out)
{
    feeding *const f = data;
    if (leaf->self.id != f->sum)
        return mg_subject_feed(&f->source, leaf, out);
    *out = f->weight_sum;
    return MG_OK;
}

/* The needed values of example number `index`. */
static mg_status evaluate_one(mg_building *b, feeding *f,
                              const mg_tensor *const examples[], size_t index,
                              const bool *needed, mg_tensor **value)
{
    /* As in training, every example draws random numbers of its own. */
    mg_frame frame = {
        .seed = b->options->seed,
        .step = (uint32_t)index,
    };
    f->source.example = examples[index];
    return mg_evaluate(b->subject.graph, f->source.arena, &frame, feed, f,
                       needed, value);
}

typedef void visit_fn(mg_building *b, feeding *f, const mg_tensor value[],
                      size_t index);

static void store_all(mg_building *b, feeding *f, const mg_tensor value[],
                      size_t index)
{
    (void)f;
    for (size_t i = 0; i < b->n_captures; i++)
        store(&b->capture[i], &value[b->capture[i].source.id], index);
}

static void add_weight(mg_building *b, feeding *f, const mg_tensor value[],
                       size_t index)
{
    (void)index;
    const mg_value weight = b->subject.network->weight;
    mg_tensor_set(&f->weight_sum, 0,
                  mg_tensor_get(&f->weight_sum, 0) +
                      mg_tensor_get(&value[weight.id], 0));
}

static mg_status visit(mg_building *b, feeding *f,
                       const mg_tensor *const examples[], const bool *needed,
                       visit_fn *see)
{
    for (size_t e = 0; e < b->walk->count; e++) {
        mg_arena arena;
        mg_tensor *value = NULL;
        mg_arena_init(&arena, b->walk->arena.ctx);
        f->source.arena = &arena;
        const mg_status status =
            evaluate_one(b, f, examples, e, needed, &value);
        if (status == MG_OK)
            see(b, f, value, e);
        mg_arena_clear(&arena);
        MG_TRY(status);
    }
    return MG_OK;
}

static mg_status sum_weights(mg_building *b, feeding *f,
                             const mg_tensor *const examples[])
{
    mg_graph *const g = b->subject.graph;
    const mg_value weight = b->subject.network->weight;
    bool *const needed =
        mg_arena_alloc(&b->arena, (size_t)mg_graph_size(g) + 1, sizeof *needed);
    if (!needed)
        return MG_NO_MEMORY;
    mg_mark_needed(g, weight, needed);
    MG_TRY(mg_tensor_alloc(&b->arena, mg_value_type(g, b->weight_sum),
                           &f->weight_sum));
    return visit(b, f, examples, needed, add_weight);
}

static mg_status evaluate(mg_building *b, const mg_weights *weights,
                          const mg_tensor *const examples[])
{
    feeding f = {.source = {.subject = &b->subject, .weights = weights},
                 .sum = b->weight_sum.id};
    bool *needed = NULL;
    if (b->weight_sum.id)
        MG_TRY(sum_weights(b, &f, examples));
    MG_TRY(mark_captures(b, &needed));
    return visit(b, &f, examples, needed, store_all);
}

/* ---- The loss and the step ---- */

/* The example's part in the mean of the losses: 1/count, or its weight among
 * the weights of all. */
static mg_value share_of_example(mg_building *b)
{
    mg_graph *const g = b->subject.graph;
    const mg_value weight = b->subject.network->weight;
    if (!weight.id || b->walk->count == 1)
        return mg_real(g, 1 / (double)b->walk->count);
    b->weight_sum =
        mg_variable(g, "weight sum", mg_graph_real(g), (mg_shape){0});
    return mg_div(g, weight, b->weight_sum);
}

/* The penalty stands in every example's total, and the shares add up to 1:
 * so it counts once. */
static mg_status go_back(mg_building *b, mg_value *share)
{
    const mg_value weight = b->subject.network->weight;
    if (!b->subject.total.id ||
        (b->walk->count > 1 && weight.id && b->subject.missing[weight.id]))
        return MG_OK;
    *share = share_of_example(b);
    MG_TRY(mg_graph_status(b->subject.graph));
    b->walk->has_loss = true;
    return mg_backward_pass(b->subject.graph, b->subject.total, *share,
                            &b->arena, &b->backward);
}

/* Room for what the loss is made of: a part of each example. */
static mg_status want_loss(mg_building *b, mg_value share, mg_tensor *out)
{
    mg_graph *const g = b->subject.graph;
    const mg_value part = mg_mul(g, share, b->subject.network->loss);
    MG_TRY(mg_graph_status(g));
    return mg_want(b, part, part, MG_STORE_EACH, out);
}

static void set_loss(mg_walk *walk, const mg_tensor *parts)
{
    const int64_t n = mg_shape_size(&parts->type.shape);
    for (int64_t i = 0; i < n; i++)
        walk->loss += mg_tensor_get(parts, i);
}

/* W - lr * gradient, for each parameter of the list of values. */
static mg_status make_step(mg_walk *walk, const mg_network *network)
{
    for (size_t i = 0; walk->has_loss && i < walk->n_values; i++) {
        const mg_walk_value *const old = &walk->value[i];
        if (!mg_network_find_param(network, old->name))
            continue;
        mg_walk_value *const new = &walk->updated[walk->n_updated++];
        *new = *old;
        MG_TRY(mg_tensor_alloc(&walk->arena, old->value.type, &new->value));
        const int64_t n = mg_shape_size(&old->value.type.shape);
        for (int64_t k = 0; k < n; k++)
            mg_tensor_set(&new->value, k,
                          mg_tensor_get(&old->value, k) -
                              walk->lr * mg_tensor_get(&old->gradient, k));
    }
    return MG_OK;
}

static mg_status build(mg_building *b, const mg_weights *weights,
                       const mg_tensor *const examples[])
{
    const mg_network *const network = b->subject.network;
    const size_t size = (size_t)b->subject.n + 1;
    b->used = mg_arena_alloc(&b->arena, size, sizeof *b->used);
    if (!b->used)
        return MG_NO_MEMORY;
    mg_value share = {0};
    MG_TRY(go_back(b, &share));
    MG_TRY(mg_list_values(b));
    MG_TRY(mg_list_updates(b));
    mg_tensor loss = {0};
    if (b->walk->has_loss)
        MG_TRY(want_loss(b, share, &loss));
    MG_TRY(mg_list_operations(b));
    MG_TRY(evaluate(b, weights, examples));
    mg_count_zeros(b->walk);
    if (b->walk->has_loss)
        set_loss(b->walk, &loss);
    return make_step(b->walk, network);
}

/* An input is given if it is in every example. */
static mg_status find_given(const mg_network *network, size_t count,
                            const mg_tensor *const examples[], mg_arena *arena,
                            mg_tensor **out)
{
    mg_tensor *const given =
        mg_arena_alloc(arena, network->n_inputs, sizeof *given);
    if (!given)
        return MG_NO_MEMORY;
    for (size_t e = 0; e < count; e++)
        MG_TRY(mg_example_check(network, examples[e]));
    for (size_t i = 0; i < network->n_inputs; i++) {
        given[i] = examples[0][i];
        for (size_t e = 1; e < count; e++)
            if (!examples[e][i].data)
                given[i].data = NULL;
    }
    *out = given;
    return MG_OK;
}

/* What cannot be asked of several examples together: each is evaluated by
 * itself. */
static mg_status check_together(const mg_building *b, const mg_network *network)
{
    if (b->options->jacobians)
        return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                       "explain: Jacobians are those of one example, not of "
                       "%zu together",
                       b->walk->count);
    for (uint32_t id = 1; id <= mg_graph_size(network->graph); id++) {
        const mg_node *const node =
            mg_graph_node(network->graph, (mg_value){id});
        if (node->op->joins)
            return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                           "explain: %s looks at a whole batch: examples are "
                           "walked one after the other, not together",
                           node->op->name);
    }
    return MG_OK;
}

static mg_status build_in(mg_building *b, const mg_network *network,
                          const mg_weights *weights,
                          const mg_tensor *const examples[])
{
    if (b->walk->count == 0)
        return mg_fail(network->ctx, MG_BAD_ARGUMENT,
                       "explain: no example is given");
    if (b->walk->count > 1)
        MG_TRY(check_together(b, network));
    mg_tensor *given = NULL;
    MG_TRY(find_given(network, b->walk->count, examples, &b->arena, &given));
    MG_TRY(mg_subject_open(network, given, &b->arena, &b->subject));
    const mg_status status = build(b, weights, examples);
    mg_subject_close(&b->subject);
    return status;
}

mg_status mg_walk_create(const mg_network *network, const mg_weights *weights,
                         size_t count, const mg_tensor *const examples[],
                         const mg_walk_options *options, mg_walk **out)
{
    mg_ctx *const ctx = network->ctx;
    mg_walk *const walk = mg_alloc(ctx, 1, sizeof *walk);
    if (!walk)
        return MG_NO_MEMORY;
    mg_arena_init(&walk->arena, ctx);
    walk->real = mg_graph_real(network->graph);
    walk->count = count;
    walk->lr = options->lr;
    walk->lecture = options->lecture;
    mg_building b = {.walk = walk, .options = options};
    mg_arena_init(&b.arena, ctx);
    const mg_status status = build_in(&b, network, weights, examples);
    mg_free(ctx, b.capture);
    mg_arena_clear(&b.arena);
    if (status != MG_OK)
        mg_walk_destroy(walk);
    else
        *out = walk;
    return status;
}

void mg_walk_destroy(mg_walk *walk)
{
    if (!walk)
        return;
    mg_ctx *const ctx = walk->arena.ctx;
    mg_arena_clear(&walk->arena);
    mg_free(ctx, walk);
}

mg_status mg_walk_update(const mg_walk *walk, mg_weights *weights)
{
    for (size_t i = 0; i < walk->n_updated; i++) {
        const mg_walk_value *const updated = &walk->updated[i];
        const mg_weight *const weight = mg_weights_find(weights, updated->name);
        if (!weight)
            return mg_fail(walk->arena.ctx, MG_BAD_ARGUMENT,
                           "explain: no weights of the name %s", updated->name);
        mg_tensor_copy(&updated->value, &weight->tensor);
    }
    return MG_OK;
}
