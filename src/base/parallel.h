/* parallel: a loop over [0, n) cut into shares whose bounds depend on n, grain
 * and the pool's number alone, so that results depend neither on timing nor on
 * who does a share. Layer base. */
#ifndef MG_BASE_PARALLEL_H
#define MG_BASE_PARALLEL_H

#include <stdint.h>

#include "base/ctx.h"

/* Does the share [begin, end) of the loop. */
typedef void mg_share_fn(void *data, int64_t begin, int64_t end);

/* Threads that help with loops; serves one loop at a time. NULL is the pool of
 * the calling thread alone. */
typedef struct mg_pool mg_pool;

/* The context's pool for ctx->threads, made at first use and ended with the
 * context; NULL for one thread. Fewer threads than asked for are no failure:
 * those that are there do all shares. */
mg_status mg_pool_of(mg_ctx *ctx, mg_pool **out);

/* Ends the context's pools and their threads. */
void mg_pools_destroy(mg_ctx *ctx);

/* Into how many shares the pool cuts loops at most. */
int mg_pool_threads(const mg_pool *pool);

/* Runs share over [0, n) in at most mg_pool_threads shares of about equal size
 * and not much less than `grain`, each of whole multiples of the largest power
 * of two that is in grain, of 64 at most: cache lines stay with one thread. A
 * loop inside a share of the same pool runs on the share's thread. Allocates
 * nothing. */
void mg_parallel_for(mg_pool *pool, int64_t n, int64_t grain,
                     mg_share_fn *share, void *data);

/* The number of processors that the process may use, or what OMP_NUM_THREADS
 * says instead; 1 in a build without threads. */
int mg_processors(void);

/* Sets how many threads the calling thread's next calls get from a library
 * that brings OpenMP along; returns the former number, 1 without OpenMP. The
 * threads of pools are set to 1. */
int mg_set_library_threads(int threads);

#endif
