/* model: opening and saving. Layer train. */
#include "train/model.h"
#include "data/file.h"
#include "train/folder.h"
#include "train/statistics.h"

#include <string.h>

/* ---- Parts ---- */

/* The network of the settings, and what it is measured with. */
static mg_status make_network(mg_model *m, const mg_model_options *o)
{
    const mg_run_settings *const s = &m->settings;
    const mg_network_options options = {.real = s->real,
                                        .training = o->training,
                                        .file = s->file,
                                        .train = s->overrides};
    MG_TRY(mg_network_create(m->ctx, s->source, strlen(s->source), &options,
                             &m->network));
    MG_TRY(mg_measures_init(&m->measures, m->network));
    m->sum = mg_alloc(m->ctx, m->measures.n_sums, sizeof *m->sum);
    m->measure = mg_alloc(m->ctx, m->measures.n, sizeof *m->measure);
    return m->sum && m->measure ? MG_OK : MG_NO_MEMORY;
}

mg_status mg_model_set_schema(mg_model *m, const char *json)
{
    const char *const copy = mg_arena_string(&m->arena, json, strlen(json));
    mg_schema schema = {0};
    if (!copy)
        return MG_NO_MEMORY;
    if (*copy)
        MG_TRY(mg_schema_parse(&m->arena, copy, strlen(copy), &schema));
    m->settings.schema = copy;
    m->schema = schema;
    return MG_OK;
}

/* ---- From a formula ---- */

static mg_status fill_from_text(mg_model *m, const mg_model_options *o,
                                const char *file, const char *source,
                                size_t length)
{
    if (memchr(source, 0, length))
        return mg_fail(m->ctx, MG_BAD_FORMULA,
                       "%s: holds a zero byte: is it a formula file?", file);
    const mg_run_settings s = {.file = file,
                               .source =
                                   mg_arena_string(&m->arena, source, length),
                               .accumulate = 1,
                               .real = o->real == MG_F64 ? MG_F64 : MG_F32,
                               .threads = m->ctx->threads};
    if (!s.source)
        return MG_NO_MEMORY;
    MG_TRY(mg_run_settings_copy(&m->arena, &s, &m->settings));
    MG_TRY(make_network(m, o));
    const uint64_t seed = o->seed ? o->seed : (uint64_t)m->network->train.seed;
    return mg_weights_from_network(&m->weights, m->network, seed);
}

static mg_status open_formula(mg_model *m, const mg_model_options *o,
                              const char *path)
{
    char *source = NULL;
    size_t length = 0;
    MG_TRY(mg_file_read(m->ctx, path, MG_FILE_TEXT_MOST, &source, &length));
    const mg_status status = fill_from_text(m, o, path, source, length);
    mg_free(m->ctx, source);
    return status;
}

/* ---- From a state ---- */

static mg_status fill_from_state(mg_model *m, const mg_model_options *o,
                                 const mg_safetensors *state, const char *path)
{
    mg_run_settings s;
    MG_TRY(mg_checkpoint_settings(state, path, &s));
    if (o->real == MG_F64)
        s.real = MG_F64;
    MG_TRY(mg_run_settings_copy(&m->arena, &s, &m->settings));
    const mg_status status = mg_model_set_schema(m, s.schema);
    if (status != MG_OK) {
        mg_prefix_message(m->ctx, "%s", path);
        return status;
    }
    MG_TRY(make_network(m, o));
    MG_TRY(mg_weights_from_network(&m->weights, m->network, 1));
    MG_TRY(mg_statistics_declare(&m->weights, m->network, state));
    return mg_checkpoint_weights(state, path, &m->weights);
}

static mg_status open_state(mg_model *m, const mg_model_options *o,
                            const char *path)
{
    mg_safetensors *state = NULL;
    MG_TRY(mg_safetensors_read(m->ctx, path, &state));
    const mg_status status = fill_from_state(m, o, state, path);
    mg_safetensors_destroy(state);
    return status;
}

static mg_status open_folder(mg_model *m, const mg_model_options *o,
                             const char *run)
{
    mg_run_folder folder;
    char path[MG_PATH_SIZE];
    MG_TRY(mg_run_folder_open(&folder, m->ctx, run));
    MG_TRY(mg_run_folder_weights(&folder, path));
    return open_state(m, o, path);
}

/* ---- Models ---- */

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

static mg_status open_any(mg_model *m, const mg_model_options *o,
                          const char *run)
{
    if (mg_file_is_folder(run))
        return open_folder(m, o, run);
    if (ends_with(run, ".safetensors"))
        return open_state(m, o, run);
    return open_formula(m, o, run);
}

static mg_model *new_model(mg_ctx *ctx)
{
    mg_model *const m = mg_alloc(ctx, 1, sizeof *m);
    if (!m)
        return NULL;
    m->ctx = ctx;
    mg_arena_init(&m->arena, ctx);
    mg_weights_init(&m->weights, ctx);
    return m;
}

static mg_status hand_over(mg_model *m, mg_status status, mg_model **out)
{
    if (status != MG_OK)
        mg_model_destroy(m);
    else
        *out = m;
    return status;
}

static const mg_model_options no_options;

mg_status mg_model_open(mg_ctx *ctx, const char *run,
                        const mg_model_options *options, mg_model **out)
{
    mg_model *const m = new_model(ctx);
    if (!m)
        return MG_NO_MEMORY;
    return hand_over(m, open_any(m, options ? options : &no_options, run), out);
}

mg_status mg_model_create(mg_ctx *ctx, const char *source, size_t length,
                          const mg_model_options *options, mg_model **out)
{
    mg_model *const m = new_model(ctx);
    if (!m)
        return MG_NO_MEMORY;
    return hand_over(m,
                     fill_from_text(m, options ? options : &no_options,
                                    "formula", source, length),
                     out);
}

mg_status mg_model_save(const mg_model *m, const char *path)
{
    return mg_checkpoint_save(m->ctx, path, &m->settings, NULL, &m->weights);
}

void mg_model_destroy(mg_model *m)
{
    if (!m)
        return;
    mg_step_plan_destroy(m->one);
    mg_free(m->ctx, m->measure);
    mg_free(m->ctx, m->sum);
    mg_measures_clear(&m->measures);
    mg_weights_clear(&m->weights);
    mg_network_destroy(m->network);
    mg_arena_clear(&m->arena);
    mg_free(m->ctx, m);
}

/* ---- Asking ---- */

const mg_network *mg_model_network(const mg_model *m)
{
    return m->network;
}

mg_tensor mg_model_weight(mg_model *m, const char *name)
{
    const mg_weight *const weight = mg_weights_find(&m->weights, name);
    return weight ? weight->tensor : (mg_tensor){0};
}

/* The network's only label, or NULL. */
static const char *only_label(const mg_network *network)
{
    const char *name = NULL;
    for (size_t i = 0; i < network->n_inputs; i++) {
        if (!network->input[i].target || network->input[i].classes == 0)
            continue;
        if (name)
            return NULL;
        name = network->input[i].name;
    }
    return name;
}

const char *mg_model_class_name(const mg_model *m, const char *target,
                                int64_t number)
{
    const char *const name = target ? target : only_label(m->network);
    const mg_schema_input *const input =
        name ? mg_schema_find(&m->schema, name) : NULL;
    if (!input || number < 0 || (uint64_t)number >= input->n_classes)
        return NULL;
    return input->label[number];
}
