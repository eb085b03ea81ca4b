/* derivation: from a network to lines: its graph with library calls folded,
 * the backward pass, and what to write of it. Layer explain. */
#include "explain/derive/deriving.h"
#include "explain/derive/fold.h"

#include <string.h>

static void *alloc(mg_deriving *v, size_t count, size_t size)
{
    return mg_arena_alloc(v->arena, count, size);
}

/* ---- What is derived ---- */

/* A scalar that hands the given gradients to the outputs: sum of y * dy. */
static mg_value outputs_by_gradients(mg_deriving *v)
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

static mg_value subject_of(mg_deriving *v)
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

static mg_status add_root(mg_deriving *v, const char *name, mg_value old)
{
    const mg_value value = v->value[old.id];
    if (!mg_dtype_is_real(mg_value_type(v->g, value).dtype))
        return mg_fail(v->network->ctx, MG_BAD_ARGUMENT,
                       "gradient by %s: it holds no real numbers", name);
    v->root_name[v->n_roots] = name;
    v->root[v->n_roots++] = value;
    return MG_OK;
}

static mg_status find_root(mg_deriving *v, const char *name)
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

static mg_status find_roots(mg_deriving *v, const char *wrt)
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

/* ---- All ---- */

static mg_status make_arrays(mg_deriving *v)
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

static mg_status derive_back(mg_deriving *v)
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

static mg_status derive(mg_derivation *d, const mg_derivation_options *options)
{
    mg_deriving v = {
        .d = d, .network = d->network, .g = d->graph, .arena = &d->arena};
    MG_TRY(mg_fold_graph(d->network, !options->unfold,
                         !options->unfold && !options->exact, v.g, v.arena,
                         &v.value, &d->divided));
    MG_TRY(find_roots(&v, options->wrt));
    MG_TRY(derive_back(&v));
    MG_TRY(make_arrays(&v));
    mg_find_names(&v);
    MG_TRY(mg_make_definitions(&v));
    return mg_write_lines(&v);
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
