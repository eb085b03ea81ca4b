/* lower_train: the keys of a train block. Those from the command line stand
 * in a source of their own and win. Layer formula. */
#include "formula/lower.h"

#include <string.h>

static const char *const keys[] = {"optimiser", "epochs",    "batch",
                                   "seed",      "val",       "patience",
                                   "clip_norm", "clip_value"};

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

static void set_bound(mg_lower *l, const mg_setting_entry *entry, double *out)
{
    double number;
    const mg_item item = mg_lower_expr(l, entry->value);
    if (!mg_lower_real(l, &item, entry->value, entry->key, &number))
        return;
    if (number > 0)
        *out = number;
    else
        mg_lower_error(l, entry->value, "%s must be more than 0", entry->key);
}

/* ---- Keys ---- */

static void refuse_key(mg_lower *l, const mg_setting_entry *entry)
{
    mg_nearest nearest = {.name = entry->key};
    mg_problem *const problem = mg_lower_error_at(
        l, entry->at, strlen(entry->key), "train has no key %s", entry->key);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        mg_nearest_try(&nearest, keys[i]);
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else
        mg_problem_help(l->problems, problem,
                        "optimiser, epochs, batch, seed, val, patience, "
                        "clip_norm, clip_value");
}

static bool same_key(const mg_setting_entry *a, const mg_setting_entry *b)
{
    const char *const one = a->pattern ? a->pattern : "*";
    const char *const other = b->pattern ? b->pattern : "*";
    return !strcmp(a->key, b->key) && !strcmp(one, other);
}

static bool is_repeated(mg_lower *l, const mg_statement *s, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (!same_key(&s->entry[k], &s->entry[i]))
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
        mg_lower_optimiser(l, entry);
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
    else if (!strcmp(key, "clip_norm"))
        set_bound(l, entry, &train->clip_norm);
    else if (!strcmp(key, "clip_value"))
        set_bound(l, entry, &train->clip_value);
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
    l->scope.steps = true;
    l->path = mg_path_make(l, path, "train", false);
    for (size_t i = 0; i < s->n_entries && l->status == MG_OK; i++)
        if (!is_repeated(l, s, i))
            lower_entry(l, &s->entry[i]);
    l->path = path;
    l->scope.steps = false;
    l->hidden = hidden;
}
