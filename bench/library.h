/* library: the time of a product by each entry of oneDNN, warm. */
#ifndef BENCH_LIBRARY_H
#define BENCH_LIBRARY_H

#include <stdbool.h>
#include <stdint.h>

/* `count` products [m, k] [k, n] of f32. */
typedef struct {
    int64_t count, m, n, k;
    bool a_turned, b_turned; /* how they stand in memory: turned as [k, m] and
                              * [n, k] */
    bool either_order;       /* b is a parameter, which may stand as it likes */
} bench_product;

typedef struct {
    double seconds;
    const char *entry; /* the fastest */
} bench_time;

/* Times dnnl_sgemm and the matmul primitive, with b in both orders if it may
 * have either; the gradient of a weight, which has a turned and b not, as
 * [m, n] and as [n, m]. False: no entry does it. */
bool bench_time_product(const bench_product *product, bench_time *out);

#endif
