/* warn: what values depend on, and formulas that run but are hardly meant.
 * Layer formula. */
#include "formula/lower.h"

#include <string.h>

#include "graph/evaluate.h"

/* ---- Dependence ---- */

static bool is_target(const mg_lower *l, mg_value v)
{
    for (size_t i = 0; i < l->network->n_inputs; i++)
        if (l->network->input[i].value.id == v.id)
            return l->network->input[i].target;
    return false;
}

static void note_dependence(const mg_lower *l, const mg_node *node,
                            mg_dependence *d)
{
    if (node->op == &mg_op_input && is_target(l, node->self))
        d->target = true;
    else if (node->op == &mg_op_input)
        d->input = true;
    d->param = d->param || node->op == &mg_op_variable;
    d->setting = d->setting || node->op == &mg_op_setting;
    d->random = d->random || node->op->draws;
    d->batch = d->batch || node->op->joins;
    d->derived = d->derived || node->op->derives;
}

/* Not looking behind ops that join examples, or behind totals. */
static mg_dependence walk(mg_lower *l, mg_value v, bool joins, bool total)
{
    mg_dependence d = {0};
    bool *const needed =
        mg_alloc(l->ctx, (size_t)mg_graph_size(l->g) + 1, sizeof(*needed));
    if (!needed) {
        l->status = MG_NO_MEMORY;
        return d;
    }
    needed[v.id] = true;
    for (uint32_t id = v.id; id >= 1; id--) {
        const mg_node *const node = mg_graph_node(l->g, (mg_value){id});
        if (!needed[id])
            continue;
        note_dependence(l, node, &d);
        if ((joins && node->op->joins) || (total && node->op == &mg_op_total))
            continue;
        for (int i = 0; i < node->n_inputs; i++)
            needed[node->input[i].id] = true;
    }
    mg_free(l->ctx, needed);
    return d;
}

mg_dependence mg_depends(mg_lower *l, mg_value v)
{
    return walk(l, v, false, false);
}

mg_dependence mg_depends_alone(mg_lower *l, mg_value v, bool total)
{
    return walk(l, v, !total, total);
}

bool mg_is_made_of_constants(mg_lower *l, mg_value v)
{
    const mg_dependence d = mg_depends(l, v);
    return !(d.input || d.target || d.param || d.random || d.setting ||
             d.batch || d.derived);
}

/* ---- Parameters ---- */

static void add_warning(mg_lower *l, mg_place place, const char *text)
{
    mg_network *const n = l->network;
    mg_network_warning *const warning = mg_lower_append(
        l, &n->warning, &n->n_warnings, &l->warnings, sizeof(*warning));
    if (!warning || !text)
        l->status = MG_NO_MEMORY;
    else
        *warning = (mg_network_warning){place, text};
}

void mg_warn_unreached(mg_lower *l)
{
    mg_network *const n = l->network;
    if (!n->loss.id)
        return;
    bool *const needed =
        mg_alloc(l->ctx, (size_t)mg_graph_size(l->g) + 1, sizeof(*needed));
    if (!needed) {
        l->status = MG_NO_MEMORY;
        return;
    }
    mg_mark_needed(l->g, n->loss, needed);
    for (size_t i = 0; i < n->n_params; i++) {
        if (!needed[n->param[i].value.id])
            add_warning(l, n->param[i].place,
                        mg_arena_format(&n->arena,
                                        "the loss does not reach parameter %s",
                                        n->param[i].name));
    }
    mg_free(l->ctx, needed);
}

/* ---- Softmax ---- */

static mg_value without_names(const mg_lower *l, mg_value v)
{
    const mg_node *node = mg_graph_node(l->g, v);
    while (node->op == &mg_op_name)
        node = mg_graph_node(l->g, node->input[0]);
    return node->self;
}

static void note_softmax(mg_lower *l, mg_value v)
{
    const size_t before = l->softmax_capacity;
    if (mg_grow(l->ctx, &l->softmax, &l->softmax_capacity, (size_t)v.id + 1,
                sizeof(bool)) != MG_OK) {
        l->status = MG_NO_MEMORY;
        return;
    }
    if (l->softmax_capacity > before)
        memset(l->softmax + before, 0, l->softmax_capacity - before);
    l->softmax[v.id] = true;
}

static bool is_softmax(const mg_lower *l, const mg_item *item)
{
    if (item->kind != MG_ITEM_VALUE)
        return false;
    const mg_value v = without_names(l, item->as.value);
    return v.id < l->softmax_capacity && l->softmax[v.id];
}

void mg_warn_call(mg_lower *l, const mg_invocation *call, const mg_item *result)
{
    const char *const name = call->function->name;
    if (result->kind != MG_ITEM_VALUE || l->scope.source->library)
        return;
    if (!strcmp(name, "softmax")) {
        const mg_shape shape = mg_value_shape(l->g, result->as.value);
        note_softmax(l, result->as.value);
        if (shape.rank > 0 && mg_dim(&shape, -1) == 1)
            mg_lower_warn(l, call->call,
                          "a softmax over one element is always 1");
    }
    if (!strcmp(name, "cross_entropy") && is_softmax(l, &call->item[0]))
        mg_lower_warn(l, call->call,
                      "cross_entropy wants logits, but %s is a softmax",
                      mg_lower_text(l, call->expr[0]));
}
