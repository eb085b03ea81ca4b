/* setup: everything that is known before the first step. Layer train. */
#include "data/file.h"
#include "data/source.h"
#include "train/classes.h"
#include "train/pass.h"
#include "train/statistics.h"
#include "train/trainer.h"

#include <stdio.h>
#include <string.h>

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
    const mg_run_settings s = {
        .file = r->file ? r->file : "network.mg",
        .source = mg_arena_string(&t->arena, r->source, r->source_length),
        .overrides = r->overrides,
        .data = r->data,
        .test = r->test,
        .class_weights = r->class_weights,
        .freeze = r->freeze,
        .from = r->from,
        .rename = r->rename,
        .max_steps = r->max_steps,
        .accumulate = r->accumulate > 0 ? r->accumulate : 1,
        .real = r->real == MG_F64 ? MG_F64 : MG_F32,
        .kernels = r->kernels,
        .threads = t->ctx->threads};
    if (!s.source)
        return MG_NO_MEMORY;
    MG_TRY(mg_run_settings_copy(&t->arena, &s, &t->settings));
    if (*t->settings.rename && !*t->settings.from)
        return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                       "--rename: names which weights? add --from");
    return MG_OK;
}

static mg_status settings_of_run(mg_trainer *t, const mg_safetensors *state,
                                 const char *path)
{
    mg_run_settings s;
    MG_TRY(mg_checkpoint_settings(state, path, &s));
    if (s.form < MG_CHECKPOINT_FORM)
        return mg_fail(t->ctx, MG_BAD_DATA,
                       "%s: is of an earlier version, which held out other "
                       "examples: begin a new run with its weights (--from)",
                       path);
    MG_TRY(mg_trainer_check_agreement(t, &s));
    t->ctx->threads = s.threads;
    return mg_run_settings_copy(&t->arena, &s, &t->settings);
}

static mg_status settings_of_model(mg_trainer *t, const mg_model *model)
{
    const mg_train_request *const r = t->request;
    const mg_run_settings s = {.file = model->settings.file,
                               .source = model->settings.source,
                               .overrides = r->overrides,
                               .class_weights = r->class_weights,
                               .freeze = r->freeze,
                               .schema = model->settings.schema,
                               .max_steps = r->max_steps,
                               .accumulate =
                                   r->accumulate > 0 ? r->accumulate : 1,
                               .real = model->settings.real,
                               .threads = t->ctx->threads};
    return mg_run_settings_copy(&t->arena, &s, &t->settings);
}

/* ---- Network and data ---- */

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

/* Where the option may say anew where a run's data are. */
static mg_status open_data(mg_trainer *t, const char *option, const char *run,
                           const char *asked, mg_data_part part,
                           mg_dataset **out)
{
    const mg_status status =
        mg_data_open(t->ctx, asked ? asked : run, part, out);
    if (status != MG_BAD_FILE || !t->request->resume || asked)
        return status;
    return mg_fail(t->ctx, status,
                   "%s; the run was started with --%s %s: go to the folder "
                   "where that was, or say by --%s where the data is now",
                   mg_message(t->ctx), option, run, option);
}

static mg_status keep_schema(mg_trainer *t)
{
    mg_text text;
    mg_text_init(&text, t->ctx);
    mg_schema_print(&text, &t->examples->schema);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK) {
        t->settings.schema =
            mg_arena_string(&t->arena, mg_text_string(&text), text.length);
        status = t->settings.schema ? MG_OK : MG_NO_MEMORY;
    }
    mg_text_clear(&text);
    return status;
}

/* What the data mean is settled by the first who trains on it. */
static mg_status take_data(mg_trainer *t)
{
    mg_schema schema = {0};
    const char *const known = t->settings.schema;
    if (*known)
        MG_TRY(mg_schema_parse(&t->arena, known, strlen(known), &schema));
    MG_TRY(mg_examples_create(t->data, t->network, true,
                              *known ? &schema : NULL, &t->examples));
    if (t->examples->rows < 1)
        return mg_fail(t->ctx, MG_BAD_DATA, "%s: holds no examples",
                       t->examples->source);
    return *known ? MG_OK : keep_schema(t);
}

static mg_status take_test(mg_trainer *t)
{
    const char *const name =
        t->request->test ? t->request->test : t->settings.test;
    if (!*t->settings.test)
        return MG_OK;
    bool has_part = false;
    MG_TRY(mg_data_find_part(t->ctx, name, MG_PART_TEST, &has_part));
    MG_TRY(open_data(t, "test", t->settings.test, t->request->test,
                     has_part ? MG_PART_TEST : MG_PART_TRAIN, &t->test_data));
    MG_TRY(mg_examples_create(t->test_data, t->in_use, true,
                              &t->examples->schema, &t->test));
    if (t->test->rows < 1)
        return mg_fail(t->ctx, MG_BAD_DATA, "%s: holds no examples", name);
    return MG_OK;
}

static mg_status make_data(mg_trainer *t)
{
    if (!t->data)
        MG_TRY(open_data(t, "data", t->settings.data, t->request->data,
                         MG_PART_TRAIN, &t->own_data));
    if (t->own_data)
        t->data = t->own_data;
    MG_TRY(take_data(t));
    MG_TRY(take_test(t));
    MG_TRY(mg_classes_split(t->network, t->examples, &t->split));
    t->n_train = mg_split_train_count(t->split);
    t->n_val = mg_split_held_out_count(t->split);
    if (*t->settings.class_weights)
        MG_TRY(mg_classes_weigh(t->network, t->settings.class_weights,
                                t->examples, t->split));
    return MG_OK;
}

/* ---- Weights ---- */

/* Those of a run that goes on; NULL: none. */
typedef struct {
    const mg_safetensors *state;
    const char *path;
    const mg_model *model;
} beginning;

static mg_status take_model(mg_trainer *t, const mg_model *model)
{
    for (size_t i = 0; i < model->weights.n; i++) {
        const mg_weight *const from = &model->weights.weight[i];
        const mg_weight *const to = mg_weights_find(&t->weights, from->name);
        if (to)
            mg_tensor_copy(&from->tensor, &to->tensor);
        else
            MG_TRY(mg_weights_copy(&t->weights, from));
    }
    return MG_OK;
}

static mg_status make_weights(mg_trainer *t, const beginning *b)
{
    mg_weights_init(&t->weights, t->ctx);
    MG_TRY(mg_weights_from_network(&t->weights, t->network,
                                   (uint64_t)t->network->train.seed));
    if (b->model)
        MG_TRY(take_model(t, b->model));
    if (b->state)
        MG_TRY(mg_statistics_declare(&t->weights, t->network, b->state));
    if (b->state)
        MG_TRY(mg_checkpoint_weights(b->state, b->path, &t->weights));
    else
        MG_TRY(mg_statistics_compute(&t->weights, t->network, t->examples,
                                     t->split));
    return mg_weights_freeze(&t->weights, t->settings.freeze);
}

/* ---- Plans ---- */

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
                                       .examples = t->examples,
                                       .weights = &t->weights,
                                       .sums = accumulates ? &t->sums : NULL,
                                       .kernels = t->settings.kernels};
    t->measure_source = t->train_source;
    t->measure_source.network = t->in_use;
    t->measure_source.measures = &t->val_measures;
    MG_TRY(make_plans(&t->train_source,
                      accumulates ? MG_FOR_GRADIENTS : MG_FOR_TRAINING,
                      t->n_train, t->network->train.batch, &t->full, &t->rest));
    if (accumulates)
        MG_TRY(make_plan(&t->train_source, MG_FOR_STEP, 1, &t->update));
    return make_plans(&t->measure_source, MG_FOR_MEASURES, t->n_val,
                      MG_PASS_BATCH, &t->val_full, &t->val_rest);
}

static mg_status make_measures(mg_trainer *t)
{
    MG_TRY(mg_measures_init(&t->measures, t->network));
    MG_TRY(mg_measures_init(&t->val_measures, t->in_use));
    const size_t n = t->measures.n, sums = t->measures.n_sums;
    t->progress.n_sums = sums;
    t->measure = mg_arena_alloc(&t->arena, n, sizeof *t->measure);
    t->val_measure = mg_arena_alloc(&t->arena, n, sizeof *t->measure);
    t->test_measure = mg_arena_alloc(&t->arena, n, sizeof *t->measure);
    t->val_sum =
        mg_arena_alloc(&t->arena, t->val_measures.n_sums, sizeof(double));
    t->progress.sum = mg_arena_alloc(&t->arena, sums, sizeof(double));
    return t->measure && t->val_measure && t->test_measure && t->val_sum &&
                   t->progress.sum
               ? MG_OK
               : MG_NO_MEMORY;
}

static mg_status make_snapshot(mg_trainer *t, mg_snapshot *s)
{
    const size_t sums = t->measures.n_sums;
    mg_weights_init(&s->weights, t->ctx);
    s->progress.sum = mg_arena_alloc(&t->arena, sums, sizeof(double));
    if (!s->progress.sum)
        return MG_NO_MEMORY;
    MG_TRY(mg_weights_clone(&s->weights, &t->weights));
    mg_trainer_take_snapshot(t, s);
    return MG_OK;
}

static mg_status make_snapshots(mg_trainer *t)
{
    MG_TRY(make_snapshot(t, &t->snapshot));
    return make_snapshot(t, &t->best);
}

/* The steps of the whole run, which formulas know as `steps`. */
static void count_steps(mg_trainer *t)
{
    const mg_network_train *const train = &t->network->train;
    const int64_t examples = mg_trainer_step_examples(t);
    const int64_t a_epoch =
        t->n_train / examples + (t->n_train % examples != 0);
    const int64_t most = t->settings.max_steps;
    int64_t steps = 0;
    if (!mg_int_mul(a_epoch, train->epochs, &steps))
        steps = INT64_MAX;
    t->max_steps = most > 0 && most < steps ? most : steps;
}

static mg_status make_everything(mg_trainer *t, const beginning *b)
{
    MG_TRY(make_networks(t));
    MG_TRY(make_data(t));
    MG_TRY(make_weights(t, b));
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

/* What messages say of a folder that was made or opened. */
static mg_status note_folder(mg_trainer *t)
{
    static const char words[] = "the last good state is kept in ";
    const size_t size = sizeof words + strlen(t->folder.path);
    char *const kept = mg_arena_alloc(&t->arena, size, 1);
    if (!kept)
        return MG_NO_MEMORY;
    snprintf(kept, size, "%s%s", words, t->folder.path);
    t->kept = kept;
    t->has_folder = true;
    return MG_OK;
}

static mg_status start(mg_trainer *t)
{
    const beginning fresh = {0};
    MG_TRY(settings_of_request(t));
    MG_TRY(make_everything(t, &fresh));
    if (*t->settings.from)
        MG_TRY(mg_transfer_weights(&t->transfer, t->settings.from,
                                   t->settings.rename, &t->weights));
    MG_TRY(make_snapshots(t));
    MG_TRY(mg_run_folder_create(&t->folder, t->ctx, t->request->out,
                                t->settings.file));
    MG_TRY(note_folder(t));
    MG_TRY(write_formula(t));
    return mg_trainer_save(t);
}

static mg_status load_state(mg_trainer *t, const mg_safetensors *state,
                            const char *path)
{
    const beginning b = {.state = state, .path = path};
    MG_TRY(settings_of_run(t, state, path));
    MG_TRY(make_everything(t, &b));
    MG_TRY(mg_checkpoint_progress(state, path, &t->progress));
    if (t->progress.position >= t->n_train || t->progress.step > t->max_steps)
        return mg_fail(t->ctx, MG_BAD_DATA,
                       "%s: stands beyond the data's %lld examples: the data "
                       "changed since",
                       path, (long long)t->n_train);
    return make_snapshots(t);
}

static mg_status resume(mg_trainer *t)
{
    char path[MG_PATH_SIZE];
    mg_safetensors *state = NULL;
    MG_TRY(mg_run_folder_open(&t->folder, t->ctx, t->request->resume));
    MG_TRY(note_folder(t));
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

mg_status mg_trainer_setup_model(mg_trainer *t, const mg_model *model,
                                 const mg_dataset *data)
{
    const beginning b = {.model = model};
    mg_arena_init(&t->arena, t->ctx);
    t->data = data;
    t->kept = "the model has its best weights so far";
    MG_TRY(settings_of_model(t, model));
    MG_TRY(make_everything(t, &b));
    return make_snapshots(t);
}

void mg_trainer_clear(mg_trainer *t)
{
    mg_profile_destroy(t->profile);
    mg_step_plan_destroy(t->full);
    mg_step_plan_destroy(t->rest);
    mg_step_plan_destroy(t->update);
    mg_step_plan_destroy(t->val_full);
    mg_step_plan_destroy(t->val_rest);
    mg_weights_clear(&t->best.weights);
    mg_weights_clear(&t->snapshot.weights);
    mg_weights_clear(&t->sums);
    mg_weights_clear(&t->weights);
    mg_transfer_clear(&t->transfer);
    mg_measures_clear(&t->val_measures);
    mg_measures_clear(&t->measures);
    mg_split_destroy(t->split);
    mg_examples_destroy(t->test);
    mg_examples_destroy(t->examples);
    mg_dataset_destroy(t->test_data);
    mg_dataset_destroy(t->own_data);
    mg_network_destroy(t->in_use);
    mg_network_destroy(t->network);
    mg_arena_clear(&t->arena);
}
