/* lower_train: the keys of a train block. Those from the command line stand
 * in a source of their own and win. Layer formula. */
#include "formula/lower.h"
#include "formula/rules.h"

#include <string.h>

static const char *const keys[] = {"optimiser", "epochs", "batch",
                                   "seed",      "val",    "patience"};
static const char *const planned_keys[] = {"clip_norm", "clip_value"};

/* ---- Numbers ---- */

static void set_integer(mg_lower *l, const mg_setting_entry *entry,
                        int64_t least, int64_t *out)
{
    int64_t number;
    const mg_item item = mg_lower_expr(l, entry->value);
    if (!mg_lower_integer(l, &item, entry->value, entry->key, &number))
        return;
    if (number < least)
        mg_lower_error(l, entry->value, "%s must be at least %lld", entry->key,
                       (long long)least);
    else
        *out = number;
}

static void set_share(mg_lower *l, const mg_setting_entry *entry, double *out)
{
    double number;
    const mg_item item = mg_lower_expr(l, entry->value);
    if (!mg_lower_real(l, &item, entry->value, entry->key, &number))
        return;
    if (number >= 0 && number < 1)
        *out = number;
    else
        mg_lower_error(l, entry->value,
                       "%s is a share of the examples: 0 or more, less than 1",
                       entry->key);
}

/* ---- The optimiser ---- */

/* Rules that the language will have, but has not yet. */
static bool rule_is_planned(const char *name)
{
    static const char *const names[] = {"nesterov", "rmsprop", "adagrad",
                                        "lion"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

static const mg_rule *find_rule(mg_lower *l, const mg_expr *word)
{
    const char *const name = word->kind == MG_EXPR_NAME ? word->as.name : NULL;
    const mg_rule *const rule = name ? mg_rule_find(name) : NULL;
    mg_nearest nearest = {.name = name ? name : ""};
    if (rule)
        return rule;
    if (name && rule_is_planned(name)) {
        mg_lower_error(l, word, "%s is not in this version yet", name);
        return NULL;
    }
    const mg_binding *const own = name ? mg_scope_find(l, name) : NULL;
    if (own && own->item.kind == MG_ITEM_ERROR)
        return NULL; /* a rule that was refused */
    mg_problem *const problem =
        mg_lower_error(l, word, "%s is no optimiser", mg_lower_text(l, word));
    for (size_t i = 0; i < mg_rule_count; i++)
        mg_nearest_try(&nearest, mg_rules[i].name);
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else
        mg_problem_help(l->problems, problem,
                        "there are sgd, momentum, adam, adamw");
    return NULL;
}

/* The place of an argument in the rule; n after an error. */
static size_t find_argument(mg_lower *l, const mg_rule *rule,
                            const mg_argument *argument, size_t position)
{
    mg_nearest nearest = {.name = argument->name};
    if (!argument->name && position < rule->n_arguments)
        return position;
    if (!argument->name) {
        mg_lower_error(l, argument->value, "%s takes %zu arguments", rule->name,
                       rule->n_arguments);
        return rule->n_arguments;
    }
    for (size_t i = 0; i < rule->n_arguments; i++) {
        if (!strcmp(rule->argument[i].name, argument->name))
            return i;
        mg_nearest_try(&nearest, rule->argument[i].name);
    }
    mg_problem *const problem =
        mg_lower_error_at(l, argument->at, strlen(argument->name),
                          "%s has no argument %s", rule->name, argument->name);
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    return rule->n_arguments;
}

/* A real number made of constants, step and steps; id 0 after an error. */
static mg_value lower_argument(mg_lower *l, const mg_expr *e)
{
    const mg_item item = mg_lower_expr(l, e);
    if (item.kind == MG_ITEM_ERROR)
        return (mg_value){0};
    mg_lower_place(l, e);
    mg_value value = mg_lower_value(l, &item, e);
    if (!value.id)
        return value;
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
        return (mg_value){0};
    }
    if (mg_value_shape(l->g, value).rank != 0) {
        mg_lower_error(l, e, "an optimiser's argument is a number");
        return (mg_value){0};
    }
    return mg_lower_built(l, e, mg_cast_to(l->g, value, mg_graph_real(l->g)))
        .as.value;
}

static void lower_arguments(mg_lower *l, const mg_expr *e, const mg_rule *rule,
                            mg_value value[])
{
    const size_t n = e->kind == MG_EXPR_CALL ? e->as.call.n : 0;
    for (size_t k = 0; k < n; k++) {
        const mg_argument *const argument = &e->as.call.argument[k];
        const size_t i = find_argument(l, rule, argument, k);
        const mg_value given = lower_argument(l, argument->value);
        if (i == rule->n_arguments)
            continue;
        if (value[i].id)
            mg_lower_error(l, argument->value, "%s: argument %s is given twice",
                           rule->name, rule->argument[i].name);
        value[i] = given;
    }
}

/* All the rule's arguments, defaults included. */
static void set_rule(mg_lower *l, const mg_rule *rule, const mg_value given[],
                     mg_place place)
{
    mg_network_optimiser *const optimiser = &l->network->train.optimiser;
    mg_network_argument *const argument = mg_arena_alloc(
        &l->network->arena, rule->n_arguments, sizeof(*argument));
    if (!argument) {
        l->status = MG_NO_MEMORY;
        return;
    }
    mg_graph_set_place(l->g, place);
    for (size_t i = 0; i < rule->n_arguments; i++) {
        argument[i].name = rule->argument[i].name;
        argument[i].value =
            given[i].id ? given[i] : mg_real(l->g, rule->argument[i].value);
    }
    if (mg_graph_status(l->g) != MG_OK)
        l->status = mg_graph_status(l->g);
    *optimiser =
        (mg_network_optimiser){rule->name, rule->n_arguments, argument, place};
}

static void set_optimiser(mg_lower *l, const mg_setting_entry *entry)
{
    const mg_expr *const e = entry->value;
    mg_value value[MG_RULE_ARGUMENTS] = {{0}};
    const mg_rule *const rule =
        find_rule(l, e->kind == MG_EXPR_CALL ? e->as.call.callee : e);
    if (!rule)
        return;
    lower_arguments(l, e, rule, value);
    const mg_span span = mg_lower_span(l, e);
    const char *const formula =
        mg_arena_string(&l->network->arena, span.source->text + e->outer_begin,
                        e->outer_end - e->outer_begin);
    if (!formula)
        l->status = MG_NO_MEMORY;
    set_rule(l, rule, value,
             (mg_place){.line = span.at.line, .column = span.at.column});
    l->network->train.optimiser.place.formula = formula;
}

/* ---- Keys ---- */

static void refuse_key(mg_lower *l, const mg_setting_entry *entry)
{
    mg_nearest nearest = {.name = entry->key};
    for (size_t i = 0; i < sizeof(planned_keys) / sizeof(*planned_keys); i++) {
        if (!strcmp(planned_keys[i], entry->key)) {
            mg_lower_error_at(l, entry->at, strlen(entry->key),
                              "%s is not in this version yet", entry->key);
            return;
        }
    }
    mg_problem *const problem = mg_lower_error_at(
        l, entry->at, strlen(entry->key), "train has no key %s", entry->key);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        mg_nearest_try(&nearest, keys[i]);
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else
        mg_problem_help(l->problems, problem,
                        "optimiser, epochs, batch, seed, val, patience");
}

static bool is_repeated(mg_lower *l, const mg_statement *s, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(s->entry[k].key, s->entry[i].key) != 0)
            continue;
        mg_lower_error_at(l, s->entry[i].at, strlen(s->entry[i].key),
                          "%s is given twice; first on line %d",
                          s->entry[i].key, s->entry[k].at.line);
        return true;
    }
    return false;
}

static void lower_entry(mg_lower *l, const mg_setting_entry *entry)
{
    mg_network_train *const train = &l->network->train;
    const char *const key = entry->key;
    if (!strcmp(key, "optimiser"))
        set_optimiser(l, entry);
    else if (!strcmp(key, "epochs"))
        set_integer(l, entry, 1, &train->epochs);
    else if (!strcmp(key, "batch"))
        set_integer(l, entry, 1, &train->batch);
    else if (!strcmp(key, "seed"))
        set_integer(l, entry, 0, &train->seed);
    else if (!strcmp(key, "val"))
        set_share(l, entry, &train->val);
    else if (!strcmp(key, "patience"))
        set_integer(l, entry, 1, &train->patience);
    else
        refuse_key(l, entry);
}

void mg_lower_train(mg_lower *l, const mg_statement *s)
{
    const bool hidden = l->hidden;
    mg_path *const path = l->path;
    if (l->has_train) {
        mg_lower_error_at(l, s->at, strlen("train"),
                          "train is given twice in this file");
        return;
    }
    l->has_train = true;
    l->hidden = true;
    l->in_train = true;
    l->path = mg_path_make(l, path, "train", false);
    for (size_t i = 0; i < s->n_entries && l->status == MG_OK; i++)
        if (!is_repeated(l, s, i))
            lower_entry(l, &s->entry[i]);
    l->path = path;
    l->in_train = false;
    l->hidden = hidden;
}

void mg_lower_train_defaults(mg_lower *l)
{
    const mg_value none[MG_RULE_ARGUMENTS] = {{0}};
    l->network->train = (mg_network_train){
        .epochs = 10, .batch = 64, .seed = 1, .val = 0.1, .patience = 0};
    set_rule(l, mg_rule_find("sgd"), none, (mg_place){0});
}
