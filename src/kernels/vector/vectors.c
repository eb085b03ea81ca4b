/* vectors: the innermost loops of products with a vector, which wait for
 * memory: each element of the matrix is read once, in order. What is summed for
 * a row does not depend on the rows beside it. Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/transpose.h"

/* Rows side by side, which share what is read of the vector; with four sums
 * each they fit into the registers. */
#if MG_LANES == 16
#define ROWS 4
#else
#define ROWS 2
#endif
#define SUMS 4
/* Rows that a vector of sums takes in at a time. */
#define TURNED 4

/* The sums of the lanes, and then of what is behind the last whole vector. */
MG_INLINE float finish(mg_lanes sum[SUMS], const float *a, const float *b,
                       int64_t p, int64_t k)
{
    float result = lanes_sum((sum[0] + sum[1]) + (sum[2] + sum[3]));
    for (; p < k; p++)
        result += a[p] * b[p];
    return result;
}

MG_INLINE void dots_of(const mg_dots *d, int64_t first, const int rows)
{
    const float *const a = d->a + first * d->a_row;
    mg_lanes sum[ROWS][SUMS];
    int64_t p = 0;
    MG_UNROLLED
    for (int r = 0; r < rows; r++) {
        MG_UNROLLED
        for (int i = 0; i < SUMS; i++)
            sum[r][i] = lanes_of(0);
    }
    for (; p + SUMS * MG_LANES <= d->k; p += SUMS * MG_LANES) {
        MG_UNROLLED
        for (int i = 0; i < SUMS; i++) {
            const mg_lanes b = lanes_at(d->b + p + i * MG_LANES);
            MG_UNROLLED
            for (int r = 0; r < rows; r++)
                sum[r][i] += lanes_at(a + r * d->a_row + p + i * MG_LANES) * b;
        }
    }
    for (; p + MG_LANES <= d->k; p += MG_LANES) {
        const mg_lanes b = lanes_at(d->b + p);
        MG_UNROLLED
        for (int r = 0; r < rows; r++)
            sum[r][0] += lanes_at(a + r * d->a_row + p) * b;
    }
    MG_UNROLLED
    for (int r = 0; r < rows; r++)
        d->y[first + r] = finish(sum[r], a + r * d->a_row, d->b, p, d->k);
}

void MG_ISA_NAME(mg_dots)(const mg_dots *d)
{
    int64_t i = 0;
    for (; i + ROWS <= d->n; i += ROWS)
        dots_of(d, i, ROWS);
    for (; i < d->n; i++)
        dots_of(d, i, 1);
}

void MG_ISA_NAME(mg_add_row)(const float *c, float a, const float *b, float *y,
                             int64_t n)
{
    if (!c) {
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = a * b[i];
        return;
    }
    MG_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        y[i] = c[i] + a * b[i];
}

/* z takes in the elements of some rows, which then take in x. */
MG_INLINE void turn_rows(const mg_turn *t, int64_t first, const int rows)
{
    const int64_t k = t->k, w_row = t->w_row, y_row = t->y_row;
    const float *const w = t->w + first * w_row, *const x = t->x;
    float *const y = t->y + first * y_row, *const z = t->z;
    float g[TURNED], step[TURNED];
    int64_t p = 0;
    for (int r = 0; r < rows; r++) {
        g[r] = t->g[(first + r) * t->g_step];
        step[r] = t->factor * g[r];
    }
    for (; p + MG_LANES <= k; p += MG_LANES) {
        const mg_lanes at = lanes_at(x + p);
        mg_lanes sum = lanes_at(z + p);
        MG_UNROLLED
        for (int r = 0; r < rows; r++) {
            const mg_lanes old = lanes_at(w + r * w_row + p);
            sum += lanes_of(g[r]) * old;
            *(mg_lanes *)(y + r * y_row + p) = old + lanes_of(step[r]) * at;
        }
        *(mg_lanes *)(z + p) = sum;
    }
    for (; p < k; p++)
        for (int r = 0; r < rows; r++) {
            const float old = w[r * w_row + p];
            z[p] += g[r] * old;
            y[r * y_row + p] = old + step[r] * x[p];
        }
}

void MG_ISA_NAME(mg_turn)(const mg_turn *t)
{
    int64_t i = 0;
    for (; i + TURNED <= t->n; i += TURNED)
        turn_rows(t, i, TURNED);
    for (; i < t->n; i++)
        turn_rows(t, i, 1);
}

/* Lanes of a row, updated. */
MG_INLINE mg_lanes update(const float *w, float step, mg_lanes x, float *y)
{
    const mg_lanes new = lanes_at(w) + lanes_of(step) * x;
    *(mg_lanes *)y = new;
    return new;
}

/* Sums as those of dots_of. */
MG_INLINE void updated_dots_of(const mg_updated_dots *d, int64_t first,
                               const int rows)
{
    const int64_t k = d->k, w_row = d->w_row, y_row = d->y_row;
    const float *const w = d->w + first * w_row, *const x = d->x;
    const float *const b = d->b;
    float *const y = d->y + first * y_row;
    mg_lanes sum[ROWS][SUMS];
    float step[ROWS];
    int64_t p = 0;
    MG_UNROLLED
    for (int r = 0; r < rows; r++) {
        step[r] = d->factor * d->g[(first + r) * d->g_step];
        MG_UNROLLED
        for (int i = 0; i < SUMS; i++)
            sum[r][i] = lanes_of(0);
    }
    for (; p + SUMS * MG_LANES <= k; p += SUMS * MG_LANES) {
        MG_UNROLLED
        for (int i = 0; i < SUMS; i++) {
            const int64_t at = p + i * MG_LANES;
            const mg_lanes to = lanes_at(x + at), by = lanes_at(b + at);
            MG_UNROLLED
            for (int r = 0; r < rows; r++)
                sum[r][i] += by * update(w + r * w_row + at, step[r], to,
                                         y + r * y_row + at);
        }
    }
    for (; p + MG_LANES <= k; p += MG_LANES) {
        const mg_lanes to = lanes_at(x + p), by = lanes_at(b + p);
        MG_UNROLLED
        for (int r = 0; r < rows; r++)
            sum[r][0] +=
                by * update(w + r * w_row + p, step[r], to, y + r * y_row + p);
    }
    MG_UNROLLED
    for (int r = 0; r < rows; r++) {
        for (int64_t i = p; i < k; i++)
            y[r * y_row + i] = w[r * w_row + i] + step[r] * x[i];
        d->z[first + r] = finish(sum[r], y + r * y_row, b, p, k);
    }
}

void MG_ISA_NAME(mg_updated_dots)(const mg_updated_dots *d)
{
    int64_t i = 0;
    for (; i + ROWS <= d->n; i += ROWS)
        updated_dots_of(d, i, ROWS);
    for (; i < d->n; i++)
        updated_dots_of(d, i, 1);
}
