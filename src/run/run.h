/* run: plans over memory (matgrad.h). A session holds the arena and the
 * bindings of one plan; many sessions may run one plan at once. Layer run. */
#ifndef MG_RUN_RUN_H
#define MG_RUN_RUN_H

#include "optimise/plan.h"
#include "optimise/target.h"

/* The kernels of this build, best first; with plain C and references alone
 * when `plain`. */
const mg_target *mg_target_host(bool plain);

#endif
