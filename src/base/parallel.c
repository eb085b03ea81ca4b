/* parallel: the bounds of shares, and a context's pools. Layer base. */
#ifdef MATGRAD_HAVE_THREADS
#define _GNU_SOURCE /* sched_getaffinity */
#endif

#include "base/parallel.h"

#include <stdlib.h>

#include "base/denormals.h"
#include "base/memory.h"
#include "base/team.h"

#ifdef MATGRAD_HAVE_THREADS
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#endif
#ifdef _OPENMP
#include <omp.h>
#endif

struct mg_pool {
    mg_pool *next; /* the context's, for another number of threads */
    int threads;
    mg_team *team; /* NULL: the caller does all shares */
};

/* ---- Pools ---- */

/* ctx->threads may change while sessions hold a pool, so each number has a
 * pool of its own. */
mg_status mg_pool_of(mg_ctx *ctx, mg_pool **out)
{
    mg_pool *pool = NULL;
    if (ctx->threads > 1) {
        for (pool = ctx->pools; pool && pool->threads != ctx->threads;)
            pool = pool->next;
        if (!pool) {
            pool = mg_alloc(ctx, 1, sizeof *pool);
            if (!pool)
                return MG_NO_MEMORY;
            pool->threads = ctx->threads;
            const mg_status status =
                mg_team_create(ctx, ctx->threads - 1, &pool->team);
            if (status != MG_OK) {
                mg_free(ctx, pool);
                return status;
            }
            pool->next = ctx->pools;
            ctx->pools = pool;
        }
    }
    *out = pool;
    return MG_OK;
}

void mg_pools_destroy(mg_ctx *ctx)
{
    while (ctx->pools) {
        mg_pool *const pool = ctx->pools;
        ctx->pools = pool->next;
        mg_team_destroy(ctx, pool->team);
        mg_free(ctx, pool);
    }
}

int mg_pool_threads(const mg_pool *pool)
{
    return pool ? pool->threads : 1;
}

/* ---- Loops ---- */

#define LARGEST_UNIT 64

void mg_share_do(const mg_shares *s, int number)
{
    const int64_t first =
        s->each * number + (number < s->extra ? number : s->extra);
    const int64_t count = s->each + (number < s->extra ? 1 : 0);
    const bool last = number == s->count - 1;
    s->share(s->data, first * s->unit, last ? s->n : (first + count) * s->unit);
}

void mg_parallel_for(mg_pool *pool, int64_t n, int64_t grain,
                     mg_share_fn *share, void *data)
{
    if (n <= 0)
        return;
    if (grain < 1)
        grain = 1;
    const int64_t unit = grain & -grain & 63 ? grain & -grain : LARGEST_UNIT;
    const int64_t units = n / unit + (n % unit != 0);
    const int64_t worth = n / grain + (n % grain > grain / 2);
    const int threads = mg_pool_threads(pool);
    const int64_t limit = threads < MG_TEAM_SHARES ? threads : MG_TEAM_SHARES;
    const int64_t most = worth < limit ? worth : limit;
    const int64_t count = units < most ? units : most;
    if (count <= 1) {
        share(data, 0, n);
        return;
    }
    const mg_shares shares = {.share = share,
                              .data = data,
                              .n = n,
                              .unit = unit,
                              .each = units / count,
                              .extra = units % count,
                              .count = (int)count,
                              .mode = mg_float_mode()};
    if (pool->team && mg_team_run(pool->team, &shares))
        return;
    for (int i = 0; i < shares.count; i++)
        mg_share_do(&shares, i);
}

/* ---- Numbers ---- */

int mg_processors(void)
{
#ifdef MATGRAD_HAVE_THREADS
    const char *const wish = getenv("OMP_NUM_THREADS");
    const long wished = wish ? strtol(wish, NULL, 10) : 0;
    if (wished > 0)
        return wished < MG_TEAM_SHARES ? (int)wished : MG_TEAM_SHARES;
#ifdef CPU_COUNT
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
#endif
#ifdef _WIN32
    const long online = pthread_num_processors_np();
#else
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return online > 0 && online < MG_TEAM_SHARES ? (int)online : 1;
#else
    return 1;
#endif
}

int mg_set_library_threads(int threads)
{
#ifdef _OPENMP
    const int former = omp_get_max_threads();
    if (former != threads && threads > 0)
        omp_set_num_threads(threads);
    return former;
#else
    (void)threads;
    return 1;
#endif
}
