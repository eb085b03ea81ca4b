/* peak: the most multiplications and additions that the processors do. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

/* GFLOP/s of f32, by so many threads. */
double bench_peak(int threads);

#endif
