/* model: a network with weights, measured and asked. Layer train. */
#include "train/model.h"
#include "data/file.h"
#include "train/checkpoint.h"
#include "train/folder.h"
#include "train/step.h"

#include <string.h>

#define MEASURE_BATCH 256

/* ---- Opening ---- */

static mg_status make_network(mg_model *m, const mg_model_options *o,
                              mg_dtype real, const char *overrides)
{
    const mg_network_options options = {.real = real,
                                        .training = o->training,
                                        .file = m->file,
                                        .train = overrides};
    MG_TRY(mg_network_create(m->ctx, m->source, m->source_length, &options,
                             &m->network));
    MG_TRY(mg_measures_init(&m->measures, m->network));
    m->sum = mg_alloc(m->ctx, m->measures.n_sums, sizeof *m->sum);
    m->measure = mg_alloc(m->ctx, m->measures.n, sizeof *m->measure);
    return m->sum && m->measure ? MG_OK : MG_NO_MEMORY;
}

static char *copy_text(mg_ctx *ctx, const char *text)
{
    const size_t length = strlen(text);
    char *const copy = mg_alloc(ctx, length + 1, 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

static mg_status fill_from_state(mg_model *m, const mg_model_options *o,
                                 const mg_safetensors *state, const char *path)
{
    mg_run_settings s;
    MG_TRY(mg_checkpoint_settings(state, path, &s));
    m->file = copy_text(m->ctx, s.file);
    m->source = copy_text(m->ctx, s.source);
    if (!m->file || !m->source)
        return MG_NO_MEMORY;
    m->source_length = strlen(m->source);
    const mg_dtype real = o->real == MG_F64 ? MG_F64 : s.real;
    MG_TRY(make_network(m, o, real, s.overrides));
    MG_TRY(mg_weights_from_network(&m->weights, m->network, 1));
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

static mg_status open_formula(mg_model *m, const mg_model_options *o,
                              const char *path)
{
    MG_TRY(mg_file_read(m->ctx, path, MG_FILE_TEXT_MOST, &m->source,
                        &m->source_length));
    m->file = copy_text(m->ctx, path);
    if (!m->file)
        return MG_NO_MEMORY;
    MG_TRY(make_network(m, o, o->real, NULL));
    const uint64_t seed = o->seed ? o->seed : (uint64_t)m->network->train.seed;
    return mg_weights_from_network(&m->weights, m->network, seed);
}

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

mg_status mg_model_open(mg_ctx *ctx, const char *run,
                        const mg_model_options *options, mg_model **out)
{
    const mg_model_options none = {0};
    mg_model *const m = mg_alloc(ctx, 1, sizeof *m);
    if (!m)
        return MG_NO_MEMORY;
    m->ctx = ctx;
    mg_weights_init(&m->weights, ctx);
    const mg_status status = open_any(m, options ? options : &none, run);
    if (status != MG_OK)
        mg_model_destroy(m);
    else
        *out = m;
    return status;
}

void mg_model_destroy(mg_model *m)
{
    if (!m)
        return;
    mg_free(m->ctx, m->measure);
    mg_free(m->ctx, m->sum);
    mg_measures_clear(&m->measures);
    mg_weights_clear(&m->weights);
    mg_network_destroy(m->network);
    mg_free(m->ctx, m->file);
    mg_free(m->ctx, m->source);
    mg_free(m->ctx, m);
}

/* ---- Walking a data set ---- */

typedef struct {
    mg_model *m;
    const mg_dataset *data;
    mg_purpose purpose;
    mg_step_plan *full, *rest;
} pass;

/* Does with one batch what the walk is for; its rows start at `from`. */
typedef mg_status batch_fn(void *user, const mg_step_plan *plan, int64_t from);

static mg_status run_batch(pass *p, mg_step_plan *plan, int64_t from,
                           batch_fn *each, void *user)
{
    for (int64_t i = 0; i < plan->batch; i++)
        plan->index[i] = from + i;
    MG_TRY(mg_step_plan_run(plan, (uint64_t)p->m->network->train.seed));
    return each(user, plan, from);
}

static mg_status run_batches(pass *p, batch_fn *each, void *user)
{
    int64_t at = 0;
    for (; p->full && at + p->full->batch <= p->data->rows;
         at += p->full->batch)
        MG_TRY(run_batch(p, p->full, at, each, user));
    return p->rest ? run_batch(p, p->rest, at, each, user) : MG_OK;
}

static mg_status compile_and_run(pass *p, const mg_dataset_binding *binding,
                                 batch_fn *each, void *user)
{
    const mg_step_source source = {.network = p->m->network,
                                   .measures = &p->m->measures,
                                   .data = p->data,
                                   .binding = binding,
                                   .weights = &p->m->weights};
    const int64_t rows = p->data->rows;
    if (rows >= MEASURE_BATCH)
        MG_TRY(
            mg_step_plan_create(&source, p->purpose, MEASURE_BATCH, &p->full));
    if (rows % MEASURE_BATCH)
        MG_TRY(mg_step_plan_create(&source, p->purpose, rows % MEASURE_BATCH,
                                   &p->rest));
    return run_batches(p, each, user);
}

static mg_status walk(mg_model *m, const mg_dataset *data, mg_purpose purpose,
                      batch_fn *each, void *user)
{
    mg_dataset_binding binding;
    MG_TRY(mg_dataset_bind(data, m->network, purpose == MG_FOR_MEASURES,
                           &binding));
    pass p = {m, data, purpose, NULL, NULL};
    const mg_status status = compile_and_run(&p, &binding, each, user);
    mg_step_plan_destroy(p.full);
    mg_step_plan_destroy(p.rest);
    mg_dataset_binding_clear(&binding);
    return status;
}

/* ---- Measuring ---- */

static mg_status add_measures(void *user, const mg_step_plan *plan,
                              int64_t from)
{
    mg_model *const m = user;
    (void)from;
    mg_measures_add(&m->measures, plan->result, plan->batch, m->sum);
    return MG_OK;
}

mg_status mg_model_measure(mg_model *m, const mg_dataset *data,
                           const mg_measure **out, size_t *n)
{
    if (data->rows < 1)
        return mg_fail(m->ctx, MG_BAD_DATA, "%s: holds no examples",
                       data->source);
    memset(m->sum, 0, m->measures.n_sums * sizeof *m->sum);
    MG_TRY(walk(m, data, MG_FOR_MEASURES, add_measures, m));
    MG_TRY(mg_measures_finish(&m->measures, &m->weights, m->sum, m->measure));
    *out = m->measure;
    *n = m->measures.n;
    return MG_OK;
}

/* ---- Predicting ---- */

typedef struct {
    mg_model *m;
    mg_predict_fn *each;
    void *user;
    mg_tensor *output; /* of one example */
} prediction;

/* The e-th example of a result with a batch axis. */
static mg_tensor example_of(const mg_tensor *batch, int64_t e)
{
    mg_tensor one = {.type = batch->type};
    mg_shape_remove(&one.type.shape, 0);
    one = mg_tensor_dense(one.type, NULL);
    one.data = (char *)batch->data + (size_t)e * mg_type_bytes(&one.type);
    return one;
}

static mg_status hand_examples(void *user, const mg_step_plan *plan,
                               int64_t from)
{
    const prediction *const p = user;
    for (int64_t e = 0; e < plan->batch; e++) {
        for (size_t i = 0; i < plan->n_results; i++)
            p->output[i] = example_of(&plan->result[i], e);
        MG_TRY(p->each(p->user, from + e, p->output));
    }
    return MG_OK;
}

static mg_status check_outputs(const mg_model *m)
{
    return m->network->n_outputs
               ? MG_OK
               : mg_fail(m->ctx, MG_BAD_FORMULA,
                         "%s: has no output to predict; add a line like "
                         "output p = softmax(z)",
                         m->file);
}

mg_status mg_model_predict(mg_model *m, const mg_dataset *data,
                           mg_predict_fn *each, void *user)
{
    MG_TRY(check_outputs(m));
    prediction p = {m, each, user, NULL};
    p.output = mg_alloc(m->ctx, m->network->n_outputs, sizeof *p.output);
    if (!p.output)
        return MG_NO_MEMORY;
    const mg_status status = walk(m, data, MG_FOR_OUTPUTS, hand_examples, &p);
    mg_free(m->ctx, p.output);
    return status;
}

typedef struct {
    size_t n;
    void *const *output;
} output_memory;

/* A data set of one row that holds copies of the inputs. */
static mg_status dataset_of_one(const mg_model *m, const void *const input[],
                                mg_dataset *data)
{
    const mg_network *const network = m->network;
    for (size_t i = 0; i < network->n_inputs; i++) {
        const mg_network_input *const in = &network->input[i];
        mg_data_column *column = NULL;
        if (in->target)
            continue;
        const mg_type type = mg_value_type(network->graph, in->value);
        MG_TRY(mg_dataset_add(data, in->name, false, type, 1, &column));
        const size_t bytes = mg_type_bytes(&type);
        if (bytes)
            memcpy(column->data, input[i], bytes);
    }
    mg_dataset_count_classes(data);
    return MG_OK;
}

/* mg_predict_fn over an array of memory for the outputs. */
static mg_status copy_outputs(void *user, int64_t example,
                              const mg_tensor outputs[])
{
    const output_memory *const memory = user;
    (void)example;
    for (size_t i = 0; i < memory->n; i++) {
        const size_t bytes = mg_type_bytes(&outputs[i].type);
        if (bytes)
            memcpy(memory->output[i], outputs[i].data, bytes);
    }
    return MG_OK;
}

mg_status mg_model_predict_one(mg_model *m, const void *const input[],
                               void *const output[])
{
    mg_dataset *data = NULL;
    MG_TRY(check_outputs(m));
    MG_TRY(mg_dataset_create(m->ctx, "the given example", &data));
    output_memory memory = {m->network->n_outputs, output};
    mg_status status = dataset_of_one(m, input, data);
    if (status == MG_OK)
        status = mg_model_predict(m, data, copy_outputs, &memory);
    mg_dataset_destroy(data);
    return status;
}

const mg_network *mg_model_network(const mg_model *m)
{
    return m->network;
}
