/* save: when a run's state goes to its folder, and which. The best epoch's is
 * written before the last: what is on disk never speaks of a best that is not
 * there. Layer train. */
#include "train/trainer.h"

#include <math.h>

/* After a save that took s seconds, the next epochs within SAVE_PAUSE s write
 * nothing: saves take at most a hundredth of the time. */
#define SAVE_PAUSE 100

static mg_status write_state(const mg_trainer *t, const char *name,
                             const mg_progress *progress,
                             const mg_weights *weights)
{
    char path[MG_PATH_SIZE];
    MG_TRY(mg_run_folder_file(&t->folder, name, path));
    return mg_checkpoint_save(t->ctx, path, &t->settings, progress, weights);
}

static mg_status save(mg_trainer *t, const mg_progress *progress,
                      const mg_weights *weights)
{
    if (!t->has_folder)
        return MG_OK;
    const double start = mg_now();
    if (t->best_is_new)
        MG_TRY(write_state(t, "best.safetensors", &t->best.progress,
                           &t->best.weights));
    t->best_is_new = false;
    MG_TRY(write_state(t, "last.safetensors", progress, weights));
    t->last_save = mg_now();
    t->save_seconds = t->last_save - start;
    t->saved_step = progress->step;
    return MG_OK;
}

mg_status mg_trainer_save(mg_trainer *t)
{
    return save(t, &t->progress, &t->weights);
}

mg_status mg_trainer_save_in_time(mg_trainer *t)
{
    const double pause = fmin(MG_SAVE_SECONDS, SAVE_PAUSE * t->save_seconds);
    if (mg_now() - t->last_save >= pause)
        return mg_trainer_save(t);
    mg_trainer_take_snapshot(t, &t->snapshot);
    return MG_OK;
}

mg_status mg_trainer_save_snapshot(mg_trainer *t)
{
    const mg_snapshot *const s = &t->snapshot;
    return s->progress.step > t->saved_step ? save(t, &s->progress, &s->weights)
                                            : MG_OK;
}
