/* run: plans over memory. A session holds the arena and the bindings of one
 * plan; many sessions may run one plan at once. Layer run. */
#ifndef MG_RUN_RUN_H
#define MG_RUN_RUN_H

#include "optimise/plan.h"
#include "optimise/target.h"

/* The kernels of this build, best first; with plain C and references alone
 * when `plain`. */
const mg_target *mg_target_host(bool plain);

typedef struct mg_session mg_session;

/* Memory for one running plan. ctx is the context of the session's thread:
 * the plan's, or one of its own where several threads run. */
mg_status mg_session_create(mg_ctx *ctx, const mg_plan *plan, mg_session **out);
void mg_session_destroy(mg_session *session);

/* Binds a leaf by its name to memory of its type in C order, borrowed until
 * bound anew. Every leaf must be bound before a run. */
mg_status mg_session_bind(mg_session *session, const char *leaf, void *data);

/* Where random numbers come from in the next run. */
void mg_session_seed(mg_session *session, uint64_t seed, uint32_t step);

/* Runs all steps once; allocates nothing. An index outside its axis is
 * MG_BAD_DATA with the formula's line. */
mg_status mg_session_run(mg_session *session);

/* A result by its root's name: memory of the session, valid until the next
 * run; data NULL if there is none of that name. */
mg_tensor mg_session_result(const mg_session *session, const char *name);

#endif
