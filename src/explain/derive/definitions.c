/* definitions: terms of all that is needed, in order. What is used several
 * times or grows long gets a name; a name that is used once only is put in its
 * place in the next round. Layer explain. */
#include "explain/derive/convert.h"
#include "explain/derive/deriving.h"

#include <string.h>

/* Sizes of terms: a line holds some LONG parts; what is shared is named from
 * these sizes on: gradients, values of the network, and parts of slopes. */
enum {
    LONG = 22,
    LONG_FACTOR = 8, /* of products with matrices */
    SHARED_GRADIENT = 3,
    SHARED_VALUE = 4,
    SHARED_PART = 8,
};
enum { MOST_ROUNDS = 4 };

static void *alloc(mg_deriving *v, size_t count, size_t size)
{
    return mg_arena_alloc(v->arena, count, size);
}

static const mg_node *node_of(const mg_deriving *v, uint32_t id)
{
    return mg_graph_node(v->g, (mg_value){id});
}

/* ---- Terms ---- */

static mg_status define(mg_deriving *v, uint32_t id, const mg_term *whole)
{
    const mg_term *const term = mg_vector_of(whole);
    mg_definition *const def = alloc(v, 1, sizeof *def);
    if (!def)
        return MG_NO_MEMORY;
    const uint32_t of = v->gradient_of[id];
    const bool gradient = id > v->n && of && v->owner[of];
    *def = (mg_definition){.node = id, .of = gradient ? of : 0, .term = term};
    def->label.kind = gradient ? MG_LABEL_DELTA : MG_LABEL_HELP;
    def->label.name = v->letter;
    if (gradient) {
        const mg_term *const value = v->term[of];
        def->label.name = v->alias[v->owner[of]]->name;
        if (value->kind == MG_TERM_NAME && value->label->definition)
            def->label.by = value->label;
    }
    def->label.definition = (int)v->n_definitions + 1;
    const mg_type type = {MG_F64, term->shape};
    def->name = mg_term_name(&v->d->terms, &def->label, type);
    v->definition[v->n_definitions++] = def;
    v->term[id] = mg_term_reshape(&v->d->terms, def->name, &whole->shape);
    return MG_OK;
}

/* y / p, which may cancel where it is used. */
static bool is_simple_fraction(const mg_term *x)
{
    bool below = false;
    if (x->kind != MG_TERM_PRODUCT || x->n > 2)
        return false;
    for (int i = 0; i < x->n; i++) {
        if (x->arg[i]->kind != MG_TERM_NAME)
            return false;
        below = below || x->weight[i] < 0;
    }
    return below;
}

/* Whether a reader would rather see a name. */
static bool wants_name(const mg_deriving *v, uint32_t id, const mg_term *x)
{
    x = mg_vector_of(x);
    if (x->kind == MG_TERM_NAME || x->kind == MG_TERM_NUMBER ||
        x->dtype == MG_BOOL || v->inlined[id] || is_simple_fraction(x))
        return false;
    if (mg_term_is_op(x, &mg_op_broadcast) || mg_term_is_op(x, &mg_op_constant))
        return false;
    const uint32_t of = id > v->n ? v->gradient_of[id] : 0;
    const bool gradient = of != 0;
    if (gradient && node_of(v, of)->op == &mg_op_transpose)
        return false;
    if (x->size >= LONG && (gradient || id <= v->n))
        return true;
    if (gradient && v->is_factor[id] && x->size >= LONG_FACTOR)
        return true;
    const int least = gradient     ? SHARED_GRADIENT
                      : id <= v->n ? SHARED_VALUE
                                   : SHARED_PART;
    return v->uses[id] > 1 && x->size >= least;
}

static const mg_term *named_leaf(mg_deriving *v, uint32_t id)
{
    const mg_node *const node = node_of(v, id);
    for (size_t i = 0; i < v->d->n_given; i++)
        if (node->name && node->name[0] == '\n' &&
            !strcmp(node->name + 1, v->d->given[i]->label->name))
            return v->d->given[i];
    if (v->alias[id])
        return mg_term_name(&v->d->terms, v->alias[id], node->type);
    if (!node->op->draws)
        return NULL;
    mg_label *const label = mg_terms_alloc(&v->d->terms, 1, sizeof *label);
    if (!label)
        return &v->d->terms.nothing;
    *label = (mg_label){.kind = MG_LABEL_VALUE,
                        .name = node->op->name,
                        .number = (int)node->attr[0] + 1,
                        .unnamed = true};
    return mg_term_name(&v->d->terms, label, node->type);
}

static mg_status make_term(mg_deriving *v, uint32_t id)
{
    const mg_node *const node = node_of(v, id);
    const mg_term **const x = alloc(v, (size_t)node->n_inputs + 1, sizeof *x);
    if (!x)
        return MG_NO_MEMORY;
    v->term[id] = named_leaf(v, id);
    if (v->term[id])
        return v->d->terms.status;
    for (int i = 0; i < node->n_inputs; i++)
        x[i] = v->term[node->input[i].id];
    v->term[id] = mg_term_of_node(&v->d->terms, node, x);
    MG_TRY(v->d->terms.status);
    if (v->needed[id] && wants_name(v, id, v->term[id]))
        return define(v, id, v->term[id]);
    return MG_OK;
}

static const mg_term *make_root_term(mg_deriving *v, mg_value root)
{
    const uint32_t id = v->back.gradient[root.id].id;
    const mg_shape shape = mg_value_shape(v->g, root);
    mg_terms *const t = &v->d->terms;
    return id ? v->term[id]
              : mg_term_broadcast(t, mg_term_number(t, 0), &shape);
}

/* All values of the network, so that a gradient can say of what it is, and
 * what the roots need. */
static mg_status make_terms(mg_deriving *v)
{
    v->n_definitions = 0;
    v->definition = alloc(v, (size_t)v->size + 1, sizeof *v->definition);
    if (!v->definition)
        return MG_NO_MEMORY;
    for (uint32_t id = 1; id <= v->size; id++)
        if (id <= v->n || v->needed[id])
            MG_TRY(make_term(v, id));
    for (size_t i = 0; i < v->n_roots; i++)
        v->root_term[i] = make_root_term(v, v->root[i]);
    return v->d->terms.status;
}

/* ---- Which definitions are used ---- */

void mg_walk_names(mg_deriving *v, const mg_term *x, bool *seen,
                   mg_visit_fn *visit, void *data)
{
    if (x->kind == MG_TERM_NAME) {
        if (x->label->definition)
            visit(v, x->label, data);
        return;
    }
    if (seen[x->id])
        return;
    seen[x->id] = true;
    for (int i = 0; i < x->n; i++)
        mg_walk_names(v, x->arg[i], seen, visit, data);
}

bool *mg_make_seen(mg_deriving *v)
{
    return alloc(v, v->d->terms.n + 1, sizeof(bool));
}

static void count_use(mg_deriving *v, const mg_label *label, void *data)
{
    (void)data;
    v->definition[label->definition - 1]->uses++;
}

/* Counts the distinct terms that use each definition; a root that is one by
 * itself counts too. Then what is used once and is not too long goes. True if
 * another round is needed. */
static mg_status count_uses(mg_deriving *v, bool *again)
{
    bool *const seen = mg_make_seen(v);
    if (!seen)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < v->n_roots; i++)
        mg_walk_names(v, v->root_term[i], seen, count_use, NULL);
    for (size_t i = v->n_definitions; i > 0; i--)
        if (v->definition[i - 1]->uses > 0)
            mg_walk_names(v, v->definition[i - 1]->term, seen, count_use, NULL);
    *again = false;
    for (size_t i = 0; i < v->n_definitions; i++) {
        const mg_definition *const def = v->definition[i];
        const int least =
            v->is_factor[def->node] && def->of ? LONG_FACTOR : LONG;
        if (def->uses == 1 && def->term->size < least) {
            v->inlined[def->node] = true;
            *again = true;
        }
    }
    return MG_OK;
}

mg_status mg_make_definitions(mg_deriving *v)
{
    bool again = true;
    for (int round = 0; again && round < MOST_ROUNDS; round++) {
        MG_TRY(make_terms(v));
        MG_TRY(count_uses(v, &again));
    }
    return MG_OK;
}
