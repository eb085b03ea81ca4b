/* pass: all examples once through a network, in batches. Layer train. */
#ifndef MG_TRAIN_PASS_H
#define MG_TRAIN_PASS_H

#include "train/step.h"

/* Batches of what is only measured: large, since no update waits. */
#define MG_PASS_BATCH 256

/* Does with one batch what the pass is for; its rows start at `from`. */
typedef mg_status mg_pass_fn(void *user, const mg_step_plan *plan,
                             int64_t from);

/* Runs all examples of the source in order. */
mg_status mg_pass_run(const mg_step_source *source, mg_purpose purpose,
                      mg_pass_fn *each, void *user);

/* The source's measures over all its examples; sum[n_sums] is scratch. */
mg_status mg_pass_measure(const mg_step_source *source, double sum[],
                          mg_measure out[]);

#endif
