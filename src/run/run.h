/* run: plans over memory (matgrad.h). A session holds the arena and the
 * bindings of one plan; many sessions may run one plan at once. Layer run. */
#ifndef MG_RUN_RUN_H
#define MG_RUN_RUN_H

#include "optimise/plan.h"
#include "optimise/target.h"

/* The kernels of this build, best first. */
const mg_target *mg_target_host(mg_kernels kernels);

/* What a session runs, and the context of its thread. */
const mg_plan *mg_session_plan(const mg_session *session);
mg_ctx *mg_session_ctx(const mg_session *session);

/* mg_session_bind by the leaf's number in the plan. */
void mg_session_bind_leaf(mg_session *session, size_t leaf, void *data);

/* Runs the plan's step of that number alone, in a session that was run before:
 * to measure it. */
void mg_session_run_step(mg_session *session, size_t index);

#endif
