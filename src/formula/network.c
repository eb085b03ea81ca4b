/* network: reads a formula file, with the standard library in front of it.
 * Layer formula. */
#include "formula/network.h"

#include <string.h>

#include "formula/library.h"
#include "formula/lower.h"
#include "formula/parse.h"
#include "formula/settings.h"

/* What mg_network_read needs while it runs. */
typedef struct {
    mg_arena arena;
    mg_problems problems;
    mg_lower lower;
    const mg_source *settings; /* the last that were read */
} reading;

/* ---- The library ---- */

static mg_status add_functions(mg_lower *l, const mg_source *source,
                               const mg_statement *first)
{
    const mg_scope scope = {.source = source};
    for (const mg_statement *s = first; s; s = s->next) {
        if (s->kind != MG_STATEMENT_DEF && s->kind != MG_STATEMENT_RULE)
            continue;
        const mg_function *const f = mg_make_function(l, s->def, scope);
        if (!f)
            return MG_NO_MEMORY;
        MG_TRY(mg_table_put(l->ctx, &l->library, f->name, (void *)f));
    }
    return MG_OK;
}

static mg_status read_library(reading *r)
{
    for (size_t i = 0; i < mg_library_file_count; i++) {
        const mg_library_file *const file = &mg_library_files[i];
        const mg_statement *first = NULL;
        mg_source *const source = mg_arena_alloc(&r->arena, 1, sizeof(*source));
        if (!source)
            return MG_NO_MEMORY;
        *source = (mg_source){file->name, file->text, file->length, true};
        MG_TRY(mg_parse_file(&r->problems, source, &first));
        MG_TRY(add_functions(&r->lower, source, first));
    }
    return MG_OK;
}

/* ---- The file ---- */

static mg_status read_source(reading *r, const mg_source *source)
{
    const mg_statement *first = NULL;
    MG_TRY(mg_parse_file(&r->problems, source, &first));
    r->lower.scope = (mg_scope){.visible = SIZE_MAX, .source = source};
    mg_lower_file(&r->lower, first);
    if (r->problems.n == 0)
        mg_warn_unreached(&r->lower);
    return r->lower.status;
}

/* Keys from the command line, and the defaults, read as further train
 * blocks. */
static mg_status read_settings(reading *r, const char *name, const char *text)
{
    const mg_statement *s = NULL;
    mg_source *const source = mg_arena_alloc(&r->arena, 1, sizeof(*source));
    if (!source)
        return MG_NO_MEMORY;
    *source = (mg_source){name, text, strlen(text), false};
    r->settings = source;
    MG_TRY(mg_parse_settings(&r->problems, source, &s));
    r->lower.scope = (mg_scope){.visible = SIZE_MAX, .source = source};
    r->lower.has_train = false;
    if (s)
        mg_lower_train(&r->lower, s);
    r->lower.has_train = false;
    return r->lower.status;
}

static mg_status read_all(reading *r, const mg_source *source,
                          const char *settings)
{
    MG_TRY(read_library(r));
    r->lower.network->train =
        (mg_network_train){.epochs = 10, .batch = 64, .seed = 1, .val = 0.1};
    MG_TRY(read_settings(r, "defaults", "optimiser = sgd(lr = 0.01)"));
    MG_TRY(read_source(r, source));
    if (settings)
        MG_TRY(read_settings(r, "--set", settings));
    mg_lower_rules(&r->lower);
    MG_TRY(r->lower.status);
    mg_states_finish(&r->lower);
    MG_TRY(mg_settings_place(&r->problems, r->settings));
    return mg_problems_report(&r->problems);
}

static void clear_reading(reading *r)
{
    mg_lower *const l = &r->lower;
    mg_table_clear(l->ctx, &l->top);
    mg_table_clear(l->ctx, &l->library);
    mg_table_clear(l->ctx, &l->builtin);
    mg_table_clear(l->ctx, &l->paths);
    mg_table_clear(l->ctx, &l->later);
    mg_free(l->ctx, l->softmax);
    mg_free(l->ctx, l->state);
    mg_free(l->ctx, l->change);
    mg_free(l->ctx, l->optimiser);
    mg_problems_clear(&r->problems);
    mg_arena_clear(&r->arena);
}

/* ---- Networks ---- */

static mg_status fill_network(mg_network *n, const char *source, size_t length,
                              const mg_network_options *options)
{
    const char *const file = options->file ? options->file : "formula";
    const mg_dtype real = options->real == MG_F64 ? MG_F64 : MG_F32;
    n->file = mg_arena_string(&n->arena, file, strlen(file));
    n->source = mg_arena_string(&n->arena, source, length);
    n->source_length = length;
    if (!n->file || !n->source)
        return MG_NO_MEMORY;
    return mg_graph_create(n->ctx, real, &n->graph);
}

static mg_status read_network(mg_network *n, const mg_network_options *options)
{
    mg_ctx *const ctx = n->ctx;
    reading *const r = mg_alloc(ctx, 1, sizeof(*r));
    if (!r)
        return MG_NO_MEMORY;
    mg_arena_init(&r->arena, ctx);
    mg_problems_init(&r->problems, &r->arena);
    r->lower = (mg_lower){.ctx = ctx,
                          .arena = &r->arena,
                          .network = n,
                          .g = n->graph,
                          .problems = &r->problems,
                          .training = options->training};
    const mg_source source = {n->file, n->source, n->source_length, false};
    mg_status status = read_all(r, &source, options->train);
    if (status == MG_NO_MEMORY)
        status = mg_no_memory(ctx);
    clear_reading(r);
    mg_free(ctx, r);
    return status;
}

mg_status mg_network_read(mg_ctx *ctx, const char *source, size_t length,
                          const mg_network_options *options, mg_network **out)
{
    static const mg_network_options defaults = {0};
    mg_network *const n = mg_alloc(ctx, 1, sizeof(*n));
    if (!n)
        return MG_NO_MEMORY;
    n->ctx = ctx;
    mg_arena_init(&n->arena, ctx);
    if (!options)
        options = &defaults;
    mg_status status = fill_network(n, source, length, options);
    if (status == MG_OK)
        status = read_network(n, options);
    if (status == MG_OK)
        *out = n;
    else
        mg_network_destroy(n);
    return status;
}

void mg_network_destroy(mg_network *n)
{
    if (!n)
        return;
    mg_free(n->ctx, n->input);
    mg_free(n->ctx, n->param);
    mg_free(n->ctx, n->state);
    mg_free(n->ctx, n->value);
    mg_free(n->ctx, n->output);
    mg_free(n->ctx, n->metric);
    mg_free(n->ctx, n->call);
    mg_free(n->ctx, n->warning);
    mg_graph_destroy(n->graph);
    mg_arena_clear(&n->arena);
    mg_free(n->ctx, n);
}

void mg_network_log_warnings(const mg_network *n)
{
    for (size_t i = 0; i < n->n_warnings; i++) {
        const mg_network_warning *const w = &n->warning[i];
        mg_log_line(n->ctx, "%s:%d:%d: warning: %s",
                    n->file ? n->file : "formula", w->place.line,
                    w->place.column, w->text);
    }
}

/* ---- Finding ---- */

const mg_network_input *mg_network_find_input(const mg_network *n,
                                              const char *name)
{
    for (size_t i = 0; i < n->n_inputs; i++)
        if (!strcmp(n->input[i].name, name))
            return &n->input[i];
    return NULL;
}

const mg_network_param *mg_network_find_param(const mg_network *n,
                                              const char *name)
{
    for (size_t i = 0; i < n->n_params; i++)
        if (!strcmp(n->param[i].name, name))
            return &n->param[i];
    return NULL;
}

const mg_network_value *mg_network_find_value(const mg_network *n,
                                              const char *name)
{
    for (size_t i = 0; i < n->n_values; i++)
        if (!strcmp(n->value[i].name, name))
            return &n->value[i];
    return NULL;
}
