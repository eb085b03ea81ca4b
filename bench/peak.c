/* peak: see peak.h. Compiled for the machine that it runs on: the widest
 * vectors, a * b + c in one instruction, nothing from memory. */
#include "bench/peak.h"
#include "train/trainer.h"

#ifdef __AVX512F__
#define BYTES 64
#elif defined __AVX__
#define BYTES 32
#else
#define BYTES 16
#endif
#define LANES (BYTES / 4)
/* As many sums as hide the instruction's latency and fit in 16 registers. */
#define SUMS 12
#define TURNS 50000
#define ROUNDS 400

typedef float vector __attribute__((vector_size(BYTES)));

/* s = s x + y, which stays near y / (1 - x). Sums that begin apart: those alike
 * would be computed once. */
static float turn(float factor, float summand)
{
    const vector zero = {0};
    const vector x = zero + factor, y = zero + summand;
    vector sum[SUMS], all = zero;
    for (int i = 0; i < SUMS; i++)
        sum[i] = zero + (float)i;
    for (int n = 0; n < TURNS; n++)
        for (int i = 0; i < SUMS; i++)
            sum[i] = sum[i] * x + y;
    for (int i = 0; i < SUMS; i++)
        all += sum[i];
    return all[0];
}

double bench_peak(int threads)
{
    double least = 1e30;
    /* From memory and to it: the compiler cannot know the numbers. */
    volatile float factor = 0.5F, summand = 1;
    volatile float kept = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const double start = mg_now();
#pragma omp parallel num_threads(threads)
        {
            const float all = turn(factor, summand);
            if (all == 0)
                kept = all;
        }
        const double seconds = mg_now() - start;
        least = seconds < least ? seconds : least;
    }
    (void)kept;
    return 2.0 * LANES * SUMS * TURNS * threads / least * 1e-9;
}
