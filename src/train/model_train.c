/* model: trained in memory, without a run folder. Layer train. */
#include "train/statistics.h"
#include "train/trainer.h"

#include <string.h>

/* The best weights, or the last where no epoch had a finite loss. */
static mg_status take_weights(mg_model *m, const mg_weights *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const mg_weight *const one = &from->weight[i];
        const mg_weight *const mine = mg_weights_find(&m->weights, one->name);
        if (mine)
            mg_tensor_copy(&one->tensor, &mine->tensor);
        else if (mg_statistics_is_name(one->name))
            MG_TRY(mg_weights_copy(&m->weights, one));
    }
    return MG_OK;
}

/* What the training found, whatever ended it; plans know statistics only from
 * when they were made. */
static mg_status take_result(mg_model *m, const mg_trainer *t, mg_status status)
{
    if (status != MG_OK && t->progress.best_epoch == 0)
        return status;
    mg_step_plan_destroy(m->one);
    m->one = NULL;
    if (m->schema.n == 0)
        MG_TRY(mg_model_set_schema(m, t->settings.schema));
    MG_TRY(take_weights(m, t->progress.best_epoch ? &t->best.weights
                                                  : &t->weights));
    return status;
}

mg_status mg_model_train(mg_model *m, const mg_dataset *data,
                         const mg_model_train_options *options)
{
    const mg_model_train_options none = {0};
    const mg_model_train_options *const o = options ? options : &none;
    const mg_train_request request = {.overrides = o->overrides,
                                      .freeze = o->freeze,
                                      .max_steps = o->max_steps,
                                      .accumulate = o->accumulate,
                                      .class_weights = o->class_weights,
                                      .event = o->event,
                                      .user = o->user,
                                      .stop = o->stop};
    mg_trainer t = {.ctx = m->ctx, .request = &request};
    mg_status status = mg_trainer_setup_model(&t, m, data);
    if (status == MG_OK)
        status = mg_trainer_run(&t);
    status = take_result(m, &t, status);
    mg_trainer_clear(&t);
    return status;
}
