/* list: which values and operations a walk shows, in which words. Layer
 * explain. */
#include "explain/building.h"
#include "explain/words.h"

#include <assert.h>
#include <string.h>

static const mg_node *node_of(const mg_building *b, uint32_t id)
{
    return mg_graph_node(b->subject.graph, (mg_value){id});
}

/* ---- Words ---- */

/* A string of the walk from what was put together in text, which it empties;
 * NULL: no memory. */
static const char *keep(mg_building *b, mg_text *text)
{
    const char *kept = NULL;
    if (mg_text_status(text) == MG_OK)
        kept = mg_arena_string(&b->walk->arena, mg_text_string(text),
                               text->length);
    mg_text_clear(text);
    return kept;
}

static const char *keep_string(mg_building *b, const char *string)
{
    return mg_arena_string(&b->walk->arena, string, strlen(string));
}

/* ---- Values ---- */

static mg_value gradient_of(const mg_building *b, mg_value v)
{
    return b->backward.n ? b->backward.gradient[v.id] : (mg_value){0};
}

static const char *kind_of_gradient(const mg_building *b, mg_value x)
{
    const mg_shape loss = {0}, shape = mg_value_shape(b->subject.graph, x);
    return mg_walk_kind(&loss, &shape);
}

static mg_status add_value(mg_building *b, const char *name, mg_value v,
                           bool given, mg_walk_value *out)
{
    if (b->subject.missing[v.id])
        return MG_OK;
    mg_walk_value value = {
        .name = keep_string(b, name),
        .each = b->subject.each[v.id],
        .given = given,
    };
    if (!value.name)
        return MG_NO_MEMORY;
    mg_mark_needed(b->subject.graph, v, b->used);
    MG_TRY(mg_want(b, v, v, mg_kind_of(b, v.id, MG_STORE_ONCE), &value.value));
    const mg_dtype dtype = mg_value_type(b->subject.graph, v).dtype;
    value.kind = kind_of_gradient(b, v);
    if (b->backward.n && mg_dtype_is_real(dtype))
        MG_TRY(mg_want(b, v, gradient_of(b, v),
                       mg_kind_of(b, v.id, MG_STORE_SUM), &value.gradient));
    *out = value;
    b->walk->n_values++;
    return MG_OK;
}

/* A name may be given again inside a function: the last meaning counts. */
static bool is_named_again(const mg_network *network, size_t index)
{
    for (size_t i = index + 1; i < network->n_values; i++)
        if (strcmp(network->value[i].name, network->value[index].name) == 0)
            return true;
    return false;
}

static bool is_before(const mg_place *a, const mg_place *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

size_t mg_own_states(const mg_network *network)
{
    size_t n = 0;
    while (n < network->n_states && !strchr(network->state[n].name, '/'))
        n++;
    return n;
}

/* The lists of inputs, parameters, states and values are merged by their
 * places: each is in order already. */
enum { INPUT, PARAM, STATE, VALUE, N_LISTS };

/* The place of each list's next item, NULL behind its last. */
static void find_places(const mg_network *n, const size_t next[],
                        const mg_place *place[])
{
    const size_t i = next[INPUT], p = next[PARAM], s = next[STATE],
                 v = next[VALUE];
    place[INPUT] = i < n->n_inputs ? &n->input[i].place : NULL;
    place[PARAM] = p < n->n_params ? &n->param[p].place : NULL;
    place[STATE] = s < mg_own_states(n) ? &n->state[s].place : NULL;
    place[VALUE] = v < n->n_values ? &n->value[v].place : NULL;
}

/* The parameters of a call stand before the value of its line. */
static int first_list(const mg_place *const place[])
{
    int first = -1;
    for (int k = 0; k < N_LISTS; k++) {
        if (!place[k])
            continue;
        if (first < 0 || (k == VALUE ? place[k]->line < place[first]->line
                                     : is_before(place[k], place[first])))
            first = k;
    }
    return first;
}

static mg_status add_next_value(mg_building *b, size_t next[])
{
    const mg_network *const n = b->subject.network;
    const mg_place *place[N_LISTS];
    find_places(n, next, place);
    const int list = first_list(place);
    assert(list >= 0); /* there is one item for each call */
    mg_walk_value *const out = &b->walk->value[b->walk->n_values];
    const size_t i = next[list]++;
    if (list == INPUT)
        return add_value(b, n->input[i].name, n->input[i].value, true, out);
    if (list == PARAM)
        return add_value(b, n->param[i].name, n->param[i].value, true, out);
    if (list == STATE)
        return add_value(b, n->state[i].name, n->state[i].value, true, out);
    if (is_named_again(n, i))
        return MG_OK;
    return add_value(b, n->value[i].name, n->value[i].value, false, out);
}

mg_status mg_list_values(mg_building *b)
{
    const mg_network *const n = b->subject.network;
    const size_t count =
        n->n_inputs + n->n_params + mg_own_states(n) + n->n_values;
    b->walk->value =
        mg_arena_alloc(&b->walk->arena, count, sizeof *b->walk->value);
    if (!b->walk->value)
        return MG_NO_MEMORY;
    size_t next[N_LISTS] = {0};
    for (size_t i = 0; i < count; i++)
        MG_TRY(add_next_value(b, next));
    return MG_OK;
}

mg_status mg_list_updates(mg_building *b)
{
    const mg_network *const n = b->subject.network;
    mg_walk *const walk = b->walk;
    const size_t states = mg_own_states(n);
    walk->updated = mg_arena_alloc(&walk->arena, n->n_params + states,
                                   sizeof *walk->updated);
    if (!walk->updated)
        return MG_NO_MEMORY;
    for (size_t i = 0; walk->has_loss && i < states; i++) {
        const mg_network_state *const state = &n->state[i];
        if (!state->next.id || b->subject.missing[state->next.id])
            continue;
        mg_walk_value *const new = &walk->updated[walk->n_updated++];
        new->name = keep_string(b, state->name);
        if (!new->name)
            return MG_NO_MEMORY;
        MG_TRY(
            mg_want(b, state->value, state->next, MG_STORE_ONCE, &new->value));
    }
    return MG_OK;
}

/* ---- Operations ---- */

/* Whether a student wrote this operation, or calls a function that did. */
static bool is_shown(const mg_building *b, const mg_node *node)
{
    return b->used[node->self.id] && node->n_inputs > 0 &&
           !b->subject.constant[node->self.id] && node->op != &mg_op_name &&
           !b->subject.silent[node->self.id] && node->place.line > 0;
}

/* The derivative of an elementwise op by each operand: its exchanger on ones,
 * with the operands repeated to y's shape. local[i] of id 0: zero. */
static mg_status build_locals(mg_building *b, const mg_node *node,
                              mg_value local[])
{
    mg_graph *const g = b->subject.graph;
    mg_value x[MG_MAX_RULES];
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = mg_broadcast(g, node->input[i], &node->type.shape);
    const mg_value y = mg_copy_node(g, node, x);
    MG_TRY(mg_graph_status(g));
    node->op->vjp(g, mg_graph_node(g, y), mg_ones_like(g, y), local);
    return mg_graph_status(g);
}

/* Integers and truth values have no gradient, converted or not; numbers of
 * the text have one only where the exchanger hands it on. */
static bool takes_gradient(const mg_building *b, mg_value x, mg_value dx)
{
    if (!mg_dtype_is_real(mg_value_type(b->subject.graph, x).dtype))
        return false;
    if (b->subject.constant[x.id])
        return dx.id != 0;
    const mg_node *const origin = mg_words_origin(&b->subject, x);
    return mg_dtype_is_real(origin->type.dtype);
}

static mg_status add_operand(mg_building *b, const mg_node *node, int index,
                             const mg_value *local, mg_walk_operand *out)
{
    const mg_value x = node->input[index];
    mg_text text;
    mg_text_init(&text, b->walk->arena.ctx);
    mg_words_operand(&b->subject, x, &text);
    out->of = keep(b, &text);
    mg_words_rule(&b->subject, node, index, b->walk->count > 1, &text);
    out->rule = keep(b, &text);
    if (!out->of || !out->rule)
        return MG_NO_MEMORY;
    const mg_shape shape = mg_value_shape(b->subject.graph, x);
    out->each = b->subject.each[x.id];
    out->constant = b->subject.constant[x.id];
    out->kind = mg_walk_kind(&node->type.shape, &shape);
    out->out_kind = kind_of_gradient(b, x);
    out->diagonal = shape.rank && mg_shape_equal(&shape, &node->type.shape);
    if (local && takes_gradient(b, x, *local))
        MG_TRY(mg_want(b, node->self, *local,
                       mg_kind_of(b, node->self.id, MG_STORE_ONCE),
                       &out->local));
    if (b->options->jacobians && takes_gradient(b, x, (mg_value){0}))
        MG_TRY(mg_list_jacobian(b, node, index, out));
    if (!b->backward.n)
        return MG_OK;
    const mg_value *const exchange = b->backward.exchange[node->self.id];
    const mg_value dx = exchange ? exchange[index] : (mg_value){0};
    if (takes_gradient(b, x, dx))
        MG_TRY(mg_want(b, x, dx, mg_kind_of(b, x.id, MG_STORE_SUM), &out->out));
    return MG_OK;
}

static mg_status add_operands(mg_building *b, const mg_node *node,
                              mg_walk_operation *out)
{
    const size_t count = (size_t)node->n_inputs;
    mg_value local[MG_MAX_RULES] = {{0}};
    const bool has_local = node->op->kind == MG_ELEMENTWISE && node->op->vjp &&
                           mg_dtype_is_real(node->type.dtype);
    if (has_local)
        MG_TRY(build_locals(b, node, local));
    out->n_operands = node->n_inputs;
    out->operand = mg_arena_alloc(&b->walk->arena, count, sizeof *out->operand);
    if (!out->operand)
        return MG_NO_MEMORY;
    for (int i = 0; i < node->n_inputs; i++)
        MG_TRY(add_operand(b, node, i, has_local ? &local[i] : NULL,
                           &out->operand[i]));
    return MG_OK;
}

static mg_status add_operation(mg_building *b, const mg_node *node)
{
    mg_walk_operation *const out = &b->walk->operation[b->walk->n_operations++];
    mg_text text;
    mg_text_init(&text, b->walk->arena.ctx);
    mg_words_formula(&b->subject, node, &text);
    out->formula = keep(b, &text);
    out->op = keep_string(b, node->op->name);
    if (!out->formula || !out->op)
        return MG_NO_MEMORY;
    out->node = mg_graph_node(b->subject.network->graph, node->self);
    out->line = node->place.line;
    out->column = node->place.column;
    out->each = b->subject.each[node->self.id];
    out->in_kind = kind_of_gradient(b, node->self);
    out->reached = gradient_of(b, node->self).id != 0;
    const uint32_t id = node->self.id;
    const mg_value y =
        b->subject.face[id].id ? b->subject.face[id] : node->self;
    MG_TRY(mg_want(b, y, y, mg_kind_of(b, id, MG_STORE_ONCE), &out->value));
    if (b->backward.n && mg_dtype_is_real(node->type.dtype))
        MG_TRY(mg_want(b, y, gradient_of(b, y), mg_kind_of(b, id, MG_STORE_SUM),
                       &out->in));
    return add_operands(b, node, out);
}

/* Tells operations by which name the formula file goes on with them. */
static mg_status add_names(mg_building *b)
{
    const mg_network *const n = b->subject.network;
    for (size_t i = 0; i < n->n_values; i++) {
        const mg_node *const name = mg_graph_node(n->graph, n->value[i].value);
        if (name->n_inputs == 0)
            continue;
        const mg_node *const origin =
            mg_words_origin(&b->subject, name->input[0]);
        for (size_t k = 0; k < b->walk->n_operations; k++) {
            mg_walk_operation *const operation = &b->walk->operation[k];
            if (operation->node->self.id != origin->self.id || operation->name)
                continue;
            operation->name = keep_string(b, n->value[i].name);
            if (!operation->name)
                return MG_NO_MEMORY;
        }
    }
    return MG_OK;
}

mg_status mg_list_operations(mg_building *b)
{
    size_t count = 0;
    for (uint32_t id = 1; id <= b->subject.n; id++)
        count += is_shown(b, node_of(b, id));
    b->walk->operation =
        mg_arena_alloc(&b->walk->arena, count, sizeof *b->walk->operation);
    if (!b->walk->operation)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id <= b->subject.n; id++)
        if (is_shown(b, node_of(b, id)))
            MG_TRY(add_operation(b, node_of(b, id)));
    return add_names(b);
}
