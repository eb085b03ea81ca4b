/* parallel: a loop over [0, n) split among threads in fixed shares, so that
 * results do not depend on timing. OpenMP where the build has it, else one
 * thread. Layer base. */
#ifndef MG_BASE_PARALLEL_H
#define MG_BASE_PARALLEL_H

#include <stdint.h>

/* Does the share [begin, end) of the loop. */
typedef void mg_share_fn(void *data, int64_t begin, int64_t end);

/* Runs share over [0, n) on at most `threads` threads, each with a run of
 * whole multiples of `grain`; with one share it runs on the caller. */
void mg_parallel_for(int threads, int64_t n, int64_t grain, mg_share_fn *share,
                     void *data);

/* Sets how many threads the calling thread's next regions get where a library
 * opens them; returns the former number. 1 without OpenMP. */
int mg_set_library_threads(int threads);

/* The number of processors, or what OMP_NUM_THREADS says instead; 1 without
 * OpenMP. */
int mg_processors(void);

#endif
