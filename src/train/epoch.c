/* epoch: what is done when all examples were seen once: measure what is held
 * out, report, log. Layer train. */
#include "data/file.h"
#include "train/pass.h"
#include "train/trainer.h"

#include <math.h>
#include <string.h>

/* The measures over the examples of this epoch so far. */
static mg_status average(mg_trainer *t)
{
    return mg_measures_finish(&t->measures, &t->weights, t->progress.sum,
                              t->measure);
}

static int64_t divide_up(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

void mg_trainer_event(mg_trainer *t, mg_event_kind kind, bool stopped_early,
                      bool interrupted)
{
    if (!t->request->event)
        return;
    mg_trainer_release(t);
    const mg_network_train *const train = &t->network->train;
    const mg_progress *const p = &t->progress;
    const bool measured = kind == MG_EVENT_EPOCH && t->n_val > 0;
    if (kind == MG_EVENT_STEP && average(t) != MG_OK)
        return; /* no memory for a report: training may still end well */
    const int64_t examples = mg_trainer_step_examples(t);
    const double seconds = mg_now() - t->epoch_start;
    const mg_train_event event = {
        .kind = kind,
        .parameters = mg_weights_count(&t->weights),
        .train = t->n_train,
        .val = t->n_val,
        .threads = t->ctx->threads,
        .seed = (uint64_t)train->seed,
        .epoch = p->epoch + (kind == MG_EVENT_STEP),
        .epochs = train->epochs,
        .step = divide_up(p->position, examples),
        .steps_per_epoch = divide_up(t->n_train, examples),
        .transfer =
            kind == MG_EVENT_START && *t->settings.from && !t->request->resume
                ? &t->transfer.report
                : NULL,
        .n_measures = t->measures.n,
        .measure = t->measure,
        .val_measure = measured ? t->val_measure : NULL,
        .seconds = seconds,
        .examples_per_second =
            seconds > 0 ? (double)t->epoch_examples / seconds : 0,
        .run = t->has_folder ? t->folder.path : NULL,
        .best_epoch = p->best_epoch,
        .test_measure = kind == MG_EVENT_DONE && t->test && !interrupted
                            ? t->test_measure
                            : NULL,
        .profile = t->profile,
        .stopped_early = stopped_early,
        .interrupted = interrupted};
    t->request->event(t->request->user, &event);
}

/* ---- What is held out ---- */

static mg_status measure_batch(mg_trainer *t, mg_step_plan *plan, int64_t from)
{
    mg_split_held_out(t->split, from, plan->batch, plan->row);
    MG_TRY(mg_step_plan_run(plan, (uint64_t)t->network->train.seed));
    mg_measures_add(&t->val_measures, plan->result, plan->batch, t->val_sum);
    return MG_OK;
}

static mg_status measure_held_out(mg_trainer *t)
{
    const int64_t n = t->n_val;
    memset(t->val_sum, 0, t->val_measures.n_sums * sizeof *t->val_sum);
    int64_t at = 0;
    for (; t->val_full && at + t->val_full->batch <= n;
         at += t->val_full->batch)
        MG_TRY(measure_batch(t, t->val_full, at));
    if (t->val_rest)
        MG_TRY(measure_batch(t, t->val_rest, at));
    return mg_measures_finish(&t->val_measures, &t->weights, t->val_sum,
                              t->val_measure);
}

/* ---- Log ---- */

/* Metric names are names of the language: nothing to escape. */
static void log_measures(mg_text *text, const char *prefix, size_t n,
                         const mg_measure measure[])
{
    for (size_t i = 0; i < n; i++) {
        mg_text_printf(text, ", \"%s%s\": ", prefix, measure[i].name);
        if (isfinite(measure[i].value))
            mg_text_real(text, measure[i].value, 9);
        else
            mg_text_printf(text, "null, \"nonfinite\": true");
    }
}

static mg_status log_epoch(mg_trainer *t, double seconds)
{
    char path[MG_PATH_SIZE];
    if (!t->has_folder)
        return MG_OK;
    MG_TRY(mg_run_folder_file(&t->folder, "log.jsonl", path));
    mg_text text;
    mg_text_init(&text, t->ctx);
    mg_text_printf(&text,
                   "{\"schema\": 1, \"event\": \"epoch\", \"epoch\": "
                   "%lld, \"step\": %lld",
                   (long long)t->progress.epoch, (long long)t->progress.step);
    log_measures(&text, "", t->measures.n, t->measure);
    if (t->n_val > 0)
        log_measures(&text, "val_", t->measures.n, t->val_measure);
    mg_text_puts(&text, ", \"seconds\": ");
    mg_text_real(&text, seconds, 4);
    mg_text_puts(&text, "}");
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_file_append_line(t->ctx, path, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* ---- The whole ---- */

/* Whether this epoch is the best so far; counts the worse ones. */
static bool judge(mg_trainer *t)
{
    mg_progress *const p = &t->progress;
    const double loss =
        t->n_val > 0 ? t->val_measure[0].value : t->measure[0].value;
    const bool better =
        isfinite(loss) && (p->best_epoch == 0 || loss < p->best_loss);
    if (better) {
        p->best_loss = loss;
        p->best_epoch = p->epoch;
        p->worse = 0;
    } else {
        p->worse++;
    }
    return better;
}

mg_status mg_trainer_end_epoch(mg_trainer *t, bool *stop)
{
    mg_progress *const p = &t->progress;
    const mg_network_train *const train = &t->network->train;
    const double seconds = mg_now() - t->epoch_start;
    MG_TRY(average(t));
    if (t->n_val > 0)
        MG_TRY(measure_held_out(t));
    p->epoch++;
    const bool better = judge(t);
    mg_trainer_event(t, MG_EVENT_EPOCH, false, false);
    MG_TRY(log_epoch(t, seconds));
    p->position = 0;
    memset(p->sum, 0, t->measures.n_sums * sizeof *p->sum);
    *stop = train->patience > 0 && p->worse >= train->patience;
    p->finished = *stop || p->epoch >= train->epochs || p->step >= t->max_steps;
    if (better) {
        mg_trainer_take_snapshot(t, &t->best);
        t->best_is_new = true;
    }
    return p->finished ? mg_trainer_save(t) : mg_trainer_save_in_time(t);
}

/* ---- A test set ---- */

static mg_status load_best(mg_trainer *t)
{
    char path[MG_PATH_SIZE];
    mg_safetensors *file = NULL;
    if (t->progress.best_epoch == 0)
        return MG_OK;
    if (!t->has_folder) {
        mg_weights_set(&t->weights, &t->best.weights);
        return MG_OK;
    }
    MG_TRY(mg_run_folder_file(&t->folder, "best.safetensors", path));
    MG_TRY(mg_safetensors_read(t->ctx, path, &file));
    const mg_status status = mg_checkpoint_weights(file, path, &t->weights);
    mg_safetensors_destroy(file);
    return status;
}

mg_status mg_trainer_measure_test(mg_trainer *t)
{
    if (!t->test)
        return MG_OK;
    mg_step_source source = t->measure_source;
    source.examples = t->test;
    MG_TRY(load_best(t));
    return mg_pass_measure(&source, t->val_sum, t->test_measure);
}
