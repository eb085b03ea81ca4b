/* parallel: fixed shares of a loop. Layer base. */
#include "base/parallel.h"

#include <stdbool.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* The shares are numbered and fixed before any thread starts; OpenMP giving
 * fewer threads than asked changes who does a share, never its bounds. The
 * team is always of `threads`, though fewer may have a share: libgomp ends the
 * threads that a smaller team leaves out, and makes them again for the next
 * one. */
void mg_parallel_for(int threads, int64_t n, int64_t grain, mg_share_fn *share,
                     void *data)
{
    if (n <= 0)
        return;
    if (grain < 1)
        grain = 1;
    const int64_t grains = n / grain + (n % grain != 0);
    const int64_t limit = threads < 1 ? 1 : threads;
    const int shares = (int)(grains < limit ? grains : limit);
    if (shares == 1) {
        share(data, 0, n);
        return;
    }
    const int64_t each = grains / shares, extra = grains % shares;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1)
#endif
    for (int s = 0; s < shares; s++) {
        const int64_t first = each * s + (s < extra ? s : extra);
        const int64_t count = each + (s < extra ? 1 : 0);
        const bool last = s == shares - 1;
        share(data, first * grain, last ? n : (first + count) * grain);
    }
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

int mg_processors(void)
{
#ifdef _OPENMP
    return omp_get_max_threads(); /* as OMP_NUM_THREADS says */
#else
    return 1;
#endif
}
