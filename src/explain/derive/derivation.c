/* derivation: from a network to lines. The backward pass gives a graph; its
 * nodes become terms in order. What is used several times or grows long gets
 * a name: the gradients d + the nearest named value. A name that is used once
 * only is put in its place in the next round. Layer explain. */
#include "explain/derive/lines.h"

#include "derive/derive.h"
#include "explain/derive/convert.h"
#include "explain/derive/fold.h"
#include "explain/derive/label.h"
#include "graph/evaluate.h"

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

/* One definition of a round. */
typedef struct {
    mg_label label;
    const mg_term *name, *term;
    uint32_t node; /* whose term it is */
    uint32_t of;   /* the network's node whose gradient it is; 0: none */
    int uses;
    bool written;
} definition;

typedef struct {
    mg_derivation *d;
    const mg_network *network;
    mg_graph *g;
    mg_arena *arena;
    mg_value *value; /* by the network's ids */
    uint32_t n;      /* nodes before the backward pass */
    uint32_t size;   /* all */
    mg_backward back;
    const char *letter; /* of values without a name */
    size_t n_roots;
    const char **root_name;
    mg_value *root;
    const mg_term **root_term;
    /* by id of g */
    bool *needed;
    int *uses;
    bool *is_factor;        /* of a product with a matrix */
    const mg_label **alias; /* the name that the value has in the file */
    bool *is_name;          /* the alias is the node's own (a name node) */
    uint32_t *gradient_of;  /* the network's node; 0: none */
    uint32_t *owner;        /* the name that the value is part of; 0: none */
    bool *inlined;          /* used once: no definition */
    const mg_term **term;
    size_t n_definitions;
    definition **definition;
} deriving;

static void *alloc(deriving *v, size_t count, size_t size)
{
    return mg_arena_alloc(v->arena, count, size);
}

static const mg_node *node_of(const deriving *v, uint32_t id)
{
    return mg_graph_node(v->g, (mg_value){id});
}

/* ---- What is derived ---- */

/* A scalar that hands the given gradients to the outputs: sum of y * dy. */
static mg_value outputs_by_gradients(deriving *v)
{
    const mg_network *const n = v->network;
    mg_derivation *const d = v->d;
    mg_value sum = {0};
    d->given = mg_terms_alloc(&d->terms, n->n_outputs + 1, sizeof *d->given);
    for (size_t i = 0; i < n->n_outputs && d->given; i++) {
        const mg_value y = v->value[n->output[i].value.id];
        const mg_type type = mg_value_type(v->g, y);
        const char *const name = n->output[i].name;
        mg_label *const label = mg_terms_alloc(&d->terms, 1, sizeof *label);
        char *const leaf = mg_terms_alloc(&d->terms, strlen(name) + 2, 1);
        if (!label || !leaf || !mg_dtype_is_real(type.dtype))
            continue;
        *label = (mg_label){.kind = MG_LABEL_GIVEN, .name = name};
        d->given[d->n_given++] = mg_term_name(&d->terms, label, type);
        /* No text holds a line break, so that no other leaf has the name. */
        leaf[0] = '\n';
        memcpy(leaf + 1, name, strlen(name));
        const mg_value dy = mg_input(v->g, leaf, type.dtype, type.shape);
        const mg_value part =
            mg_sum(v->g, mg_mul(v->g, y, dy), -1, NULL, false);
        sum = sum.id ? mg_add(v->g, sum, part) : part;
    }
    return sum;
}

static mg_value subject_of(deriving *v)
{
    const mg_network *const n = v->network;
    const mg_value loss = n->loss.id ? v->value[n->loss.id] : n->loss;
    const mg_value penalty =
        n->penalty.id ? v->value[n->penalty.id] : n->penalty;
    v->d->subject = loss.id && penalty.id ? "loss + penalty"
                    : loss.id             ? "loss"
                    : penalty.id          ? "penalty"
                                          : NULL;
    if (loss.id && penalty.id)
        return mg_add(v->g, loss, penalty);
    if (loss.id || penalty.id)
        return loss.id ? loss : penalty;
    return outputs_by_gradients(v);
}

static mg_status add_root(deriving *v, const char *name, mg_value old)
{
    const mg_value value = v->value[old.id];
    if (!mg_dtype_is_real(mg_value_type(v->g, value).dtype))
        return mg_fail(v->network->ctx, MG_BAD_ARGUMENT,
                       "gradient by %s: it holds no real numbers", name);
    v->root_name[v->n_roots] = name;
    v->root[v->n_roots++] = value;
    return MG_OK;
}

static mg_status find_root(deriving *v, const char *name)
{
    const mg_network *const n = v->network;
    const mg_network_input *const input = mg_network_find_input(n, name);
    if (input)
        return add_root(v, input->name, input->value);
    const mg_network_param *const param = mg_network_find_param(n, name);
    if (param)
        return add_root(v, param->name, param->value);
    const mg_network_value *const value = mg_network_find_value(n, name);
    if (value)
        return add_root(v, value->name, value->value);
    return mg_fail(
        n->ctx, MG_BAD_ARGUMENT,
        "gradient by %s: %s has no input, parameter or value of that "
        "name",
        name, n->file);
}

static mg_status find_roots(deriving *v, const char *wrt)
{
    const mg_network *const n = v->network;
    v->root = alloc(v, n->n_params + 1, sizeof *v->root);
    v->root_name = alloc(v, n->n_params + 1, sizeof *v->root_name);
    v->root_term = alloc(v, n->n_params + 1, sizeof *v->root_term);
    if (!v->root || !v->root_name || !v->root_term)
        return MG_NO_MEMORY;
    if (wrt)
        return find_root(v, wrt);
    for (size_t i = 0; i < n->n_params; i++)
        MG_TRY(add_root(v, n->param[i].name, n->param[i].value));
    return MG_OK;
}

/* ---- Names ---- */

static const mg_label *make_label(deriving *v, const char *name)
{
    mg_label *const label = alloc(v, 1, sizeof *label);
    if (label)
        *label = (mg_label){.kind = MG_LABEL_VALUE, .name = name};
    else
        v->d->terms.status = MG_NO_MEMORY;
    return label;
}

/* Leaves go by their own names, and what a name was given to by the first. */
static void find_aliases(deriving *v)
{
    const mg_network *const n = v->network;
    for (uint32_t id = 1; id <= v->n; id++) {
        const mg_node *const node = node_of(v, id);
        const bool leaf = node->n_inputs == 0 && node->name;
        if (leaf && node->name[0] != '\n')
            v->alias[id] = make_label(v, node->name);
    }
    for (size_t i = 0; i < n->n_values; i++) {
        const uint32_t id = v->value[n->value[i].value.id].id;
        const mg_node *const node = node_of(v, id);
        if (node->op != &mg_op_name)
            continue;
        const mg_node *const x = mg_graph_node(v->g, node->input[0]);
        v->alias[id] = make_label(v, n->value[i].name);
        v->is_name[id] = true;
        if (!v->alias[x->self.id] && x->n_inputs > 0)
            v->alias[x->self.id] = v->alias[id];
    }
}

static bool is_letters(const char *name, char letter)
{
    return name[0] == letter &&
           name[1 + strspn(name + 1, "0123456789")] == '\0';
}

static bool is_free_letter(const mg_network *n, char letter)
{
    for (size_t i = 0; i < n->n_inputs; i++)
        if (is_letters(n->input[i].name, letter))
            return false;
    for (size_t i = 0; i < n->n_params; i++)
        if (is_letters(n->param[i].name, letter))
            return false;
    for (size_t i = 0; i < n->n_values; i++)
        if (is_letters(n->value[i].name, letter))
            return false;
    return true;
}

/* A letter that no name of the file begins with, if there is one. */
static const char *find_letter(const mg_network *n)
{
    static const char *const letters[] = {"u", "v", "r", "s", "q",
                                          "p", "k", "m", "g"};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (is_free_letter(n, letters[i][0]))
            return letters[i];
    return "help";
}

/* Of every node the first name that is made of it. */
static void find_owners(deriving *v)
{
    for (uint32_t id = v->n; id >= 1; id--) {
        const mg_node *const node = node_of(v, id);
        if (v->is_name[id])
            v->owner[id] = id;
        for (int i = 0; i < node->n_inputs; i++) {
            const uint32_t x = node->input[i].id;
            if (v->owner[id] && (!v->owner[x] || v->owner[id] < v->owner[x]))
                v->owner[x] = v->owner[id];
        }
    }
}

/* A gradient that several nodes share is the named value's, else that of the
 * node nearest to the loss. */
static void find_gradients(deriving *v)
{
    for (uint32_t id = 1; id <= v->n; id++) {
        const uint32_t gradient = v->back.gradient[id].id;
        if (!gradient || gradient <= v->n || node_of(v, id)->n_inputs == 0)
            continue;
        const uint32_t other = v->gradient_of[gradient];
        if (!other || !v->is_name[other])
            v->gradient_of[gradient] = id;
    }
}

static void find_uses(deriving *v)
{
    for (size_t i = 0; i < v->n_roots; i++) {
        const uint32_t id = v->back.gradient[v->root[i].id].id;
        if (id) {
            v->needed[id] = true;
            v->uses[id]++;
        }
    }
    for (uint32_t id = v->size; id >= 1; id--) {
        const mg_node *const node = node_of(v, id);
        if (v->alias[id] && id <= v->n)
            continue;
        const bool passes =
            node->op == &mg_op_reshape || node->op == &mg_op_transpose;
        const bool factors =
            node->op == &mg_op_matmul || (passes && v->is_factor[id]);
        for (int i = 0; i < node->n_inputs && v->needed[id]; i++) {
            const uint32_t x = node->input[i].id;
            v->needed[x] = true;
            v->uses[x]++;
            v->is_factor[x] = v->is_factor[x] || factors;
        }
    }
}

/* ---- Terms ---- */

static mg_status define(deriving *v, uint32_t id, const mg_term *term)
{
    definition *const def = alloc(v, 1, sizeof *def);
    if (!def)
        return MG_NO_MEMORY;
    const uint32_t of = v->gradient_of[id];
    const bool gradient = id > v->n && of && v->owner[of];
    *def = (definition){.node = id, .of = gradient ? of : 0, .term = term};
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
    v->term[id] = def->name;
    return MG_OK;
}

/* Whether a reader would rather see a name. */
static bool wants_name(const deriving *v, uint32_t id, const mg_term *x)
{
    if (x->kind == MG_TERM_NAME || x->kind == MG_TERM_NUMBER ||
        x->dtype == MG_BOOL || v->inlined[id])
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

static const mg_term *named_leaf(deriving *v, uint32_t id)
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

static mg_status make_term(deriving *v, uint32_t id)
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

static const mg_term *make_root_term(deriving *v, mg_value root)
{
    const uint32_t id = v->back.gradient[root.id].id;
    const mg_shape shape = mg_value_shape(v->g, root);
    mg_terms *const t = &v->d->terms;
    return id ? v->term[id]
              : mg_term_broadcast(t, mg_term_number(t, 0), &shape);
}

/* All values of the network, so that a gradient can say of what it is, and
 * what the roots need. */
static mg_status make_terms(deriving *v)
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

typedef void visit_fn(deriving *v, const mg_label *label, void *data);

/* Walks a term's tree once a distinct term: seen[] by term id. */
static void walk_names(deriving *v, const mg_term *x, bool *seen,
                       visit_fn *visit, void *data)
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
        walk_names(v, x->arg[i], seen, visit, data);
}

static bool *make_seen(deriving *v)
{
    return alloc(v, v->d->terms.n + 1, sizeof(bool));
}

static void count_use(deriving *v, const mg_label *label, void *data)
{
    (void)data;
    v->definition[label->definition - 1]->uses++;
}

/* Counts the distinct terms that use each definition; a root that is one by
 * itself counts too. Then what is used once and is not too long goes. True if
 * another round is needed. */
static mg_status count_uses(deriving *v, bool *again)
{
    bool *const seen = make_seen(v);
    if (!seen)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < v->n_roots; i++)
        walk_names(v, v->root_term[i], seen, count_use, NULL);
    for (size_t i = v->n_definitions; i > 0; i--)
        if (v->definition[i - 1]->uses > 0)
            walk_names(v, v->definition[i - 1]->term, seen, count_use, NULL);
    *again = false;
    for (size_t i = 0; i < v->n_definitions; i++) {
        const definition *const def = v->definition[i];
        const int least =
            v->is_factor[def->node] && def->of ? LONG_FACTOR : LONG;
        if (def->uses == 1 && def->term->size < least) {
            v->inlined[def->node] = true;
            *again = true;
        }
    }
    return MG_OK;
}

/* ---- Lines ---- */

static void write_definition(deriving *v, const mg_label *label, void *seen)
{
    definition *const def = v->definition[label->definition - 1];
    if (def->written)
        return;
    def->written = true;
    if (def->label.by && v->definition[def->label.by->definition - 1]->uses)
        write_definition(v, def->label.by, seen);
    walk_names(v, def->term, seen, write_definition, seen);
    mg_derived *const line = &v->d->line[v->d->n++];
    *line = (mg_derived){.label = &def->label, .term = def->term};
    if (def->of && v->is_name[def->of])
        line->own = v->alias[def->of]->name;
    else if (def->of)
        line->of = v->term[def->of];
}

static void note_last(deriving *v, const mg_label *label, void *data)
{
    (void)v;
    int *const last = data;
    if (label->definition > *last)
        *last = label->definition;
}

/* Every gradient as soon as what it is made of stands there. */
static mg_status write_lines(deriving *v)
{
    mg_derivation *const d = v->d;
    int *const last = alloc(v, v->n_roots + 1, sizeof *last);
    bool *const seen = make_seen(v);
    d->line = alloc(v, v->n_roots + v->n_definitions + 1, sizeof *d->line);
    if (!last || !seen || !d->line)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < v->n_roots; i++) {
        bool *const fresh = make_seen(v);
        if (!fresh)
            return MG_NO_MEMORY;
        walk_names(v, v->root_term[i], fresh, note_last, &last[i]);
    }
    for (int k = 0; k <= (int)v->n_definitions; k++) {
        if (k > 0 && v->definition[k - 1]->uses > 0 && v->definition[k - 1]->of)
            write_definition(v, &v->definition[k - 1]->label, seen);
        for (size_t i = 0; i < v->n_roots; i++)
            if (last[i] == k) {
                walk_names(v, v->root_term[i], seen, write_definition, seen);
                d->line[d->n++] = (mg_derived){.wrt = v->root_name[i],
                                               .term = v->root_term[i]};
            }
    }
    return MG_OK;
}

/* Whether two gradients would have the same name. */
static bool share_name(const mg_label *a, const mg_label *b)
{
    return a && b && a->kind == MG_LABEL_DELTA && b->kind == MG_LABEL_DELTA &&
           a->by == b->by && (a->by || !strcmp(a->name, b->name));
}

/* Helpers are numbered in the order of the lines, and so are gradients of one
 * name. A gradient by a helper that no line needs goes by the owner's name. */
static void number_labels(deriving *v)
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

/* ---- All ---- */

static mg_status make_arrays(deriving *v)
{
    const size_t size = (size_t)v->size + 1;
    v->needed = alloc(v, size, sizeof *v->needed);
    v->uses = alloc(v, size, sizeof *v->uses);
    v->is_factor = alloc(v, size, sizeof *v->is_factor);
    v->alias = alloc(v, size, sizeof *v->alias);
    v->is_name = alloc(v, size, sizeof *v->is_name);
    v->gradient_of = alloc(v, size, sizeof *v->gradient_of);
    v->owner = alloc(v, size, sizeof *v->owner);
    v->inlined = alloc(v, size, sizeof *v->inlined);
    v->term = alloc(v, size, sizeof *v->term);
    return v->needed && v->uses && v->is_factor && v->alias && v->is_name &&
                   v->gradient_of && v->owner && v->inlined && v->term
               ? MG_OK
               : MG_NO_MEMORY;
}

static mg_status derive_back(deriving *v)
{
    const mg_value subject = subject_of(v);
    MG_TRY(mg_graph_status(v->g));
    MG_TRY(v->d->terms.status);
    if (!subject.id)
        return mg_fail(v->network->ctx, MG_BAD_ARGUMENT,
                       "gradient: %s has no loss and no output",
                       v->network->file);
    v->n = mg_graph_size(v->g);
    MG_TRY(mg_backward_pass(v->g, subject, (mg_value){0}, v->arena, &v->back));
    v->size = mg_graph_size(v->g);
    return MG_OK;
}

static mg_status derive_lines(deriving *v)
{
    bool again = true;
    v->letter = find_letter(v->network);
    find_aliases(v);
    find_owners(v);
    find_gradients(v);
    find_uses(v);
    for (int round = 0; again && round < MOST_ROUNDS; round++) {
        MG_TRY(make_terms(v));
        MG_TRY(count_uses(v, &again));
    }
    MG_TRY(write_lines(v));
    number_labels(v);
    find_scopes(v->d);
    return v->d->terms.status;
}

static mg_status derive(mg_derivation *d, const mg_derivation_options *options)
{
    deriving v = {
        .d = d, .network = d->network, .g = d->graph, .arena = &d->arena};
    MG_TRY(mg_fold_graph(d->network, !options->unfold, v.g, v.arena, &v.value));
    MG_TRY(find_roots(&v, options->wrt));
    MG_TRY(derive_back(&v));
    MG_TRY(make_arrays(&v));
    return derive_lines(&v);
}

mg_status mg_derivation_create(const mg_network *network,
                               const mg_derivation_options *options,
                               mg_derivation **out)
{
    mg_derivation *const d = mg_alloc(network->ctx, 1, sizeof *d);
    if (!d)
        return MG_NO_MEMORY;
    d->ctx = network->ctx;
    d->network = network;
    mg_arena_init(&d->arena, d->ctx);
    mg_terms_init(&d->terms, d->ctx, &d->arena);
    mg_status status =
        mg_graph_create(d->ctx, mg_graph_real(network->graph), &d->graph);
    if (status == MG_OK)
        status = derive(d, options);
    if (status == MG_OK)
        *out = d;
    else
        mg_derivation_destroy(d);
    return status == MG_NO_MEMORY ? mg_no_memory(network->ctx) : status;
}

void mg_derivation_destroy(mg_derivation *d)
{
    if (!d)
        return;
    mg_graph_destroy(d->graph);
    mg_terms_clear(&d->terms);
    mg_arena_clear(&d->arena);
    mg_free(d->ctx, d);
}
