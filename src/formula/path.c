/* path: what values, calls and parameters are called. A call becomes a part
 * of paths, with its number, when something in it is named first; calls that
 * name nothing stay without. Layer formula. */
#include "formula/lower.h"

#include <string.h>

mg_path *mg_path_make(mg_lower *l, mg_path *parent, const char *component,
                      bool call)
{
    mg_path *const path = mg_lower_alloc(l, 1, sizeof(*path));
    if (path)
        *path = (mg_path){.parent = parent,
                          .component = component,
                          .call = call,
                          .joint = "."};
    return path;
}

mg_status mg_path_note(mg_lower *l, const char *path, mg_path_entry entry)
{
    mg_path_entry *known = mg_table_find(&l->paths, path);
    if (!known) {
        known = mg_arena_alloc(l->arena, 1, sizeof(*known));
        if (!known || mg_table_put(l->ctx, &l->paths, path, known) != MG_OK) {
            l->status = MG_NO_MEMORY;
            return MG_NO_MEMORY;
        }
    }
    *known = entry;
    return MG_OK;
}

const mg_path_entry *mg_path_find(const mg_lower *l, const char *path)
{
    return mg_table_find(&l->paths, path);
}

/* base.name, or name without a base. */
static const char *join(mg_lower *l, const mg_path *base, const char *name)
{
    const char *const path =
        mg_arena_format(l->arena, "%s%s%s", base ? base->full : "",
                        base ? base->joint : "", name);
    if (!path)
        l->status = MG_NO_MEMORY;
    return path;
}

/* The first of path, path.2, path.3, .. that is free. */
static const char *number_on(mg_lower *l, const char *path)
{
    const char *free_path = path;
    for (int i = 2; free_path && mg_path_find(l, free_path); i++)
        free_path = mg_arena_format(l->arena, "%s.%d", path, i);
    if (!free_path)
        l->status = MG_NO_MEMORY;
    return free_path;
}

/* Gives one stretch its full path; its parents have theirs. */
static bool settle_one(mg_lower *l, mg_path *path)
{
    const char *full = join(l, path->parent, path->component);
    if (full && path->call)
        full = number_on(l, full);
    path->full = full;
    if (!full)
        return false;
    return !path->call ||
           mg_path_note(l, full, (mg_path_entry){.call = true}) == MG_OK;
}

/* From the outermost without a full path inwards; calls nest at most
 * MG_LOWER_LIMIT deep. */
static bool settle(mg_lower *l, mg_path *path)
{
    if (!path || path->full)
        return true;
    return settle(l, path->parent) && settle_one(l, path);
}

const char *mg_path_of_name(mg_lower *l, const char *name)
{
    if (!settle(l, l->path))
        return NULL;
    return join(l, l->path, name);
}

const char *mg_path_of_param(mg_lower *l, const char *name)
{
    const char *const path = mg_path_of_name(l, name);
    return path ? number_on(l, path) : NULL;
}

/* Lists a named value, or gives a listed one its later meaning. */
static void list_value(mg_lower *l, const char *path, mg_value value,
                       mg_place place)
{
    mg_network *const n = l->network;
    const mg_path_entry *const known = mg_path_find(l, path);
    mg_path_entry entry = {.value = value,
                           .listed = !l->hidden,
                           .activation =
                               l->activation ? l->activation->number : 0};
    if (known && known->listed)
        entry.index = known->index;
    else
        entry.index = n->n_values;
    if (!l->hidden) {
        mg_network_value *item = NULL;
        if (known && known->listed)
            item = &n->value[known->index];
        else
            item = mg_lower_append(l, &n->value, &n->n_values, &l->values,
                                   sizeof(*item));
        const char *const name = mg_arena_string(&n->arena, path, strlen(path));
        if (!item || !name) {
            l->status = MG_NO_MEMORY;
            return;
        }
        *item = (mg_network_value){name, value, place};
    }
    mg_path_note(l, path, entry);
}

mg_value mg_name_value(mg_lower *l, const char *name, mg_spot at,
                       const mg_statement *s, mg_value value)
{
    const char *path = mg_path_of_name(l, name);
    const mg_path_entry *const known = path ? mg_path_find(l, path) : NULL;
    const size_t activation = l->activation ? l->activation->number : 0;
    /* A name given again in one call gets its later meaning; that of another
     * call keeps its own. */
    if (known &&
        (known->param || known->call || known->activation != activation))
        path = number_on(l, path);
    if (!path)
        return value;
    const mg_place place = {.line = at.line,
                            .column = at.column,
                            .formula = mg_source_excerpt(&l->network->arena,
                                                         l->scope.source,
                                                         s->begin, s->end)};
    mg_graph_set_place(l->g, place);
    const mg_value named = mg_name(l->g, value, path);
    if (mg_graph_status(l->g) != MG_OK) {
        l->status = mg_graph_status(l->g);
        return value;
    }
    list_value(l, path, named, place);
    return named;
}
