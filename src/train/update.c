/* update: see update.h. Layer train. */
#include "train/update.h"
#include "derive/derive.h"
#include "derive/expand.h"

#include <stdio.h>
#include <string.h>

#define MAX_NAME 512

static mg_value variable_like(mg_graph *g, const mg_graph *from, mg_value v)
{
    const mg_node *const node = mg_graph_node(from, v);
    return mg_variable(g, node->name, node->type.dtype, node->type.shape);
}

static bool is_frozen(const mg_step_source *source, const char *name)
{
    const mg_weight *const weight = mg_weights_find(source->weights, name);
    return weight && weight->frozen;
}

mg_status mg_update_init(mg_update *u, mg_graph *g,
                         const mg_step_source *source, mg_arena *arena)
{
    const mg_network *const network = source->network;
    const size_t n = network->n_params + 1;
    *u = (mg_update){.g = g, .source = source, .arena = arena};
    u->param = mg_arena_alloc(arena, n, sizeof *u->param);
    u->variable = mg_arena_alloc(arena, n, sizeof *u->variable);
    u->gradient = mg_arena_alloc(arena, n, sizeof *u->gradient);
    if (!u->param || !u->variable || !u->gradient)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < network->n_params; i++) {
        const mg_network_param *const param = &network->param[i];
        if (is_frozen(source, param->name))
            continue;
        u->param[u->n] = param;
        u->variable[u->n++] = variable_like(g, network->graph, param->value);
    }
    return mg_graph_status(g);
}

mg_status mg_update_derive(mg_update *u, mg_value scalar)
{
    MG_TRY(mg_graph_status(u->g));
    if (scalar.id)
        return mg_gradient(u->g, scalar, u->n, u->variable, u->gradient);
    for (size_t i = 0; i < u->n; i++)
        u->gradient[i] = mg_zeros_like(u->g, u->variable[i]);
    return mg_graph_status(u->g);
}

/* ---- Sums over several batches ---- */

static mg_value gradient_sum(const mg_update *u, size_t i, char name[MAX_NAME])
{
    const mg_type type = mg_value_type(u->g, u->variable[i]);
    snprintf(name, MAX_NAME, MG_GRADIENT_SUM_PREFIX "%s", u->param[i]->name);
    return mg_variable(u->g, name, type.dtype, type.shape);
}

static mg_value weight_sum(const mg_update *u)
{
    return mg_variable(u->g, MG_WEIGHT_SUM_NAME, mg_graph_real(u->g),
                       (mg_shape){0});
}

mg_status mg_update_accumulate(const mg_update *u, mg_value weight)
{
    char name[MAX_NAME];
    for (size_t i = 0; i < u->n; i++) {
        const mg_value sum = gradient_sum(u, i, name);
        mg_graph_add_update(u->g, name, sum, mg_add(u->g, sum, u->gradient[i]));
    }
    const mg_value sum = weight_sum(u);
    mg_graph_add_update(u->g, MG_WEIGHT_SUM_NAME, sum,
                        mg_add(u->g, sum, weight));
    return mg_graph_status(u->g);
}

mg_status mg_update_collect(mg_update *u, mg_value penalty)
{
    char name[MAX_NAME];
    MG_TRY(mg_update_derive(u, penalty));
    const mg_value weight = weight_sum(u);
    for (size_t i = 0; i < u->n; i++) {
        const mg_value mean =
            mg_update_mean(u->g, gradient_sum(u, i, name), weight);
        u->gradient[i] = penalty.id ? mg_add(u->g, mean, u->gradient[i]) : mean;
    }
    return mg_graph_status(u->g);
}

mg_value mg_update_mean(mg_graph *g, mg_value x, mg_value weight)
{
    const mg_value none = mg_equal(g, weight, mg_real(g, 0));
    return mg_div(g, x, mg_where(g, none, mg_real(g, 1), weight));
}

/* ---- Clipping ---- */

static mg_value largest(mg_graph *g, mg_value x)
{
    return mg_max(g, mg_abs(g, x), -1, NULL, false);
}

/* min(1, c / |g|) with |g| over all gradients. They are divided by the largest
 * element m first, so that no square overflows:
 * c / |g| = (c / m) / sqrt(sum (g / m)^2). */
static mg_value clipping_factor(mg_update *u, double c)
{
    mg_graph *const g = u->g;
    const mg_value one = mg_real(g, 1);
    mg_value m = {0}, sum = {0};
    for (size_t i = 0; i < u->n; i++) {
        const mg_shape shape = mg_value_shape(g, u->gradient[i]);
        if (mg_shape_size(&shape) == 0)
            continue;
        const mg_value most = largest(g, u->gradient[i]);
        m = m.id ? mg_maximum(g, m, most) : most;
    }
    if (!m.id)
        return one;
    m = mg_where(g, mg_equal(g, m, mg_real(g, 0)), one, m);
    for (size_t i = 0; i < u->n; i++) {
        const mg_value scaled = mg_div(g, u->gradient[i], m);
        const mg_value part =
            mg_sum(g, mg_mul(g, scaled, scaled), -1, NULL, false);
        sum = sum.id ? mg_add(g, sum, part) : part;
    }
    const mg_value ratio = mg_div(g, mg_real(g, c), m);
    return mg_minimum(g, one, mg_div(g, ratio, mg_sqrt(g, sum)));
}

void mg_update_clip(mg_update *u)
{
    mg_graph *const g = u->g;
    const mg_network_train *const train = &u->source->network->train;
    const double most = train->clip_value;
    for (size_t i = 0; i < u->n && most > 0; i++)
        u->gradient[i] =
            mg_clamp(g, u->gradient[i], mg_real(g, -most), mg_real(g, most));
    if (train->clip_norm <= 0 || u->n == 0)
        return;
    const mg_value factor = clipping_factor(u, train->clip_norm);
    for (size_t i = 0; i < u->n; i++)
        u->gradient[i] = mg_mul(g, u->gradient[i], factor);
}

/* ---- The rule ---- */

bool mg_state_is_of_rule(const mg_network_state *state)
{
    return strchr(state->name, '/') != NULL;
}

/* A rule's state of a frozen parameter is not touched. */
static bool is_updated(const mg_update *u, const mg_network_state *state)
{
    const char *const slash = strchr(state->name, '/');
    if (!slash)
        return false;
    const size_t length = (size_t)(slash - state->name);
    for (size_t i = 0; i < u->n; i++)
        if (strncmp(u->param[i]->name, state->name, length) == 0 &&
            u->param[i]->name[length] == '\0')
            return true;
    return false;
}

/* New values, first of the parameters, then of the rule's states. */
typedef struct {
    size_t n;
    const char **name;
    mg_value *variable, *next;
} changes;

static void add_change(changes *c, const char *name, mg_value variable,
                       mg_value next)
{
    if (!next.id)
        return;
    c->name[c->n] = name;
    c->variable[c->n] = variable;
    c->next[c->n++] = next;
}

static mg_status collect_changes(const mg_update *u, const mg_value next[],
                                 const mg_value state[], changes *c)
{
    const mg_network *const network = u->source->network;
    const size_t most = u->n + network->n_states + 1;
    c->name = mg_arena_alloc(u->arena, most, sizeof *c->name);
    c->variable = mg_arena_alloc(u->arena, most, sizeof *c->variable);
    c->next = mg_arena_alloc(u->arena, most, sizeof *c->next);
    if (!c->name || !c->variable || !c->next)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < u->n; i++)
        add_change(c, u->param[i]->name, u->variable[i],
                   next[u->param[i] - network->param]);
    for (size_t i = 0; i < network->n_states; i++)
        if (is_updated(u, &network->state[i]))
            add_change(
                c, network->state[i].name,
                variable_like(u->g, network->graph, network->state[i].value),
                state[i]);
    return mg_graph_status(u->g);
}

mg_status mg_update_apply(mg_update *u, const mg_value next[],
                          const mg_value state[])
{
    MG_TRY(mg_graph_status(u->g));
    const mg_graph *const graph = u->source->network->graph;
    mg_value *const stands = mg_arena_alloc(u->arena, u->n + 1, sizeof *stands);
    mg_value *const real = mg_arena_alloc(u->arena, u->n + 1, sizeof *real);
    changes c = {0};
    if (!stands || !real)
        return MG_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < u->n; i++) {
        if (!u->param[i]->gradient.id)
            continue;
        stands[n] = variable_like(u->g, graph, u->param[i]->gradient);
        real[n++] = u->gradient[i];
    }
    MG_TRY(collect_changes(u, next, state, &c));
    mg_substitute(u->g, n, stands, real, c.n, c.next);
    for (size_t i = 0; i < c.n; i++)
        mg_graph_add_update(u->g, c.name[i], c.variable[i], c.next[i]);
    return mg_graph_status(u->g);
}
