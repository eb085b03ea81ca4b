/* summary: see summary.h. Layer explain. */
#include "explain/summary.h"

#include "graph/evaluate.h"
#include "train/step.h"

#include <string.h>

/* ---- Layers ---- */

/* Claims what a value needs and no earlier value has claimed. */
static void claim(const mg_graph *g, mg_value v, bool *needed, bool *claimed,
                  mg_summary_layer *layer)
{
    memset(needed, 0, (size_t)mg_graph_size(g) + 1);
    mg_mark_needed(g, v, needed);
    for (uint32_t id = 1; id <= v.id; id++) {
        if (!needed[id] || claimed[id])
            continue;
        claimed[id] = true;
        const mg_node *const node = mg_graph_node(g, (mg_value){id});
        layer->flops += mg_node_flops(g, node);
        if (node->op == &mg_op_variable)
            layer->parameters += mg_shape_size(&node->type.shape);
    }
}

static void describe(const mg_network *network, size_t index,
                     mg_summary_layer *out)
{
    const mg_network_value *const value = &network->value[index];
    out->name = value->name;
    out->type = mg_value_type(network->graph, value->value);
    out->line = value->place.line;
    out->formula = value->place.formula;
}

static mg_status list_layers(mg_summary *s, mg_arena *scratch)
{
    const mg_network *const network = s->network;
    const size_t size = (size_t)mg_graph_size(network->graph) + 1;
    bool *const needed = mg_arena_alloc(scratch, size, sizeof *needed);
    bool *const claimed = mg_arena_alloc(scratch, size, sizeof *claimed);
    s->layer = mg_arena_alloc(&s->arena, network->n_values, sizeof *s->layer);
    if (!needed || !claimed || !s->layer)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < network->n_values; i++) {
        mg_summary_layer *const layer = &s->layer[s->n_layers++];
        describe(network, i, layer);
        claim(network->graph, network->value[i].value, needed, claimed, layer);
        s->forward_flops += layer->flops;
    }
    return MG_OK;
}

static mg_status list_params(mg_summary *s)
{
    const mg_network *const network = s->network;
    s->param = mg_arena_alloc(&s->arena, network->n_params, sizeof *s->param);
    if (!s->param)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < network->n_params; i++) {
        const mg_network_param *const param = &network->param[i];
        mg_summary_param *const out = &s->param[s->n_params++];
        out->name = param->name;
        out->type = mg_value_type(network->graph, param->value);
        out->line = param->place.line;
        out->count = mg_shape_size(&out->type.shape);
        s->parameters += out->count;
        s->parameter_bytes += mg_type_bytes(&out->type);
    }
    return MG_OK;
}

/* ---- A training step ---- */

/* Zeros for every parameter and state: the plan only wants to know where they
 * stand. */
static mg_status add_weights(const mg_network *network, mg_weights *weights)
{
    for (size_t i = 0; i < network->n_params; i++) {
        const mg_network_param *const param = &network->param[i];
        const mg_type type = mg_value_type(network->graph, param->value);
        MG_TRY(mg_weights_add(weights, param->name, type, true, NULL));
    }
    for (size_t i = 0; i < network->n_states; i++) {
        const mg_network_state *const state = &network->state[i];
        const mg_type type = mg_value_type(network->graph, state->value);
        MG_TRY(mg_weights_add(weights, state->name, type, false, NULL));
    }
    return MG_OK;
}

static mg_status add_columns(const mg_network *network, int64_t rows,
                             mg_dataset *data)
{
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *const input = &network->input[i];
        const mg_type type = mg_value_type(network->graph, input->value);
        mg_data_column *column = NULL;
        MG_TRY(mg_dataset_add(data, input->name, input->target, type, rows,
                              &column));
    }
    mg_dataset_count_classes(data);
    return MG_OK;
}

static mg_status compile_step(mg_summary *s, const mg_step_source *source)
{
    mg_step_plan *plan = NULL;
    MG_TRY(mg_step_plan_create(source, MG_FOR_TRAINING, s->batch, &plan));
    s->step_flops += mg_plan_flops(plan->plan);
    s->arena_bytes = plan->plan->arena_bytes;
    s->live_bytes = plan->plan->live_bytes;
    mg_step_plan_destroy(plan);
    return MG_OK;
}

static mg_status measure_with(mg_summary *s, const mg_network *training,
                              mg_weights *weights, mg_dataset *data)
{
    MG_TRY(add_weights(training, weights));
    MG_TRY(add_columns(training, s->batch, data));
    mg_examples *examples = NULL;
    mg_measures measures;
    MG_TRY(mg_measures_init(&measures, training));
    mg_status status =
        mg_examples_create(data, training, true, NULL, &examples);
    const mg_step_source source = {
        .network = training,
        .measures = &measures,
        .examples = examples,
        .weights = weights,
    };
    if (status == MG_OK)
        status = compile_step(s, &source);
    mg_examples_destroy(examples);
    mg_measures_clear(&measures);
    return status;
}

static mg_status measure_step(mg_summary *s)
{
    const mg_network *const network = s->network;
    mg_ctx *const ctx = network->ctx;
    const mg_network_options options = {
        .real = mg_graph_real(network->graph),
        .training = true,
        .file = network->file,
    };
    mg_network *training = NULL;
    mg_dataset *data = NULL;
    MG_TRY(mg_network_create(ctx, network->source, network->source_length,
                             &options, &training));
    mg_weights weights;
    mg_weights_init(&weights, ctx);
    mg_status status = mg_dataset_create(ctx, "no data", &data);
    if (status == MG_OK)
        status = measure_with(s, training, &weights, data);
    mg_dataset_destroy(data);
    mg_weights_clear(&weights);
    mg_network_destroy(training);
    return status;
}

/* ---- The whole ---- */

static mg_status summarise(mg_summary *s)
{
    mg_arena scratch;
    mg_arena_init(&scratch, s->network->ctx);
    mg_status status = list_layers(s, &scratch);
    mg_arena_clear(&scratch);
    if (status == MG_OK)
        status = list_params(s);
    s->trains = s->network->loss.id != 0;
    if (status == MG_OK && s->trains)
        status = measure_step(s);
    return status;
}

mg_status mg_summary_create(const mg_network *network, int64_t batch,
                            mg_summary **out)
{
    mg_summary *const s = mg_alloc(network->ctx, 1, sizeof *s);
    if (!s)
        return MG_NO_MEMORY;
    mg_arena_init(&s->arena, network->ctx);
    s->network = network;
    s->batch = batch > 0 ? batch : network->train.batch;
    const mg_status status = summarise(s);
    if (status != MG_OK)
        mg_summary_destroy(s);
    else
        *out = s;
    return status;
}

void mg_summary_destroy(mg_summary *summary)
{
    if (!summary)
        return;
    mg_ctx *const ctx = summary->arena.ctx;
    mg_arena_clear(&summary->arena);
    mg_free(ctx, summary);
}
