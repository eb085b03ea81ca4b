/* step_plan: the compiled graph of a batch, its session and bindings. Layer
 * train. */
#include "train/step.h"

#include <stdio.h>
#include <string.h>

static void *find_column(const mg_step_source *source, const char *input)
{
    for (size_t i = 0; i < source->network->n_inputs; i++) {
        const size_t column = source->binding->column[i];
        if (strcmp(source->network->input[i].name, input) == 0)
            return column == SIZE_MAX ? NULL
                                      : source->data->column[column].data;
    }
    return NULL;
}

void *mg_step_leaf(const mg_step_source *source, mg_step_plan *p,
                   const mg_node *leaf)
{
    const size_t prefix = strlen(MG_DATA_PREFIX);
    if (leaf->op == &mg_op_input)
        return strcmp(leaf->name, MG_INDEX_NAME) == 0 ? p->index : NULL;
    if (leaf->op == &mg_op_setting)
        return strcmp(leaf->name, "step") == 0 ? &p->step : &p->steps;
    if (strncmp(leaf->name, MG_DATA_PREFIX, prefix) == 0)
        return find_column(source, leaf->name + prefix);
    const mg_weight *weight = mg_weights_find(source->weights, leaf->name);
    if (!weight && source->sums)
        weight = mg_weights_find(source->sums, leaf->name);
    return weight ? weight->tensor.data : NULL;
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
    char name[64];
    for (size_t i = 0; i < p->n_results; i++) {
        snprintf(name, sizeof name, "result %zu", i);
        p->result[i] = mg_session_result(p->session, name);
    }
    return MG_OK;
}

static mg_status compile(const mg_step_source *source, mg_purpose purpose,
                         mg_step_plan *p)
{
    p->index = mg_alloc(p->ctx, (size_t)p->batch, sizeof *p->index);
    if (!p->index)
        return MG_NO_MEMORY;
    mg_graph *graph = NULL;
    MG_TRY(mg_step_graph(source, purpose, p->batch, &graph));
    mg_status status =
        purpose == MG_FOR_GRADIENTS ? add_sums(source, graph) : MG_OK;
    if (status == MG_OK)
        status = mg_compile(graph, source->plain, &p->plan);
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
    p->batch = batch;
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
    mg_free(p->ctx, p->index);
    mg_free(p->ctx, p);
}

mg_status mg_step_plan_run(mg_step_plan *p, uint64_t seed)
{
    mg_session_seed(p->session, seed, (uint32_t)p->draw);
    return mg_session_run(p->session);
}
