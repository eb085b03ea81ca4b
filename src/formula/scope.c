/* scope: a name means what stands above it: locals, then the file's names,
 * then the library's, then the language's own. The library's bodies do not see
 * the file's names. Layer formula. */
#include "formula/lower.h"

#include <string.h>

const mg_binding *mg_scope_find(const mg_lower *l, const char *name)
{
    for (const mg_binding *b = l->scope.local; b; b = b->next)
        if (!strcmp(b->name, name))
            return b;
    if (l->scope.source->library)
        return NULL;
    const mg_binding *const b = mg_table_find(&l->top, name);
    return b && b->order < l->scope.visible ? b : NULL;
}

const mg_function *mg_find_library(const mg_lower *l, const char *name)
{
    return mg_table_find(&l->library, name);
}

static const mg_builtin *find_builtin(const char *name)
{
    for (size_t i = 0; i < mg_builtin_count; i++)
        if (!strcmp(mg_builtins[i].name, name))
            return &mg_builtins[i];
    for (size_t i = 0; i < mg_derivative_count; i++)
        if (!strcmp(mg_derivatives[i].name, name))
            return &mg_derivatives[i];
    return NULL;
}

const mg_function *mg_find_builtin(mg_lower *l, const char *name)
{
    mg_function *f = mg_table_find(&l->builtin, name);
    if (f)
        return f;
    const mg_builtin *const builtin = find_builtin(name);
    const mg_op *const op = mg_op_find(name, strlen(name));
    if (!builtin && (!op || !op->params))
        return NULL;
    f = mg_lower_alloc(l, 1, sizeof(*f));
    if (!f)
        return NULL;
    *f = (mg_function){.name = builtin ? builtin->name : op->name};
    f->params = builtin ? builtin->params : op->params;
    f->builtin = builtin;
    f->op = builtin ? NULL : op;
    if (mg_table_put(l->ctx, &l->builtin, f->name, f) != MG_OK)
        l->status = MG_NO_MEMORY;
    return f;
}

bool mg_is_planned(const char *name)
{
    static const char *const names[] = {
        "scan",   "convolve", "conv", "maxpool", "avgpool",
        "resize", "rnn",      "lstm", "gru",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

/* ---- Unknown names ---- */

static void try_table(mg_nearest *nearest, const mg_table *table)
{
    for (size_t i = 0; i < table->slots; i++)
        if (table->slot[i].key)
            mg_nearest_try(nearest, table->slot[i].key);
}

/* The nearest known name, or NULL. Ties go to the narrower scope. */
static const char *nearest_name(const mg_lower *l, const char *name)
{
    mg_nearest nearest = {.name = name};
    for (const mg_binding *b = l->scope.local; b; b = b->next)
        mg_nearest_try(&nearest, b->name);
    if (l->scope.steps) {
        mg_nearest_try(&nearest, "step");
        mg_nearest_try(&nearest, "steps");
    }
    for (size_t i = 0; i < l->top.slots && !l->scope.source->library; i++) {
        const mg_binding *const b = l->top.slot[i].item;
        if (b && b->order < l->scope.visible)
            mg_nearest_try(&nearest, b->name);
    }
    try_table(&nearest, &l->library);
    for (size_t i = 0; i < mg_builtin_count; i++)
        mg_nearest_try(&nearest, mg_builtins[i].name);
    for (size_t i = 0; i < mg_derivative_count; i++)
        mg_nearest_try(&nearest, mg_derivatives[i].name);
    for (size_t i = 0; i < mg_op_count; i++)
        if (mg_ops[i]->params)
            mg_nearest_try(&nearest, mg_ops[i]->name);
    return nearest.best;
}

static void refuse_unknown(mg_lower *l, const mg_expr *e, const char *name)
{
    const mg_statement *const later = mg_table_find(&l->later, name);
    if (mg_is_planned(name)) {
        mg_lower_error(l, e, "%s is not in this version yet", name);
        return;
    }
    if (!strcmp(name, "step") || !strcmp(name, "steps")) {
        mg_lower_error(l, e, "%s is known only in train and in rules", name);
        return;
    }
    mg_problem *const problem = mg_lower_error(l, e, "%s is not known", name);
    const char *const habit = mg_habit_help(name);
    const char *const nearest = problem ? nearest_name(l, name) : NULL;
    const bool inside =
        later && e->begin >= later->begin && e->begin < later->end;
    if (inside && !l->scope.source->library)
        mg_problem_help(l->problems, problem,
                        "%s is made by this very statement; there is no "
                        "recursion",
                        name);
    else if (later && !l->scope.source->library)
        mg_problem_help(l->problems, problem,
                        "%s is given on line %d; a name means what stands "
                        "above it",
                        name, later->at.line);
    else if (habit)
        mg_problem_help(l->problems, problem, "%s", habit);
    else if (nearest)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest);
}

/* ---- Names ---- */

/* The settings that only train and rules know; false for other names. */
static bool find_setting(mg_lower *l, const mg_expr *e, mg_item *out)
{
    const char *const name = e->as.name;
    if (!l->scope.steps)
        return false;
    if (strcmp(name, "step") != 0 && strcmp(name, "steps") != 0)
        return false;
    mg_lower_place(l, e);
    *out = mg_lower_built(l, e, mg_setting(l->g, name, MG_I64));
    return true;
}

static mg_item function_item(const mg_function *f)
{
    return (mg_item){.kind = MG_ITEM_FUNCTION, .as.function = f};
}

/* Whether the name is known; its meaning in *out. */
static bool find_plain(mg_lower *l, const mg_expr *e, mg_item *out)
{
    const mg_binding *const binding = mg_scope_find(l, e->as.name);
    if (binding) {
        *out = binding->state ? mg_item_value(mg_state_now(binding->state))
                              : binding->item;
        return true;
    }
    if (find_setting(l, e, out))
        return true;
    const mg_function *f = mg_find_library(l, e->as.name);
    if (!f)
        f = mg_find_builtin(l, e->as.name);
    if (f)
        *out = function_item(f);
    return f != NULL;
}

/* The binding of a path's first part; NULL after reporting. */
static const mg_binding *find_first(mg_lower *l, const mg_expr *e)
{
    const size_t length = strcspn(e->as.name, ".");
    const char *const name = mg_arena_string(l->arena, e->as.name, length);
    if (!name) {
        mg_lower_no_memory(l);
        return NULL;
    }
    const mg_binding *const binding = mg_scope_find(l, name);
    if (!binding)
        refuse_unknown(l, e, name);
    return binding;
}

/* The full path of a path that begins with this binding, or NULL. */
static const char *full_path(mg_lower *l, const mg_binding *binding,
                             const char *path)
{
    if (!binding->path_name || (binding->base && !binding->base->full))
        return NULL;
    const char *const base = binding->base ? binding->base->full : "";
    const char *const full =
        mg_arena_format(l->arena, "%s%s%s%s", base, *base ? "." : "",
                        binding->path_name, path + strcspn(path, "."));
    if (!full)
        l->status = MG_NO_MEMORY;
    return full;
}

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), length = strlen(end);
    return n >= length && !strcmp(text + n - length, end);
}

static void refuse_path(mg_lower *l, const mg_expr *e, const char *full)
{
    const mg_path_entry *const entry = full ? mg_path_find(l, full) : NULL;
    mg_nearest nearest = {.name = full ? full : e->as.name};
    if (entry && entry->call) {
        mg_lower_error(l, e, "%s is a call's part of paths, not a value",
                       e->as.name);
        return;
    }
    mg_problem *const problem =
        mg_lower_error(l, e, "there is no %s", e->as.name);
    for (size_t i = 0; problem && i < l->paths.slots; i++) {
        const mg_path_entry *const other = l->paths.slot[i].item;
        if (other && !other->call)
            mg_nearest_try(&nearest, l->paths.slot[i].key);
    }
    if (ends_with(e->as.name, ".T"))
        mg_problem_help(l->problems, problem, "a transpose is written with '");
    else if (ends_with(e->as.name, ".shape"))
        mg_problem_help(l->problems, problem, "write shape(x)");
    else if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
}

static mg_item lower_path(mg_lower *l, const mg_expr *e)
{
    const mg_binding *const first = find_first(l, e);
    if (!first || first->item.kind == MG_ITEM_ERROR)
        return mg_item_error;
    const char *const full = full_path(l, first, e->as.name);
    const mg_path_entry *const entry = full ? mg_path_find(l, full) : NULL;
    if (entry && entry->state)
        return mg_item_value(mg_state_now(entry->state));
    if (entry && !entry->call)
        return mg_item_value(entry->value);
    refuse_path(l, e, full);
    return mg_item_error;
}

mg_item mg_lower_name(mg_lower *l, const mg_expr *e)
{
    mg_item item = mg_item_error;
    if (strchr(e->as.name, '.'))
        return lower_path(l, e);
    if (!find_plain(l, e, &item))
        refuse_unknown(l, e, e->as.name);
    return item;
}

void mg_check_name(mg_lower *l, const mg_expr *e)
{
    mg_item item;
    if (strchr(e->as.name, '.'))
        find_first(l, e);
    else if (!find_plain(l, e, &item))
        refuse_unknown(l, e, e->as.name);
}

/* A name that := gives a value. */
static void refuse_update(mg_lower *l, const mg_pattern *p, bool known)
{
    const char *const name = p->name;
    mg_problem *const problem =
        mg_lower_error_at(l, p->at, strlen(name),
                          known ? "%s is no state" : "%s is not known", name);
    mg_nearest nearest = {.name = name};
    for (const mg_binding *b = l->scope.local; b; b = b->next)
        if (b->state)
            mg_nearest_try(&nearest, b->name);
    for (size_t i = 0; i < l->top.slots && !l->scope.source->library; i++) {
        const mg_binding *const b = l->top.slot[i].item;
        if (b && b->state && b->order < l->scope.visible)
            mg_nearest_try(&nearest, b->name);
    }
    if (nearest.best)
        mg_problem_help(l->problems, problem, "did you mean %s?", nearest.best);
    else if (known)
        mg_problem_help(l->problems, problem,
                        ":= gives a state its new value; = names a value");
    else
        mg_problem_help(l->problems, problem, "state %s = .. makes one", name);
}

mg_state *mg_lower_find_state(mg_lower *l, const mg_pattern *name)
{
    const mg_binding *const b = mg_scope_find(l, name->name);
    if (b && (b->state || b->item.kind == MG_ITEM_ERROR))
        return b->state;
    refuse_update(l, name, b != NULL);
    return NULL;
}

mg_binding *mg_bind(mg_lower *l, const char *name, mg_spot at, mg_item item)
{
    mg_binding *const b = mg_lower_alloc(l, 1, sizeof(*b));
    if (!b)
        return NULL;
    *b = (mg_binding){.name = name, .item = item, .at = at};
    b->base = l->path;
    b->path_name = name;
    if (l->blocks > 0) {
        b->next = l->scope.local;
        l->scope.local = b;
        return b;
    }
    const mg_binding *const first = mg_table_find(&l->top, name);
    if (first) {
        mg_lower_error_at(l, at, strlen(name),
                          "%s is given twice; first on line %d", name,
                          first->at.line);
        return b;
    }
    b->order = l->n_top++;
    if (mg_table_put(l->ctx, &l->top, name, b) != MG_OK)
        l->status = MG_NO_MEMORY;
    return b;
}
