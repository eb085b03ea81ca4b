/* step: example graph -> rows of a data set -> batch -> gradients -> updates
 * -> plan. Layer train. */
#include "train/step.h"
#include "derive/batch.h"
#include "derive/derive.h"
#include "optimise/optimise.h"
#include "train/rules.h"

#include <stdio.h>
#include <string.h>

/* Names with a blank cannot meet a parameter's path. */
#define MAX_NAME 512

/* ---- The example as a row of the data ---- */

typedef struct {
    const mg_step_source *source;
    mg_graph *g;     /* the example's graph over rows */
    mg_value *value; /* by the network's node id */
    mg_arena *arena;
} substitution;

static mg_value row_of_column(substitution *s, size_t input)
{
    mg_graph *const g = s->g;
    const mg_network_input *const in = &s->source->network->input[input];
    const size_t index = s->source->binding->column[input];
    const mg_type type = mg_value_type(s->source->network->graph, in->value);
    if (index == SIZE_MAX) /* a target without data: fails when bound */
        return mg_input(g, in->name, type.dtype, type.shape);
    const mg_data_column *const column = &s->source->data->column[index];
    char name[MAX_NAME];
    snprintf(name, sizeof name, MG_DATA_PREFIX "%s", in->name);
    mg_shape shape = column->row.shape;
    if (shape.rank < MG_MAX_RANK)
        mg_shape_insert(&shape, 0, s->source->data->rows);
    const mg_value data = mg_variable(g, name, column->row.dtype, shape);
    const mg_value row = mg_input(g, MG_INDEX_NAME, MG_I64, (mg_shape){0});
    return mg_reshape(g, mg_rows(g, data, row, type.dtype), &type.shape);
}

static mg_value substitute(substitution *s, const mg_node *node)
{
    const mg_network *const network = s->source->network;
    for (size_t i = 0; i < network->n_inputs; i++)
        if (network->input[i].value.id == node->self.id)
            return row_of_column(s, i);
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

/* "result 0", "result 1", ... in the order of mg_step_plan.result. */
static const char *result_name(char buffer[MAX_NAME], size_t index)
{
    snprintf(buffer, MAX_NAME, "result %zu", index);
    return buffer;
}

static size_t result_count(const mg_network *network, mg_purpose purpose)
{
    if (purpose == MG_FOR_OUTPUTS)
        return network->n_outputs;
    return network->n_metrics + (network->loss.id != 0);
}

static mg_value result_value(const mg_network *network, mg_purpose purpose,
                             size_t index)
{
    if (purpose == MG_FOR_OUTPUTS)
        return network->output[index].value;
    if (network->loss.id == 0)
        return network->metric[index].value;
    return index == 0 ? network->loss : network->metric[index - 1].value;
}

static void add_example_roots(const mg_network *network, mg_purpose purpose,
                              const substitution *s)
{
    char name[MAX_NAME];
    const size_t n = result_count(network, purpose);
    for (size_t i = 0; i < n; i++) {
        const mg_value v = result_value(network, purpose, i);
        mg_graph_add_root(s->g, result_name(name, i), s->value[v.id]);
    }
    if (purpose != MG_FOR_TRAINING)
        return;
    if (network->penalty.id)
        mg_graph_add_root(s->g, "penalty", s->value[network->penalty.id]);
    const mg_network_optimiser *const optimiser = &network->train.optimiser;
    for (size_t i = 0; i < optimiser->n_arguments; i++) {
        snprintf(name, sizeof name, "argument %s", optimiser->argument[i].name);
        mg_graph_add_root(s->g, name,
                          s->value[optimiser->argument[i].value.id]);
    }
}

/* The batched graph with the example's roots. */
static mg_status batch_example(const mg_step_source *source, mg_purpose purpose,
                               int64_t batch, mg_arena *arena,
                               mg_graph *example, mg_graph **out)
{
    substitution s = {source, example, NULL, arena};
    MG_TRY(substitute_all(&s));
    add_example_roots(source->network, purpose, &s);
    MG_TRY(mg_graph_status(example));
    const size_t n = mg_graph_root_count(example);
    bool *const expand = mg_arena_alloc(arena, n + 1, sizeof *expand);
    if (!expand)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < result_count(source->network, purpose); i++)
        expand[i] = true;
    return mg_batch(example, n, mg_graph_root(example, 0), expand, batch, out);
}

/* ---- Loss, gradients, updates of the batch ---- */

static mg_value find_root(const mg_graph *g, const char *name)
{
    const mg_root *const root = mg_graph_find_root(g, name);
    return root ? root->value : (mg_value){0};
}

static mg_status build_update(mg_graph *g, const mg_rule *rule,
                              const mg_network_param *param, mg_rule_update u)
{
    const mg_type type = mg_value_type(g, u.weight);
    u.step = mg_cast_to(g, mg_setting(g, "step", MG_I64), type.dtype);
    const char *const *names = NULL;
    const size_t n = mg_rule_states(rule, &names);
    char name[MG_RULE_STATES][MAX_NAME];
    for (size_t i = 0; i < n; i++) {
        snprintf(name[i], MAX_NAME, "%s/%s", param->name, names[i]);
        u.state[i] = mg_variable(g, name[i], type.dtype, type.shape);
    }
    mg_rule_build(g, rule, &u);
    for (size_t i = 0; i < n; i++)
        mg_graph_add_update(g, name[i], u.state[i], u.new_state[i]);
    mg_graph_add_update(g, param->name, u.weight, u.new_weight);
    return mg_graph_status(g);
}

static mg_status build_updates(mg_graph *g, const mg_network *network,
                               const mg_rule *rule, mg_value total,
                               const mg_rule_update *common, mg_arena *arena)
{
    const size_t n = network->n_params;
    mg_value *const wrt = mg_arena_alloc(arena, n + 1, sizeof *wrt);
    mg_value *const grads = mg_arena_alloc(arena, n + 1, sizeof *grads);
    if (!wrt || !grads)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const mg_network_param *const param = &network->param[i];
        const mg_type type = mg_value_type(network->graph, param->value);
        wrt[i] = mg_variable(g, param->name, type.dtype, type.shape);
    }
    MG_TRY(mg_graph_status(g));
    MG_TRY(mg_gradient(g, total, n, wrt, grads));
    for (size_t i = 0; i < n; i++) {
        mg_graph_set_place(g, network->param[i].place);
        mg_rule_update update = *common;
        update.weight = wrt[i];
        update.gradient = grads[i];
        MG_TRY(build_update(g, rule, &network->param[i], update));
    }
    mg_graph_set_place(g, (mg_place){0});
    return MG_OK;
}

/* Replaces the example's roots by those that the plan is for: outputs as they
 * are, or means over the batch, and for training the updates. */
static mg_status finish(const mg_step_source *source, mg_purpose purpose,
                        mg_graph *g, mg_arena *arena)
{
    const mg_network *const network = source->network;
    const size_t n = result_count(network, purpose);
    if (purpose == MG_FOR_OUTPUTS)
        return mg_graph_status(g);
    mg_value *const mean = mg_arena_alloc(arena, n + 1, sizeof *mean);
    if (!mean)
        return MG_NO_MEMORY;
    char name[MAX_NAME];
    for (size_t i = 0; i < n; i++)
        mean[i] =
            mg_mean(g, find_root(g, result_name(name, i)), -1, NULL, false);
    const mg_rule *const rule = mg_rule_find(network->train.optimiser.rule);
    mg_rule_update common = {.weight = {0}};
    for (size_t i = 0; rule && i < rule->n_arguments; i++) {
        snprintf(name, sizeof name, "argument %s", rule->argument[i].name);
        common.argument[i] = find_root(g, name);
    }
    const mg_value penalty = find_root(g, "penalty");
    mg_graph_clear_roots(g);
    for (size_t i = 0; i < n; i++)
        mg_graph_add_root(g, result_name(name, i), mean[i]);
    if (purpose != MG_FOR_TRAINING)
        return mg_graph_status(g);
    if (!rule)
        return mg_fail(network->ctx, MG_BAD_ARGUMENT, "train: no optimiser %s",
                       network->train.optimiser.rule);
    const mg_value total = penalty.id ? mg_add(g, mean[0], penalty) : mean[0];
    return build_updates(g, network, rule, total, &common, arena);
}

static mg_status build(const mg_step_source *source, mg_purpose purpose,
                       int64_t batch, mg_arena *arena, mg_graph **out)
{
    const mg_network *const network = source->network;
    if (purpose == MG_FOR_TRAINING && network->loss.id == 0)
        return mg_fail(network->ctx, MG_BAD_FORMULA,
                       "%s: has no loss to train by", network->file);
    mg_graph *example = NULL, *g = NULL;
    MG_TRY(
        mg_graph_create(network->ctx, mg_graph_real(network->graph), &example));
    mg_status status =
        batch_example(source, purpose, batch, arena, example, &g);
    mg_graph_destroy(example);
    if (status != MG_OK)
        return status;
    status = finish(source, purpose, g, arena);
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
