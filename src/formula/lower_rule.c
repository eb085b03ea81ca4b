/* lower_rule: optimisers. `optimiser = rule(..)` is checked where train stands;
 * once all parameters are known, the rule's body is written out for each of
 * them, with states of its own. Layer formula. */
#include "base/pattern.h"
#include "formula/lower.h"

#include <string.h>

#define PRESET 2 /* the weight and its gradient */

/* ---- Which rule ---- */

static bool is_rule(const mg_function *f)
{
    return f && f->def && f->def->rule;
}

static void try_rules(const mg_lower *l, mg_nearest *nearest)
{
    for (const mg_binding *b = l->scope.local; b; b = b->next)
        if (b->item.kind == MG_ITEM_FUNCTION && is_rule(b->item.as.function))
            mg_nearest_try(nearest, b->name);
    for (size_t i = 0; i < l->top.slots; i++) {
        const mg_binding *const b = l->top.slot[i].item;
        if (b && b->item.kind == MG_ITEM_FUNCTION &&
            is_rule(b->item.as.function))
            mg_nearest_try(nearest, b->name);
    }
    for (size_t i = 0; i < l->library.slots; i++)
        if (is_rule(l->library.slot[i].item))
            mg_nearest_try(nearest, l->library.slot[i].key);
}

static void refuse_rule(mg_lower *l, const mg_expr *word)
{
    const char *const name = word->kind == MG_EXPR_NAME ? word->as.name : "";
    const mg_statement *const later = mg_table_find(&l->later, name);
    mg_nearest nearest = {.name = name};
    mg_problem *const problem =
        mg_lower_error(l, word, "%s is no optimiser", mg_lower_text(l, word));
    try_rules(l, &nearest);
    if (later && later->kind == MG_STATEMENT_RULE)
        mg_problem_help(l->problems, problem,
                        "%s is given on line %d; a name means what stands "
                        "above it",
                        name, later->at.line);
    else if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else
        mg_problem_help(l->problems, problem,
                        "there are sgd, momentum, nesterov, adam, adamw, "
                        "rmsprop, adagrad, lion; rule name(w, g) { .. } makes "
                        "another");
}

static const mg_function *find_rule(mg_lower *l, const mg_expr *word)
{
    const char *const name = word->kind == MG_EXPR_NAME ? word->as.name : NULL;
    const mg_binding *const b = name ? mg_scope_find(l, name) : NULL;
    const mg_function *f = NULL;
    if (b && b->item.kind == MG_ITEM_ERROR)
        return NULL;
    if (b && b->item.kind == MG_ITEM_FUNCTION)
        f = b->item.as.function;
    else if (name && !b)
        f = mg_find_library(l, name);
    if (is_rule(f))
        return f;
    refuse_rule(l, word);
    return NULL;
}

/* ---- Its arguments ---- */

/* A number made of constants, step and steps; those known when compiled stay
 * known, so that weight_decay = 0 leaves nothing behind. */
static mg_item check_argument(mg_lower *l, const mg_expr *e, mg_item item)
{
    if (item.kind == MG_ITEM_ERROR || mg_item_is_known(&item))
        return item;
    mg_lower_place(l, e);
    const mg_value value = mg_lower_value(l, &item, e);
    if (!value.id)
        return mg_item_error;
    const mg_dependence d = mg_depends(l, value);
    const char *const what = d.input    ? "an input"
                             : d.target ? "a target"
                             : d.param  ? "a parameter"
                             : d.random ? "random numbers"
                                        : NULL;
    if (what) {
        mg_lower_error(l, e,
                       "an optimiser's argument is made of constants, step and "
                       "steps, but this depends on %s",
                       what);
        return mg_item_error;
    }
    if (mg_value_shape(l->g, value).rank != 0) {
        mg_lower_error(l, e, "an optimiser's argument is a number");
        return mg_item_error;
    }
    return mg_lower_built(l, e, mg_cast_to(l->g, value, mg_graph_real(l->g)));
}

/* The call with all its arguments checked; false after an error. */
static bool lower_call(mg_lower *l, const mg_expr *e, const mg_function *f,
                       mg_invocation *out)
{
    bool good = mg_lower_arguments(l, e, f, PRESET, out);
    if (l->status != MG_OK)
        return false;
    mg_item *const item = mg_lower_alloc(l, out->n, sizeof(*item));
    if (!item)
        return false;
    for (size_t i = PRESET; i < out->n; i++) {
        if (!out->given[i])
            continue;
        item[i] = check_argument(l, out->expr[i], out->item[i]);
        good = good && item[i].kind != MG_ITEM_ERROR;
    }
    out->item = item;
    return good;
}

void mg_lower_optimiser(mg_lower *l, const mg_setting_entry *entry)
{
    const mg_expr *const e = entry->value;
    const mg_function *const f =
        find_rule(l, e->kind == MG_EXPR_CALL ? e->as.call.callee : e);
    mg_optimiser optimiser = {
        .pattern = entry->pattern, .at = entry->pattern_at, .expr = e};
    if (!f || !lower_call(l, e, f, &optimiser.call))
        return;
    optimiser.scope = l->scope;
    mg_optimiser *const item = mg_lower_append(
        l, &l->optimiser, &l->n_optimisers, &l->optimisers, sizeof(*item));
    if (item)
        *item = optimiser;
}

/* ---- One parameter ---- */

static mg_value gradient_of(mg_lower *l, const mg_network_param *param)
{
    const mg_type type = mg_value_type(l->g, param->value);
    const char *const name =
        mg_arena_format(l->arena, "gradient of %s", param->name);
    if (!name)
        return mg_lower_no_memory(l).as.value;
    const mg_value value = mg_variable(l->g, name, type.dtype, type.shape);
    if (mg_graph_status(l->g) != MG_OK)
        l->status = mg_graph_status(l->g);
    return value;
}

/* The call with the weight and its gradient in it. */
static bool fill_call(mg_lower *l, const mg_optimiser *o, mg_value weight,
                      mg_value gradient, mg_invocation *out)
{
    const size_t n = o->call.n;
    bool *const given = mg_lower_alloc(l, n, sizeof(*given));
    mg_item *const item = mg_lower_alloc(l, n, sizeof(*item));
    if (!given || !item)
        return false;
    memcpy(given, o->call.given, n * sizeof(*given));
    memcpy(item, o->call.item, n * sizeof(*item));
    given[0] = given[1] = true;
    item[0] = mg_item_value(weight);
    item[1] = mg_item_value(gradient);
    *out = o->call;
    out->given = given;
    out->item = item;
    return true;
}

/* The optimiser's step for one parameter. */
static void write_step(mg_lower *l, const mg_optimiser *o,
                       mg_network_param *param)
{
    const mg_type type = mg_value_type(l->g, param->value);
    const size_t problems = l->problems->n;
    mg_state weight = {.variable = param->value,
                       .index = SIZE_MAX,
                       .shape = type.shape,
                       .path = param->name};
    mg_path path = {
        .component = param->name, .full = param->name, .joint = "/"};
    mg_invocation call;
    const mg_value gradient = gradient_of(l, param);
    if (!gradient.id || !fill_call(l, o, param->value, gradient, &call))
        return;
    l->weight = &weight;
    l->path = &path;
    mg_lower_invoke(l, &call);
    l->weight = NULL;
    l->path = NULL;
    if (!weight.next.id && l->problems->n == problems)
        mg_lower_error(l, o->expr,
                       "%s gives %s no new value: %s := .. is "
                       "missing",
                       o->call.function->name, o->call.function->params[0].name,
                       o->call.function->params[0].name);
    if (l->trial)
        return;
    param->gradient = gradient;
    param->next = weight.next;
}

/* ---- All of them ---- */

/* The entry that wins: the last whose pattern matches. */
static size_t find_optimiser(const mg_lower *l, const char *path)
{
    size_t i = l->n_optimisers;
    while (i > 0) {
        const char *const pattern = l->optimiser[--i].pattern;
        if (!pattern || mg_pattern_fits(pattern, strlen(pattern), path, NULL))
            return i;
    }
    return 0;
}

static void check_pattern(mg_lower *l, const mg_optimiser *o)
{
    const mg_network *const n = l->network;
    mg_nearest nearest = {.name = o->pattern};
    for (size_t i = 0; i < n->n_params; i++) {
        if (mg_pattern_fits(o->pattern, strlen(o->pattern), n->param[i].name,
                            NULL))
            return;
        mg_nearest_try(&nearest, n->param[i].name);
    }
    mg_problem *const problem = mg_lower_error_at(
        l, o->at, strlen(o->pattern), "no parameter is called %s", o->pattern);
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else if (n->n_params > 0)
        mg_problem_help(l->problems, problem,
                        "%s is one; * stands for any characters",
                        n->param[0].name);
}

/* Whether an earlier parameter of the same shape has the same optimiser: then
 * a trial says nothing new. */
static bool is_tried(const mg_lower *l, size_t index, size_t optimiser)
{
    const mg_network_param *const param = l->network->param;
    const mg_shape shape = mg_value_shape(l->g, param[index].value);
    for (size_t i = 0; i < index; i++) {
        const mg_shape other = mg_value_shape(l->g, param[i].value);
        if (mg_shape_equal(&shape, &other) &&
            find_optimiser(l, param[i].name) == optimiser)
            return true;
    }
    return false;
}

/* What the optimisers are, as text; one without a pattern wins over all that
 * stand before it. */
static void note_optimisers(mg_lower *l)
{
    const char *all = "";
    for (size_t i = 0; i < l->n_optimisers && all; i++) {
        const mg_optimiser *const o = &l->optimiser[i];
        const char *const text = o->scope.source->text + o->expr->outer_begin;
        const int length = (int)(o->expr->outer_end - o->expr->outer_begin);
        if (!o->pattern)
            all = mg_arena_format(&l->network->arena, "%.*s", length, text);
        else
            all = mg_arena_format(&l->network->arena, "%s; %s = %.*s", all,
                                  o->pattern, length, text);
    }
    if (!all)
        l->status = MG_NO_MEMORY;
    l->network->train.optimiser = all;
}

void mg_lower_rules(mg_lower *l)
{
    mg_network *const n = l->network;
    const size_t problems = l->problems->n;
    const mg_scope scope = l->scope;
    const bool training = l->training;
    if (l->n_optimisers == 0 || l->status != MG_OK)
        return;
    note_optimisers(l);
    l->hidden = true;
    l->in_rule = true;
    l->trial = !training;
    l->training = true; /* rules run nowhere else */
    for (size_t i = 0; i < l->n_optimisers; i++) {
        l->scope = l->optimiser[i].scope;
        if (l->optimiser[i].pattern)
            check_pattern(l, &l->optimiser[i]);
    }
    for (size_t i = 0; i < n->n_params && l->problems->n == problems; i++) {
        const size_t k = find_optimiser(l, n->param[i].name);
        if (l->trial && is_tried(l, i, k))
            continue;
        l->scope = l->optimiser[k].scope;
        write_step(l, &l->optimiser[k], &n->param[i]);
    }
    l->scope = scope;
    l->hidden = false;
    l->in_rule = false;
    l->trial = false;
    l->training = training;
}
