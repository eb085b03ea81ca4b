/* train: the loop over epochs and batches. Layer train. */
#define _POSIX_C_SOURCE 200809L
#include "data/file.h"
#include "train/profile.h"
#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Weights are copied this often, so that divergence can be looked into. */
#define SNAPSHOT_STEPS 256
/* Progress is reported at most this often, in seconds. */
#define EVENT_SECONDS 0.1

double mg_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void mg_trainer_take_snapshot(const mg_trainer *t, mg_snapshot *s)
{
    mg_weights_set(&s->weights, &t->weights);
    double *const sum = s->progress.sum;
    memcpy(sum, t->progress.sum, t->measures.n_sums * sizeof *sum);
    s->progress = t->progress;
    s->progress.sum = sum;
}

int64_t mg_trainer_step_examples(const mg_trainer *t)
{
    int64_t examples = 0;
    return mg_int_mul(t->network->train.batch, t->settings.accumulate,
                      &examples)
               ? examples
               : INT64_MAX;
}

void mg_trainer_clear_sums(mg_trainer *t)
{
    for (size_t i = 0; i < t->sums.n; i++) {
        const mg_tensor *const sum = &t->sums.weight[i].tensor;
        memset(sum->data, 0, mg_type_bytes(&sum->type));
    }
}

mg_status mg_trainer_set_batch(mg_trainer *t, int64_t turn, mg_step_plan **out)
{
    const mg_progress *const p = &t->progress;
    const int64_t left = t->n_train - p->position;
    const int64_t batch = t->network->train.batch;
    mg_step_plan *const plan = left >= batch ? t->full : t->rest;
    MG_TRY(mg_split_order(t->split, (uint64_t)t->network->train.seed,
                          (uint32_t)p->epoch, p->position, plan->batch,
                          plan->row));
    plan->step = p->step;
    plan->steps = t->max_steps;
    plan->draw = p->step * t->settings.accumulate + turn;
    *out = plan;
    return MG_OK;
}

void mg_trainer_hold(const mg_trainer *t)
{
    if (t->full)
        mg_session_hold(t->full->session);
}

void mg_trainer_release(const mg_trainer *t)
{
    if (t->full)
        mg_session_release(t->full->session);
}

mg_status mg_trainer_run_batch(mg_trainer *t, int64_t turn)
{
    mg_progress *const p = &t->progress;
    mg_step_plan *plan = NULL;
    MG_TRY(mg_trainer_set_batch(t, turn, &plan));
    if (plan != t->full)
        mg_trainer_release(t);
    MG_TRY(mg_step_plan_run(plan, (uint64_t)t->network->train.seed));
    mg_measures_add(&t->measures, plan->result, plan->batch, p->sum);
    p->position += plan->batch;
    t->epoch_examples += plan->batch;
    return MG_OK;
}

mg_status mg_trainer_step(mg_trainer *t)
{
    mg_progress *const p = &t->progress;
    mg_trainer_clear_sums(t);
    for (int64_t turn = 0;
         turn < t->settings.accumulate && p->position < t->n_train; turn++)
        MG_TRY(mg_trainer_run_batch(t, turn));
    if (t->update) {
        t->update->step = p->step;
        t->update->steps = t->max_steps;
        MG_TRY(mg_step_plan_run(t->update, (uint64_t)t->network->train.seed));
    }
    p->step++;
    return mg_measures_loss_is_finite(&t->measures, p->sum) ? MG_OK
                                                            : MG_DIVERGED;
}

static bool asked_to_stop(const mg_trainer *t)
{
    return t->request->stop && *t->request->stop;
}

/* Checks that the weights are sound before they are copied or saved. */
static mg_status check_weights(const mg_trainer *t)
{
    mg_trainer_release(t);
    return mg_weights_find_nonfinite(&t->weights) ? MG_DIVERGED : MG_OK;
}

/* What happens between steps: progress, a copy of the weights, a save. */
static mg_status between_steps(mg_trainer *t)
{
    if (t->progress.step % SNAPSHOT_STEPS == 0) {
        MG_TRY(check_weights(t));
        mg_trainer_take_snapshot(t, &t->snapshot);
    }
    if (t->request->event || t->progress.step % 64 == 0) {
        const double now = mg_now();
        if (now - t->last_event >= EVENT_SECONDS) {
            t->last_event = now;
            mg_trainer_event(t, MG_EVENT_STEP, false, false);
        }
        if (now - t->last_save >= MG_SAVE_SECONDS) {
            MG_TRY(check_weights(t));
            MG_TRY(mg_trainer_save(t));
        }
    }
    return MG_OK;
}

static mg_status stop_here(mg_trainer *t)
{
    MG_TRY(check_weights(t));
    MG_TRY(mg_trainer_save(t));
    mg_trainer_event(t, MG_EVENT_DONE, false, true);
    if (!t->has_folder)
        return mg_fail(t->ctx, MG_INTERRUPTED, "interrupted; %s", t->kept);
    return mg_fail(t->ctx, MG_INTERRUPTED,
                   "interrupted; the state is saved, go on with --resume %s",
                   t->folder.path);
}

static mg_status run_epoch(mg_trainer *t)
{
    mg_progress *const p = &t->progress;
    t->epoch_start = mg_now();
    t->epoch_examples = 0;
    while (p->position < t->n_train && p->step < t->max_steps) {
        if (asked_to_stop(t))
            return stop_here(t);
        mg_trainer_hold(t);
        MG_TRY(mg_trainer_step(t));
        MG_TRY(between_steps(t));
    }
    return check_weights(t);
}

static mg_status run_epochs(mg_trainer *t, bool *stopped_early)
{
    mg_progress *const p = &t->progress;
    while (!p->finished) {
        if (p->epoch >= t->network->train.epochs || p->step >= t->max_steps) {
            p->finished = true;
            return mg_trainer_save(t);
        }
        MG_TRY(run_epoch(t));
        MG_TRY(mg_trainer_end_epoch(t, stopped_early));
    }
    return MG_OK;
}

/* A full disk or the like: what is left of the run, behind what happened. */
static mg_status report_loss(const mg_trainer *t)
{
    char state[MG_PATH_SIZE];
    char happened[512];
    if (!t->has_folder)
        return MG_BAD_FILE;
    snprintf(happened, sizeof happened, "%s", mg_message(t->ctx));
    MG_TRY(mg_run_folder_file(&t->folder, "last.safetensors", state));
    if (!mg_file_exists(state))
        return mg_fail(t->ctx, MG_BAD_FILE,
                       "%s; the run's state is not there any more", happened);
    return mg_fail(t->ctx, MG_BAD_FILE,
                   "%s; the last good state is kept: once that is mended, go "
                   "on with --resume %s",
                   happened, t->folder.path);
}

mg_status mg_trainer_run(mg_trainer *t)
{
    t->last_event = t->last_save = mg_now();
    t->saved_step = t->progress.step;
    if (!t->request->resume)
        mg_network_log_warnings(t->network);
    mg_trainer_event(t, MG_EVENT_START, false, false);
    bool stopped_early = false;
    const mg_status status = run_epochs(t, &stopped_early);
    if (status == MG_DIVERGED) {
        MG_TRY(mg_trainer_save_snapshot(t));
        return mg_trainer_explain_divergence(t);
    }
    if (status == MG_BAD_FILE)
        return report_loss(t);
    MG_TRY(status);
    MG_TRY(mg_trainer_measure_test(t));
    if (t->request->profile) /* on its last batch; all is saved */
        MG_TRY(mg_step_plan_profile(t->full ? t->full : t->rest,
                                    (uint64_t)t->network->train.seed,
                                    &t->profile));
    mg_trainer_event(t, MG_EVENT_DONE, stopped_early, false);
    return MG_OK;
}

mg_status mg_train(mg_ctx *ctx, const mg_train_request *request)
{
    mg_trainer t = {.ctx = ctx, .request = request};
    const int threads = ctx->threads;
    mg_status status = mg_trainer_setup(&t);
    if (status == MG_OK)
        status = mg_trainer_run(&t);
    mg_trainer_clear(&t);
    ctx->threads = threads;
    return status;
}
