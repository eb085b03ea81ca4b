/* step: example graph -> rows of examples -> batch -> sums, gradients,
 * updates. Layer train. */
#include "train/step.h"
#include "train/statistics.h"
#include "train/update.h"

#include <stdio.h>
#include <string.h>

/* Names with a blank cannot meet a parameter's path. */
#define MAX_NAME 512

/* ---- The example as a row of all ---- */

typedef struct {
    const mg_step_source *source;
    mg_graph *g;     /* the example's graph over rows */
    mg_value *value; /* by the network's node id */
    mg_arena *arena;
} substitution;

/* The value of an input as the data holds it: where it is in memory, a row of
 * all; else a leaf of its own. */
static mg_value stored_value(substitution *s, const mg_network_input *in,
                             const mg_example_input *from)
{
    mg_graph *const g = s->g;
    const mg_shape shape = from->row.shape;
    const mg_dtype dtype =
        mg_value_type(s->source->network->graph, in->value).dtype;
    char name[MAX_NAME];
    snprintf(name, sizeof name, MG_DATA_PREFIX "%s", in->name);
    if (!from->data)
        return mg_cast_to(g, mg_input(g, name, from->row.dtype, shape), dtype);
    mg_shape all = shape;
    if (all.rank < MG_MAX_RANK)
        mg_shape_insert(&all, 0, s->source->examples->rows);
    const mg_value data = mg_variable(g, name, from->row.dtype, all);
    const mg_value row = mg_input(g, MG_ROW_NAME, MG_I64, (mg_shape){0});
    return mg_rows(g, data, row, dtype);
}

static mg_value input_value(substitution *s, size_t input)
{
    const mg_step_source *const source = s->source;
    const mg_network_input *const in = &source->network->input[input];
    const mg_type type = mg_value_type(source->network->graph, in->value);
    const mg_example_input *const from =
        source->examples ? &source->examples->input[input] : NULL;
    if (!from || from->absent) /* without data: fails when bound */
        return mg_input(s->g, in->name, type.dtype, type.shape);
    return mg_reshape(s->g, stored_value(s, in, from), &type.shape);
}

static mg_value substitute(substitution *s, const mg_node *node)
{
    const mg_network *const network = s->source->network;
    for (size_t i = 0; i < network->n_inputs; i++)
        if (network->input[i].value.id == node->self.id)
            return mg_statistics_apply(s->g, s->source->weights,
                                       &network->input[i], input_value(s, i));
    mg_value *const x =
        mg_arena_alloc(s->arena, (size_t)node->n_inputs + 1, sizeof *x);
    if (!x)
        return mg_graph_fail(s->g, MG_NO_MEMORY, "%s",
                             mg_message(network->ctx));
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = s->value[node->input[i].id];
    return mg_copy_node(s->g, node, x);
}

static mg_status substitute_all(substitution *s)
{
    const mg_graph *const from = s->source->network->graph;
    const size_t size = (size_t)mg_graph_size(from) + 1;
    s->value = mg_arena_alloc(s->arena, size, sizeof *s->value);
    if (!s->value)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id < size; id++) {
        const mg_node *const node = mg_graph_node(from, (mg_value){id});
        s->value[id] = substitute(s, node);
        MG_TRY(mg_graph_status(s->g));
    }
    return MG_OK;
}

/* ---- Roots of the example ---- */

/* Where a batched graph's roots stand: what each example gives first. */
typedef struct {
    const mg_step_source *source;
    mg_purpose purpose;
    size_t n_results;
    size_t penalty, next, state, n; /* indices of roots; n: all */
    mg_value *root;                 /* [n]: their batched values */
} roots;

static bool optimises(mg_purpose purpose)
{
    return purpose == MG_FOR_TRAINING || purpose == MG_FOR_STEP;
}

static bool trains(mg_purpose purpose)
{
    return optimises(purpose) || purpose == MG_FOR_GRADIENTS;
}

static void lay_out_roots(roots *r)
{
    const mg_network *const network = r->source->network;
    r->n_results = 0;
    if (r->purpose == MG_FOR_OUTPUTS)
        r->n_results = network->n_outputs;
    else if (r->purpose != MG_FOR_STEP)
        r->n_results = r->source->measures->n_parts;
    r->penalty = r->n_results;
    r->next = r->penalty + 1;
    r->state = r->next + network->n_params;
    r->n = r->state + network->n_states;
}

/* The example's value for a root; id 0: the plan has no use for it. */
static mg_value root_value(const roots *r, size_t index)
{
    const mg_value none = {0};
    const mg_network *const network = r->source->network;
    if (index < r->n_results)
        return r->purpose == MG_FOR_OUTPUTS
                   ? network->output[index].value
                   : r->source->measures->part[index].value;
    if (!trains(r->purpose))
        return none;
    if (index >= r->state) {
        const mg_network_state *const state = &network->state[index - r->state];
        const bool wanted = mg_state_is_of_rule(state)
                                ? optimises(r->purpose)
                                : r->purpose != MG_FOR_STEP;
        return wanted ? state->next : none;
    }
    if (!optimises(r->purpose))
        return none;
    return index == r->penalty ? network->penalty
                               : network->param[index - r->next].next;
}

/* Batches the example; root[] gets the values of all roots in the new graph. */
static mg_status batch_roots(roots *r, const substitution *s, int64_t batch,
                             mg_graph **out)
{
    mg_root *const root = mg_arena_alloc(s->arena, r->n + 1, sizeof *root);
    bool *const expand = mg_arena_alloc(s->arena, r->n + 1, sizeof *expand);
    size_t *const at = mg_arena_alloc(s->arena, r->n + 1, sizeof *at);
    r->root = mg_arena_alloc(s->arena, r->n + 1, sizeof *r->root);
    if (!root || !expand || !at || !r->root)
        return MG_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        const mg_value v = root_value(r, i);
        if (!v.id)
            continue;
        expand[n] = i < r->n_results;
        at[n] = i;
        root[n].name = "root";
        root[n++].value = s->value[v.id];
    }
    mg_graph *g = NULL;
    MG_TRY(mg_batch(s->g, n, root, expand, batch, &g));
    for (size_t i = 0; i < n; i++)
        r->root[at[i]] = mg_graph_root(g, i)->value;
    mg_graph_clear_roots(g);
    *out = g;
    return MG_OK;
}

static mg_status batch_example(roots *r, int64_t batch, mg_arena *arena,
                               mg_graph **out)
{
    const mg_network *const network = r->source->network;
    mg_graph *example = NULL;
    MG_TRY(
        mg_graph_create(network->ctx, mg_graph_real(network->graph), &example));
    substitution s = {r->source, example, NULL, arena};
    mg_status status = substitute_all(&s);
    if (status == MG_OK)
        status = batch_roots(r, &s, batch, out);
    mg_graph_destroy(example);
    return status;
}

/* ---- Sums over the batch ---- */

/* "result 0", "result 1", ... in the order of mg_step_plan.result. */
static void add_result(mg_graph *g, size_t index, mg_value value)
{
    char name[64];
    snprintf(name, sizeof name, "result %zu", index);
    mg_graph_add_root(g, name, value);
}

static mg_status add_outputs(const roots *r, mg_graph *g)
{
    for (size_t i = 0; i < r->n_results; i++)
        mg_graph_add_root(g, r->source->network->output[i].name, r->root[i]);
    return mg_graph_status(g);
}

/* [n] -> [n, 1, ..] of x's rank. */
static mg_value weight_like(mg_graph *g, mg_value weight, mg_value x)
{
    mg_shape shape = mg_value_shape(g, weight);
    const int rank = mg_value_shape(g, x).rank;
    while (shape.rank < rank)
        mg_shape_append(&shape, 1);
    return mg_reshape(g, weight, &shape);
}

/* The sum over the examples of weight times value; totals in double precision,
 * since metrics may take differences of them. */
static mg_value weighted_sum(const roots *r, mg_graph *g, size_t index)
{
    const int64_t axis = 0;
    const mg_measure_part *const part = &r->source->measures->part[index];
    const mg_dtype dtype = part->is_total ? MG_F64 : mg_graph_real(g);
    mg_value x = mg_cast_to(g, r->root[index], dtype);
    if (r->source->network->weight.id && part->offset > 0) {
        const mg_value weight = mg_stop_gradient(g, r->root[0]);
        x = mg_mul(g, x, mg_cast_to(g, weight_like(g, weight, x), dtype));
    }
    return mg_sum(g, x, 1, &axis, false);
}

/* The measures' sums as results. loss: that of the loss; weight: that of the
 * weights, or id 0 where each is 1. */
static void add_sums(const roots *r, mg_graph *g, mg_value *loss,
                     mg_value *weight)
{
    const mg_network *const network = r->source->network;
    const bool weighted = network->weight.id != 0;
    for (size_t i = 0; i < r->n_results; i++) {
        const mg_value one = r->source->measures->part[i].value;
        mg_graph_set_place(g, mg_graph_node(network->graph, one)->place);
        const mg_value sum = weighted_sum(r, g, i);
        add_result(g, i, sum);
        if (i == 0 && weighted)
            *weight = mg_stop_gradient(g, sum);
        if (i == (size_t)weighted)
            *loss = sum;
    }
    mg_graph_set_place(g, (mg_place){0});
}

/* ---- What training changes ---- */

/* The network's states; those of a rule change with its parameter. */
static void add_state_updates(const roots *r, mg_graph *g)
{
    const mg_network *const network = r->source->network;
    for (size_t i = 0; i < network->n_states; i++) {
        const mg_network_state *const state = &network->state[i];
        const mg_value next = r->root[r->state + i];
        if (!next.id || mg_state_is_of_rule(state))
            continue;
        const mg_type type = mg_value_type(network->graph, state->value);
        mg_graph_add_update(g, state->name,
                            mg_variable(g, state->name, type.dtype, type.shape),
                            next);
    }
}

static mg_status optimise(const roots *r, mg_update *u)
{
    mg_update_clip(u);
    return mg_update_apply(u, r->root + r->next, r->root + r->state);
}

/* loss, weight: sums over the batch of n examples. */
static mg_status train_by(const roots *r, mg_update *u, mg_value loss,
                          mg_value weight, int64_t n)
{
    mg_graph *const g = u->g;
    const mg_value count = mg_real(g, (double)n);
    add_state_updates(r, g);
    if (r->purpose == MG_FOR_GRADIENTS) {
        MG_TRY(mg_update_derive(u, loss));
        return mg_update_accumulate(u, weight.id ? weight : count);
    }
    const mg_value mean =
        weight.id ? mg_update_mean(g, loss, weight) : mg_div(g, loss, count);
    const mg_value penalty = r->root[r->penalty];
    MG_TRY(mg_update_derive(u, penalty.id ? mg_add(g, mean, penalty) : mean));
    return optimise(r, u);
}

static mg_status finish(const roots *r, int64_t batch, mg_arena *arena,
                        mg_graph *g)
{
    mg_value loss = {0}, weight = {0};
    mg_update u;
    if (r->purpose == MG_FOR_OUTPUTS)
        return add_outputs(r, g);
    add_sums(r, g, &loss, &weight);
    if (!trains(r->purpose))
        return mg_graph_status(g);
    MG_TRY(mg_update_init(&u, g, r->source, arena));
    if (r->purpose == MG_FOR_STEP) {
        MG_TRY(mg_update_collect(&u, r->root[r->penalty]));
        return optimise(r, &u);
    }
    return train_by(r, &u, loss, weight, batch);
}

static mg_status build(const mg_step_source *source, mg_purpose purpose,
                       int64_t batch, mg_arena *arena, mg_graph **out)
{
    const mg_network *const network = source->network;
    if (trains(purpose) && network->loss.id == 0)
        return mg_fail(network->ctx, MG_BAD_FORMULA,
                       "%s: has no loss to train by", network->file);
    roots r = {.source = source, .purpose = purpose};
    mg_graph *g = NULL;
    lay_out_roots(&r);
    MG_TRY(batch_example(&r, batch, arena, &g));
    const mg_status status = finish(&r, batch, arena, g);
    if (status != MG_OK)
        mg_graph_destroy(g);
    else
        *out = g;
    return status;
}

mg_status mg_step_graph(const mg_step_source *source, mg_purpose purpose,
                        int64_t batch, mg_graph **out)
{
    mg_arena arena;
    mg_arena_init(&arena, source->network->ctx);
    const mg_status status = build(source, purpose, batch, &arena, out);
    mg_arena_clear(&arena);
    return status;
}
