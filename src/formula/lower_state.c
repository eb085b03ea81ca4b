/* lower_state: what is kept between training steps. From a := on the name
 * means the new value; a branch that is not taken is undone. Layer formula. */
#include "formula/lower.h"

#include <string.h>

/* ---- state name[dims] = value ---- */

static mg_state *make_state(mg_lower *l, const char *path, mg_shape shape)
{
    mg_state *const state = mg_lower_alloc(l, 1, sizeof(*state));
    mg_state **const slot =
        mg_lower_append(l, &l->state, &l->n_states, &l->states, sizeof(*slot));
    if (!state || !slot)
        return NULL;
    *slot = state;
    state->shape = shape;
    state->path = path;
    state->index = SIZE_MAX;
    state->variable = mg_variable(l->g, path, mg_graph_real(l->g), shape);
    if (mg_graph_status(l->g) != MG_OK)
        l->status = mg_graph_status(l->g);
    return state;
}

/* What the network keeps of it. */
static void list_state(mg_lower *l, mg_state *state, const mg_tensor *initial,
                       mg_place place)
{
    mg_network *const n = l->network;
    mg_network_state *const item = mg_lower_append(
        l, &n->state, &n->n_states, &l->network_states, sizeof(*item));
    const char *const name =
        mg_arena_string(&n->arena, state->path, strlen(state->path));
    if (!item || !name) {
        l->status = MG_NO_MEMORY;
        return;
    }
    state->index = n->n_states - 1;
    *item = (mg_network_state){.name = name,
                               .value = state->variable,
                               .initial = *initial,
                               .place = place};
}

void mg_lower_state(mg_lower *l, const mg_statement *s)
{
    const mg_pattern *const p = s->pattern;
    const mg_place place = mg_lower_place_of(l, s);
    mg_shape shape = {0};
    mg_tensor initial;
    const bool good =
        (!s->has_dims || mg_lower_dims(l, s, &shape)) &&
        mg_lower_constant(l, s->value, "state", s->has_dims ? &shape : NULL,
                          &initial) &&
        (l->blocks || !mg_table_find(&l->top, p->name));
    const char *const path = good ? mg_path_of_param(l, p->name) : NULL;
    mg_graph_set_place(l->g, place);
    mg_state *const state =
        path ? make_state(l, path, initial.type.shape) : NULL;
    if (!state) {
        mg_bind(l, p->name, p->at, mg_item_error);
        return;
    }
    if (!l->trial)
        list_state(l, state, &initial, place);
    mg_path_note(l, path,
                 (mg_path_entry){
                     .param = true, .state = state, .value = state->variable});
    mg_binding *const b =
        mg_bind(l, p->name, p->at, mg_item_value(state->variable));
    if (b)
        b->state = state;
}

/* ---- name := value ---- */

mg_value mg_state_now(const mg_state *state)
{
    return state->now.id ? state->now : state->variable;
}

static bool check_same_for_all(mg_lower *l, const mg_statement *s,
                               mg_value value)
{
    /* A library's rule knows the weight, its gradient and numbers alone. */
    if (l->weight && l->scope.source->library)
        return true;
    const mg_dependence d = mg_depends_alone(l, value, false);
    const char *const what = d.input    ? "an input"
                             : d.target ? "a target"
                             : d.random ? "random numbers"
                                        : NULL;
    if (!what)
        return true;
    mg_problem *const problem = mg_lower_error(
        l, s->value,
        "%s is the same for every example, but its new value depends on %s",
        s->pattern->name, what);
    mg_problem_help(l->problems, problem,
                    "batch_mean(x) is the mean over the batch");
    return false;
}

static bool check_shape(mg_lower *l, const mg_statement *s,
                        const mg_state *state, mg_value value)
{
    const mg_shape shape = mg_value_shape(l->g, value);
    char buffer[2][MG_SHAPE_TEXT_SIZE];
    if (mg_shape_equal(&shape, &state->shape))
        return true;
    mg_lower_error(l, s->value, "%s is %s but its new value is %s",
                   s->pattern->name, mg_shape_text(&state->shape, buffer[0]),
                   mg_shape_text(&shape, buffer[1]));
    return false;
}

/* The new value under a name of its own; id 0 after an error. */
static mg_value name_next(mg_lower *l, const mg_statement *s,
                          const mg_state *state, mg_value value)
{
    mg_value next = mg_cast_to(l->g, value, mg_graph_real(l->g));
    if (!l->scope.source->library && state != l->weight) {
        const char *const name =
            mg_arena_format(l->arena, "%s next", state->path);
        if (!name)
            return mg_lower_no_memory(l).as.value;
        next = mg_name(l->g, next, name);
    }
    return mg_lower_built(l, s->value, next).as.value;
}

static bool note_change(mg_lower *l, mg_state *state, mg_value value)
{
    mg_state_change *const change = mg_lower_append(
        l, &l->change, &l->n_changes, &l->changes, sizeof(*change));
    if (!change)
        return false;
    *change = (mg_state_change){.state = state,
                                .now = {state->now, value},
                                .next = {state->next, value}};
    state->now = value;
    state->next = value;
    return true;
}

void mg_lower_update(mg_lower *l, const mg_statement *s)
{
    mg_state *const state = mg_lower_find_state(l, s->pattern);
    const mg_item item = mg_lower_right(l, s);
    if (!state || item.kind == MG_ITEM_ERROR)
        return;
    mg_lower_place(l, s->value);
    const mg_value value = mg_lower_value(l, &item, s->value);
    if (!value.id || !check_shape(l, s, state, value) ||
        !check_same_for_all(l, s, value))
        return;
    const mg_value next = name_next(l, s, state, value);
    if (next.id)
        note_change(l, state, next);
}

/* ---- Branches ---- */

void mg_states_undo(mg_lower *l, size_t mark)
{
    while (l->n_changes > mark) {
        const mg_state_change *const change = &l->change[--l->n_changes];
        change->state->now = change->now[0];
        change->state->next = change->next[0];
    }
}

bool mg_states_redo(mg_lower *l, const mg_state_change *change, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!note_change(l, change[i].state, change[i].now[1]))
            return false;
    return true;
}

void mg_states_finish(mg_lower *l)
{
    for (size_t i = 0; i < l->n_states && l->training; i++)
        if (l->state[i]->index != SIZE_MAX)
            l->network->state[l->state[i]->index].next = l->state[i]->next;
}
