/* step_plan: the compiled graph of a batch, its session and bindings. Layer
 * train. */
#include "train/step.h"

#include <stdio.h>
#include <string.h>

/* The input's number by the name of a leaf, "x" or "data x"; SIZE_MAX: none. */
static size_t find_input(const mg_network *network, const char *leaf)
{
    const size_t prefix = strlen(MG_DATA_PREFIX);
    if (strncmp(leaf, MG_DATA_PREFIX, prefix) == 0)
        leaf += prefix;
    for (size_t i = 0; i < network->n_inputs; i++)
        if (strcmp(network->input[i].name, leaf) == 0)
            return i;
    return SIZE_MAX;
}

static void *find_variable(const mg_step_source *source, const char *name)
{
    if (strncmp(name, MG_DATA_PREFIX, strlen(MG_DATA_PREFIX)) == 0) {
        const size_t input = find_input(source->network, name);
        return input < SIZE_MAX ? source->examples->input[input].data : NULL;
    }
    const mg_weight *weight = mg_weights_find(source->weights, name);
    if (!weight && source->sums)
        weight = mg_weights_find(source->sums, name);
    return weight ? weight->tensor.data : NULL;
}

void *mg_step_leaf(const mg_step_source *source, mg_step_plan *p,
                   const mg_node *leaf)
{
    if (leaf->op == &mg_op_setting)
        return strcmp(leaf->name, "step") == 0 ? &p->step : &p->steps;
    if (leaf->op != &mg_op_input)
        return find_variable(source, leaf->name);
    if (strcmp(leaf->name, MG_ROW_NAME) == 0)
        return p->row;
    const size_t input = find_input(source->network, leaf->name);
    return input < SIZE_MAX ? p->staged[input] : NULL;
}

/* Memory for the inputs of the graph that are no rows of arrays. */
static mg_status make_staging(const mg_step_source *source,
                              const mg_graph *graph, mg_step_plan *p)
{
    for (uint32_t id = 1; id <= mg_graph_size(graph); id++) {
        const mg_node *const node = mg_graph_node(graph, (mg_value){id});
        if (node->op != &mg_op_input || !strcmp(node->name, MG_ROW_NAME))
            continue;
        const size_t input = find_input(source->network, node->name);
        if (input == SIZE_MAX ||
            (source->examples && source->examples->input[input].absent))
            continue;
        p->staged[input] =
            mg_alloc_aligned(p->ctx, mg_type_bytes(&node->type), 1);
        if (!p->staged[input])
            return MG_NO_MEMORY;
    }
    return MG_OK;
}

/* Sums of gradients begin as zeros, in a set of their own. */
static mg_status add_sums(const mg_step_source *source, const mg_graph *graph)
{
    for (size_t i = 0; i < mg_graph_root_count(graph); i++) {
        const mg_root *const root = mg_graph_root(graph, i);
        if (!root->variable.id ||
            mg_weights_find(source->weights, root->name) ||
            mg_weights_find(source->sums, root->name))
            continue;
        const mg_type type = mg_value_type(graph, root->variable);
        MG_TRY(mg_weights_add(source->sums, root->name, type, false, NULL));
    }
    return MG_OK;
}

static mg_status bind_leaves(const mg_step_source *source, mg_step_plan *p)
{
    for (size_t i = 0; i < p->plan->n_leaves; i++) {
        const mg_node *const leaf = p->plan->leaf[i].node;
        void *const memory = mg_step_leaf(source, p, leaf);
        if (!memory)
            return mg_fail(p->ctx, MG_BAD_DATA, "the data has nothing for %s",
                           leaf->name);
        mg_session_bind_leaf(p->session, i, memory);
    }
    return MG_OK;
}

static mg_status find_results(mg_step_plan *p)
{
    p->n_results = p->plan->n_results;
    p->result = mg_alloc(p->ctx, p->n_results, sizeof *p->result);
    if (!p->result)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < p->n_results; i++)
        p->result[i] = mg_session_result(p->session, p->plan->result[i].name);
    return MG_OK;
}

static mg_status compile(const mg_step_source *source, mg_purpose purpose,
                         mg_step_plan *p)
{
    p->row = mg_alloc(p->ctx, (size_t)p->batch, sizeof *p->row);
    p->staged = mg_alloc(p->ctx, p->n_inputs, sizeof *p->staged);
    if (!p->row || !p->staged)
        return MG_NO_MEMORY;
    mg_graph *graph = NULL;
    MG_TRY(mg_step_graph(source, purpose, p->batch, &graph));
    mg_status status =
        purpose == MG_FOR_GRADIENTS ? add_sums(source, graph) : MG_OK;
    if (status == MG_OK)
        status = make_staging(source, graph, p);
    if (status == MG_OK)
        status = mg_compile(graph, source->kernels, &p->plan);
    mg_graph_destroy(graph);
    if (status != MG_OK)
        return status;
    MG_TRY(mg_session_create(p->ctx, p->plan, &p->session));
    MG_TRY(bind_leaves(source, p));
    return find_results(p);
}

mg_status mg_step_plan_create(const mg_step_source *source, mg_purpose purpose,
                              int64_t batch, mg_step_plan **out)
{
    mg_ctx *const ctx = source->network->ctx;
    mg_step_plan *const p = mg_alloc(ctx, 1, sizeof *p);
    if (!p)
        return MG_NO_MEMORY;
    p->ctx = ctx;
    p->examples = source->examples;
    p->batch = batch;
    p->n_inputs = source->network->n_inputs;
    const mg_status status = compile(source, purpose, p);
    if (status != MG_OK)
        mg_step_plan_destroy(p);
    else
        *out = p;
    return status;
}

void mg_step_plan_destroy(mg_step_plan *p)
{
    if (!p)
        return;
    mg_free(p->ctx, p->result);
    mg_session_destroy(p->session);
    mg_plan_destroy(p->plan);
    for (size_t i = 0; p->staged && i < p->n_inputs; i++)
        mg_free_aligned(p->ctx, p->staged[i]);
    mg_free(p->ctx, p->staged);
    mg_free(p->ctx, p->row);
    mg_free(p->ctx, p);
}

mg_status mg_step_plan_fetch(mg_step_plan *p)
{
    const mg_examples *const e = p->examples;
    for (size_t i = 0; e && i < p->n_inputs; i++)
        if (p->staged[i])
            MG_TRY(e->fetch(e->store, i, p->batch, p->row, p->staged[i]));
    return MG_OK;
}

mg_status mg_step_plan_run(mg_step_plan *p, uint64_t seed)
{
    MG_TRY(mg_step_plan_fetch(p));
    mg_session_seed(p->session, seed, (uint32_t)p->draw);
    return mg_session_run(p->session);
}
