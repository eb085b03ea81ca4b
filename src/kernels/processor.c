/* processor: which instruction sets of kernels/vector run here.
 * Layer kernels. */
#include "kernels/vector/set.h"

extern const mg_vector_set mg_vector_set_plain;
#ifdef MATGRAD_HAVE_AVX2
extern const mg_vector_set mg_vector_set_avx2;
#endif
#ifdef MATGRAD_HAVE_AVX512
extern const mg_vector_set mg_vector_set_avx512;
#endif

/* Those that this processor runs, in order; returns their number. */
static int list_sets(const mg_vector_set *set[3])
{
    int n = 0;
    set[n++] = &mg_vector_set_plain;
#ifdef MATGRAD_HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        set[n++] = &mg_vector_set_avx2;
#endif
#ifdef MATGRAD_HAVE_AVX512
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw"))
        set[n++] = &mg_vector_set_avx512;
#endif
    return n;
}

const mg_vector_set *mg_vector_at(int index)
{
    const mg_vector_set *set[3];
    return index < list_sets(set) ? set[index] : NULL;
}

const mg_vector_set *mg_vector_best(void)
{
    const mg_vector_set *set[3];
    return set[list_sets(set) - 1];
}

const mg_vector_set *mg_vector_baseline(void)
{
    return &mg_vector_set_plain;
}
