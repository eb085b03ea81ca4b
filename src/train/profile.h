/* profile: where the time of a compiled step goes. Layer train. */
#ifndef MG_TRAIN_PROFILE_H
#define MG_TRAIN_PROFILE_H

#include "train/step.h"

/* Measures a plan that has rows to run on, with random draws of that seed. The
 * caller ends *out with mg_profile_destroy. */
mg_status mg_step_plan_profile(mg_step_plan *plan, uint64_t seed,
                               mg_profile **out);

#endif
