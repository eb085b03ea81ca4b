/* setup: everything that is known before the first step. Layer train. */
#include "data/file.h"
#include "data/source.h"
#include "train/trainer.h"

#include <stdio.h>
#include <string.h>

/* Batches of what is only measured: large, since no update waits. */
#define MEASURE_BATCH 256

static char *keep(mg_trainer *t, const char *text)
{
    return mg_arena_string(&t->arena, text, strlen(text));
}

/* ---- Settings ---- */

static mg_status settings_of_request(mg_trainer *t)
{
    const mg_train_request *const r = t->request;
    if (!r->source || !r->data)
        return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                       "train: wants a formula file and data");
    if (memchr(r->source, 0, r->source_length))
        return mg_fail(t->ctx, MG_BAD_FORMULA,
                       "%s: holds a zero byte: is it a formula file?",
                       r->file ? r->file : "formula");
    t->settings = (mg_run_settings){
        .file = r->file ? r->file : "network.mg",
        .source = mg_arena_string(&t->arena, r->source, r->source_length),
        .overrides = r->overrides ? r->overrides : "",
        .data = r->data,
        .freeze = r->freeze ? r->freeze : "",
        .from = r->from ? r->from : "",
        .rename = r->rename ? r->rename : "",
        .max_steps = r->max_steps,
        .accumulate = r->accumulate > 0 ? r->accumulate : 1,
        .real = r->real == MG_F64 ? MG_F64 : MG_F32,
        .threads = t->ctx->threads};
    if (*t->settings.rename && !*t->settings.from)
        return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                       "--rename: names which weights? add --from");
    return t->settings.source ? MG_OK : MG_NO_MEMORY;
}

static mg_status settings_of_run(mg_trainer *t, const mg_safetensors *state,
                                 const char *path)
{
    mg_run_settings s;
    MG_TRY(mg_checkpoint_settings(state, path, &s));
    MG_TRY(mg_trainer_check_agreement(t, &s));
    s.file = keep(t, s.file);
    s.source = keep(t, s.source);
    s.overrides = keep(t, s.overrides);
    s.data = keep(t, s.data);
    s.freeze = keep(t, s.freeze);
    s.from = keep(t, s.from);
    s.rename = keep(t, s.rename);
    if (!s.file || !s.source || !s.overrides || !s.data || !s.freeze ||
        !s.from || !s.rename)
        return MG_NO_MEMORY;
    t->settings = s;
    t->ctx->threads = s.threads;
    return MG_OK;
}

/* ---- Network, data, plans ---- */

static mg_status make_networks(mg_trainer *t)
{
    const mg_run_settings *const s = &t->settings;
    mg_network_options options = {.real = s->real,
                                  .training = true,
                                  .file = s->file,
                                  .train = s->overrides};
    MG_TRY(mg_network_create(t->ctx, s->source, strlen(s->source), &options,
                             &t->network));
    if (t->network->loss.id == 0)
        return mg_fail(t->ctx, MG_BAD_FORMULA,
                       "%s: has no loss to train by; add a line like loss = "
                       "mse(z, y)",
                       s->file);
    options.training = false;
    return mg_network_create(t->ctx, s->source, strlen(s->source), &options,
                             &t->in_use);
}

static mg_status make_data(mg_trainer *t)
{
    const mg_network_train *const train = &t->network->train;
    MG_TRY(mg_data_open(t->ctx, t->settings.data, MG_PART_TRAIN, &t->data));
    MG_TRY(mg_dataset_bind(t->data, t->network, true, &t->binding));
    if (t->data->rows < 1)
        return mg_fail(t->ctx, MG_BAD_DATA, "%s: holds no examples",
                       t->settings.data);
    MG_TRY(mg_split_init(&t->split, t->ctx, t->data->rows, train->val,
                         (uint64_t)train->seed));
    t->order = mg_alloc(t->ctx, (size_t)t->split.n_train, sizeof *t->order);
    return t->order ? MG_OK : MG_NO_MEMORY;
}

static mg_status make_plan(const mg_step_source *source, mg_purpose purpose,
                           int64_t batch, mg_step_plan **out)
{
    return batch > 0 ? mg_step_plan_create(source, purpose, batch, out) : MG_OK;
}

/* A plan for whole batches of n examples and one for what is left. */
static mg_status make_plans(const mg_step_source *source, mg_purpose purpose,
                            int64_t n, int64_t batch, mg_step_plan **full,
                            mg_step_plan **rest)
{
    if (n >= batch)
        MG_TRY(make_plan(source, purpose, batch, full));
    return make_plan(source, purpose, n % batch, rest);
}

static mg_status compile_plans(mg_trainer *t)
{
    const bool accumulates = t->settings.accumulate > 1;
    mg_weights_init(&t->sums, t->ctx);
    t->train_source = (mg_step_source){.network = t->network,
                                       .measures = &t->measures,
                                       .data = t->data,
                                       .binding = &t->binding,
                                       .weights = &t->weights,
                                       .sums = accumulates ? &t->sums : NULL,
                                       .plain = t->request->plain};
    t->measure_source = t->train_source;
    t->measure_source.network = t->in_use;
    t->measure_source.measures = &t->val_measures;
    MG_TRY(make_plans(
        &t->train_source, accumulates ? MG_FOR_GRADIENTS : MG_FOR_TRAINING,
        t->split.n_train, t->network->train.batch, &t->full, &t->rest));
    if (accumulates)
        MG_TRY(make_plan(&t->train_source, MG_FOR_STEP, 1, &t->update));
    return make_plans(&t->measure_source, MG_FOR_MEASURES, t->split.n_val,
                      MEASURE_BATCH, &t->val_full, &t->val_rest);
}

static mg_status make_measures(mg_trainer *t)
{
    MG_TRY(mg_measures_init(&t->measures, t->network));
    MG_TRY(mg_measures_init(&t->val_measures, t->in_use));
    const size_t n = t->measures.n, sums = t->measures.n_sums;
    t->progress.n_sums = t->snapshot.progress.n_sums = sums;
    t->measure = mg_arena_alloc(&t->arena, n, sizeof *t->measure);
    t->val_measure = mg_arena_alloc(&t->arena, n, sizeof *t->measure);
    t->val_sum =
        mg_arena_alloc(&t->arena, t->val_measures.n_sums, sizeof(double));
    t->progress.sum = mg_arena_alloc(&t->arena, sums, sizeof(double));
    t->snapshot.progress.sum = mg_arena_alloc(&t->arena, sums, sizeof(double));
    return t->measure && t->val_measure && t->val_sum && t->progress.sum &&
                   t->snapshot.progress.sum
               ? MG_OK
               : MG_NO_MEMORY;
}

static mg_status make_snapshot(mg_trainer *t)
{
    mg_weights_init(&t->snapshot.weights, t->ctx);
    for (size_t i = 0; i < t->weights.n; i++) {
        const mg_weight *const w = &t->weights.weight[i];
        MG_TRY(mg_weights_add(&t->snapshot.weights, w->name, w->tensor.type,
                              w->is_param, NULL));
    }
    mg_trainer_take_snapshot(t);
    return MG_OK;
}

/* The steps of the whole run, which formulas know as `steps`. */
static void count_steps(mg_trainer *t)
{
    const mg_network_train *const train = &t->network->train;
    const int64_t examples = mg_trainer_step_examples(t);
    const int64_t a_epoch =
        t->split.n_train / examples + (t->split.n_train % examples != 0);
    const int64_t most = t->settings.max_steps;
    int64_t steps = 0;
    if (!mg_int_mul(a_epoch, train->epochs, &steps))
        steps = INT64_MAX;
    t->max_steps = most > 0 && most < steps ? most : steps;
}

static mg_status make_everything(mg_trainer *t)
{
    MG_TRY(make_networks(t));
    MG_TRY(make_data(t));
    mg_weights_init(&t->weights, t->ctx);
    MG_TRY(mg_weights_from_network(&t->weights, t->network,
                                   (uint64_t)t->network->train.seed));
    MG_TRY(mg_weights_freeze(&t->weights, t->settings.freeze));
    MG_TRY(make_measures(t));
    MG_TRY(compile_plans(t));
    count_steps(t);
    return MG_OK;
}

/* ---- New and resumed runs ---- */

static mg_status write_formula(const mg_trainer *t)
{
    char path[MG_PATH_SIZE];
    const mg_file_part part = {t->settings.source, strlen(t->settings.source)};
    MG_TRY(mg_run_folder_file(&t->folder, "network.mg", path));
    return mg_file_write_atomic(t->ctx, path, 1, &part);
}

static mg_status start(mg_trainer *t)
{
    MG_TRY(settings_of_request(t));
    MG_TRY(make_everything(t));
    if (*t->settings.from)
        MG_TRY(mg_transfer_weights(&t->transfer, t->settings.from,
                                   t->settings.rename, &t->weights));
    MG_TRY(make_snapshot(t));
    MG_TRY(mg_run_folder_create(&t->folder, t->ctx, t->request->out,
                                t->settings.file));
    MG_TRY(write_formula(t));
    return mg_trainer_save(t, "last.safetensors");
}

static mg_status load_state(mg_trainer *t, const mg_safetensors *state,
                            const char *path)
{
    MG_TRY(settings_of_run(t, state, path));
    MG_TRY(make_everything(t));
    MG_TRY(mg_checkpoint_weights(state, path, &t->weights));
    MG_TRY(mg_checkpoint_progress(state, path, &t->progress));
    if (t->progress.position >= t->split.n_train ||
        t->progress.step > t->max_steps)
        return mg_fail(t->ctx, MG_BAD_DATA,
                       "%s: stands beyond the data's %lld examples: the data "
                       "changed since",
                       path, (long long)t->split.n_train);
    return make_snapshot(t);
}

static mg_status resume(mg_trainer *t)
{
    char path[MG_PATH_SIZE];
    mg_safetensors *state = NULL;
    MG_TRY(mg_run_folder_open(&t->folder, t->ctx, t->request->resume));
    MG_TRY(mg_run_folder_file(&t->folder, "last.safetensors", path));
    if (!mg_file_exists(path))
        return mg_fail(t->ctx, MG_BAD_FILE,
                       "%s: holds no state to go on with (last.safetensors)",
                       t->request->resume);
    MG_TRY(mg_safetensors_read(t->ctx, path, &state));
    mg_status status = load_state(t, state, path);
    mg_safetensors_destroy(state);
    return status == MG_OK
               ? mg_run_folder_trim_log(&t->folder, t->progress.epoch)
               : status;
}

mg_status mg_trainer_setup(mg_trainer *t)
{
    mg_arena_init(&t->arena, t->ctx);
    return t->request->resume ? resume(t) : start(t);
}

void mg_trainer_clear(mg_trainer *t)
{
    mg_step_plan_destroy(t->full);
    mg_step_plan_destroy(t->rest);
    mg_step_plan_destroy(t->update);
    mg_step_plan_destroy(t->val_full);
    mg_step_plan_destroy(t->val_rest);
    mg_weights_clear(&t->snapshot.weights);
    mg_weights_clear(&t->sums);
    mg_weights_clear(&t->weights);
    mg_transfer_clear(&t->transfer);
    mg_measures_clear(&t->val_measures);
    mg_measures_clear(&t->measures);
    mg_free(t->ctx, t->order);
    mg_split_clear(&t->split);
    mg_dataset_binding_clear(&t->binding);
    mg_dataset_destroy(t->data);
    mg_network_destroy(t->in_use);
    mg_network_destroy(t->network);
    mg_arena_clear(&t->arena);
}
