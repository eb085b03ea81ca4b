/* names: what the nodes of a derived graph are called: leaves and values by
 * the file's names, gradients after the value that they lead to. Layer
 * explain. */
#include "explain/derive/deriving.h"

#include <string.h>

static const mg_node *node_of(const mg_deriving *v, uint32_t id)
{
    return mg_graph_node(v->g, (mg_value){id});
}

static const mg_label *make_label(mg_deriving *v, const char *name)
{
    mg_label *const label = mg_terms_alloc(&v->d->terms, 1, sizeof *label);
    if (label)
        *label = (mg_label){.kind = MG_LABEL_VALUE, .name = name};
    return label;
}

/* Leaves go by their own names, and what a name was given to by the first. */
static void find_aliases(mg_deriving *v)
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
static void find_owners(mg_deriving *v)
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
static void find_gradients(mg_deriving *v)
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

static void find_uses(mg_deriving *v)
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

void mg_find_names(mg_deriving *v)
{
    v->letter = find_letter(v->network);
    find_aliases(v);
    find_owners(v);
    find_gradients(v);
    find_uses(v);
}
