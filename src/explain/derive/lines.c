/* lines: definitions and gradients in the order that they are read in: every
 * gradient as soon as what it is made of stands there. Layer explain. */
#include "explain/derive/deriving.h"
#include "explain/derive/label.h"

#include <string.h>

static void *alloc(mg_deriving *v, size_t count, size_t size)
{
    return mg_arena_alloc(v->arena, count, size);
}

/* ---- Order ---- */

static void write_definition(mg_deriving *v, const mg_label *label, void *seen)
{
    mg_definition *const def = v->definition[label->definition - 1];
    if (def->written)
        return;
    def->written = true;
    if (def->label.by && v->definition[def->label.by->definition - 1]->uses)
        write_definition(v, def->label.by, seen);
    mg_walk_names(v, def->term, seen, write_definition, seen);
    mg_derived *const line = &v->d->line[v->d->n++];
    *line = (mg_derived){.label = &def->label, .term = def->term};
    if (def->of && v->is_name[def->of])
        line->own = v->alias[def->of]->name;
    else if (def->of)
        line->of = mg_vector_of(v->term[def->of]);
}

static void note_last(mg_deriving *v, const mg_label *label, void *data)
{
    (void)v;
    int *const last = data;
    if (label->definition > *last)
        *last = label->definition;
}

/* Every gradient as soon as what it is made of stands there. */
static mg_status order_lines(mg_deriving *v)
{
    mg_derivation *const d = v->d;
    int *const last = alloc(v, v->n_roots + 1, sizeof *last);
    bool *const seen = mg_make_seen(v);
    d->line = alloc(v, v->n_roots + v->n_definitions + 1, sizeof *d->line);
    if (!last || !seen || !d->line)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < v->n_roots; i++) {
        bool *const fresh = mg_make_seen(v);
        if (!fresh)
            return MG_NO_MEMORY;
        mg_walk_names(v, v->root_term[i], fresh, note_last, &last[i]);
    }
    for (int k = 0; k <= (int)v->n_definitions; k++) {
        if (k > 0 && v->definition[k - 1]->uses > 0 && v->definition[k - 1]->of)
            write_definition(v, &v->definition[k - 1]->label, seen);
        for (size_t i = 0; i < v->n_roots; i++)
            if (last[i] == k) {
                mg_walk_names(v, v->root_term[i], seen, write_definition, seen);
                d->line[d->n++] = (mg_derived){.wrt = v->root_name[i],
                                               .term = v->root_term[i]};
            }
    }
    return MG_OK;
}

/* ---- Names ---- */

/* Whether two gradients would have the same name. */
static bool share_name(const mg_label *a, const mg_label *b)
{
    return a && b && a->kind == MG_LABEL_DELTA && b->kind == MG_LABEL_DELTA &&
           a->by == b->by && (a->by || !strcmp(a->name, b->name));
}

/* Helpers are numbered in the order of the lines, and so are gradients of one
 * name. A gradient by a helper that no line needs goes by the owner's name. */
static void number_labels(mg_deriving *v)
{
    mg_derivation *const d = v->d;
    int helpers = 0;
    for (size_t i = 0; i < d->n; i++) {
        mg_label *const label = (mg_label *)d->line[i].label;
        if (label && label->kind == MG_LABEL_HELP)
            label->number = ++helpers;
    }
    for (size_t i = 0; i < d->n; i++) {
        mg_label *const label = (mg_label *)d->line[i].label;
        if (label && label->by && !label->by->number)
            label->by = NULL;
    }
    for (size_t i = 0; i < d->n; i++) {
        mg_label *const label = (mg_label *)d->line[i].label;
        int before = 0;
        for (size_t k = 0; k < i; k++)
            before += share_name(d->line[k].label, label);
        if (before)
            label->number = before + 1;
    }
}

/* A line is part of the block that its name is in; a helper, which its next
 * line needs, of that line's. */
static void find_scopes(mg_derivation *d)
{
    for (size_t i = d->n; i > 0; i--) {
        mg_derived *const line = &d->line[i - 1];
        const mg_label *const label = line->label;
        const char *path = line->wrt;
        if (label && label->kind == MG_LABEL_DELTA && !label->by)
            path = label->name;
        if (path) {
            line->scope = path;
            line->scope_length = mg_scope_of(path);
        } else if (i < d->n) {
            line->scope = d->line[i].scope;
            line->scope_length = d->line[i].scope_length;
        }
    }
}

mg_status mg_write_lines(mg_deriving *v)
{
    MG_TRY(order_lines(v));
    number_labels(v);
    find_scopes(v->d);
    return v->d->terms.status;
}
