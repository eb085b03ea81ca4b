/* trainer: what the parts of training share, into a run folder (mg_train) or in
 * memory (mg_model_train): setup.c makes it ready, train.c is the loop, epoch.c
 * ends an epoch, save.c writes the state, diverge.c explains a value that is
 * not finite. Layer train. */
#ifndef MG_TRAIN_TRAINER_H
#define MG_TRAIN_TRAINER_H

#include "data/split.h"
#include "train/checkpoint.h"
#include "train/folder.h"
#include "train/model.h"
#include "train/step.h"
#include "train/transfer.h"

/* State is written at least this often, but not within a step. */
#define MG_SAVE_SECONDS 30.0

/* A copy of the weights and of where the run stood then. */
typedef struct {
    mg_weights weights;
    mg_progress progress;
} mg_snapshot;

typedef struct {
    mg_ctx *ctx;
    const mg_train_request *request;
    mg_arena arena; /* strings and arrays of the whole run */
    mg_run_settings settings;
    mg_network *network;                /* as in training */
    mg_network *in_use;                 /* as in use, for what is held out */
    mg_measures measures, val_measures; /* of the two */
    const mg_dataset *data;             /* own_data, or the caller's */
    mg_dataset *own_data, *test_data;
    mg_examples *examples, *test; /* test: NULL: none */
    mg_split *split;
    int64_t n_train, n_val;
    mg_weights weights;
    mg_weights sums;      /* of gradients, where several batches make a step */
    mg_transfer transfer; /* what --from gave */
    mg_step_source train_source, measure_source;
    mg_step_plan *full, *rest; /* batches of training; rest may be NULL */
    mg_step_plan *update;      /* a step from the sums; NULL: none */
    mg_step_plan *val_full, *val_rest; /* of the held out; may be NULL */
    bool has_folder;
    mg_run_folder folder;
    const char *kept; /* in words: what is left when training fails */
    mg_progress progress;
    mg_snapshot snapshot; /* a recent good state, to explain divergence */
    mg_snapshot best;     /* the end of the best epoch in this process */
    bool best_is_new;     /* since it was written into the folder */
    int64_t max_steps;    /* of the whole run */
    double *val_sum;      /* [val_measures.n_sums] */
    mg_measure *measure, *val_measure, *test_measure; /* loss first */
    double epoch_start, last_event, last_save;        /* seconds */
    double save_seconds;    /* what the last save took */
    int64_t saved_step;     /* where the run stood then */
    mg_profile *profile;    /* of a step, at the end, or NULL */
    int64_t epoch_examples; /* done in this process since epoch_start */
} mg_trainer;

/* Reads, checks, compiles; with request->resume, loads the state. */
mg_status mg_trainer_setup(mg_trainer *t);
/* The same without a folder, from a model's weights; request has no data. */
mg_status mg_trainer_setup_model(mg_trainer *t, const mg_model *model,
                                 const mg_dataset *data);
void mg_trainer_clear(mg_trainer *t);

/* Trains to the end, with all events. */
mg_status mg_trainer_run(mg_trainer *t);

/* Refuses a request that tells a resumed run other things than it was started
 * with. */
mg_status mg_trainer_check_agreement(const mg_trainer *t,
                                     const mg_run_settings *run);

/* Seconds of a clock that only goes forward. */
double mg_now(void);

/* Hands an event of that kind to the caller, with what t knows. */
void mg_trainer_event(mg_trainer *t, mg_event_kind kind, bool stopped_early,
                      bool interrupted);

/* Measures the held-out part, logs, saves if it is time; *stop is set when
 * patience is over. */
mg_status mg_trainer_end_epoch(mg_trainer *t, bool *stop);

/* Writes the state, and the best epoch's if it is new, into the folder, if
 * there is one. */
mg_status mg_trainer_save(mg_trainer *t);
/* The same, unless a save is so little ago that short epochs would spend more
 * on their saves than on learning. */
mg_status mg_trainer_save_in_time(mg_trainer *t);
/* The same of the snapshot, if it is not written yet: once the present weights
 * are no use. */
mg_status mg_trainer_save_snapshot(mg_trainer *t);

/* Measures the test set, if there is one, by the best weights, which take the
 * place of the present ones. */
mg_status mg_trainer_measure_test(mg_trainer *t);

/* Copies the weights and the progress into t->snapshot, or another. */
void mg_trainer_take_snapshot(const mg_trainer *t, mg_snapshot *s);

/* Examples that make a step, but for the last of an epoch. */
int64_t mg_trainer_step_examples(const mg_trainer *t);

/* Runs the batch at the progress' position, number `turn` of its step, and
 * moves it on. */
mg_status mg_trainer_run_batch(mg_trainer *t, int64_t turn);
/* Sets the plan of that batch for it, without a run. */
mg_status mg_trainer_set_batch(mg_trainer *t, int64_t turn, mg_step_plan **out);
void mg_trainer_clear_sums(mg_trainer *t);

/* Lets plans leave an update to the next step, until mg_trainer_release: to be
 * called before anybody but a step looks at the weights. */
void mg_trainer_hold(const mg_trainer *t);
void mg_trainer_release(const mg_trainer *t);

/* Does one step at the progress' position, and moves it on. */
mg_status mg_trainer_step(mg_trainer *t);

/* Goes back to the snapshot, repeats the steps up to the one that went wrong,
 * and says which value was the first that is not finite. Always fails, with
 * MG_DIVERGED if nothing else stops it. */
mg_status mg_trainer_explain_divergence(mg_trainer *t);

#endif
