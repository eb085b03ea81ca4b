/* tile: the innermost loops of matrix products. A tile of y stays in registers
 * while k runs: MG_TILE_ROWS rows of two vectors. Layer kernels. */
#include <stdbool.h>

#include "kernels/vector/families.h"
#include "kernels/vector/lanes.h"

/* Both vectors of a row of y, or the first alone where the rest is not of y. */
MG_INLINE void store_whole(const mg_tile *t, mg_lanes sum[][2], const int rows,
                           const int halves)
{
    const mg_lanes factor = lanes_of(t->factor);
    if (t->c) {
        MG_UNROLLED
        for (int i = 0; i < rows; i++)
            for (int half = 0; half < halves; half++)
                sum[i][half] = lanes_at(t->c + i * t->c_row + half * MG_LANES) +
                               factor * sum[i][half];
    }
    MG_UNROLLED
    for (int i = 0; i < rows; i++)
        for (int half = 0; half < halves; half++)
            *(mg_lanes *)(t->y + i * t->y_row + half * MG_LANES) = sum[i][half];
}

/* The sums of a tile that is not stored row by row. */
typedef float tile_sums[MG_TILE_ROWS][2 * MG_LANES];

/* With y_column (and c_column) 1, where a row of y is no whole vectors. */
MG_INLINE void store_rows(const mg_tile *t, tile_sums sum, const int64_t piece)
{
    const mg_lanes factor = lanes_of(t->factor);
    for (int64_t i = 0; i < t->m; i++) {
        float part[2 * MG_LANES] = {0};
        if (t->c) {
            copy_pieces(t->c + i * t->c_row, part, t->n, piece);
            for (int64_t j = 0; j < t->n; j += MG_LANES)
                *(mg_lanes *)(part + j) += factor * lanes_at(&sum[i][j]);
        }
        copy_pieces(t->c ? part : sum[i], t->y + i * t->y_row, t->n, piece);
    }
}

static void store_elements(const mg_tile *t, tile_sums sum)
{
    for (int64_t i = 0; i < t->m; i++)
        for (int64_t j = 0; j < t->n; j++) {
            const float one = sum[i][j];
            t->y[i * t->y_row + j * t->y_column] =
                t->c ? t->c[i * t->c_row + j * t->c_column] + t->factor * one
                     : one;
        }
}

static void store_otherwise(const mg_tile *t, tile_sums sum)
{
    const bool by_rows = t->y_column == 1 && (!t->c || t->c_column == 1);
    if (by_rows && t->n >= 8)
        store_rows(t, sum, 8);
    else if (by_rows)
        store_rows(t, sum, t->n >= 4 ? 4 : 1);
    else
        store_elements(t, sum);
}

/* What is to be added to arrives while the sums are made. */
MG_INLINE void fetch(const mg_tile *t, const int rows)
{
    MG_UNROLLED
    for (int i = 0; i < rows; i++) {
        __builtin_prefetch(t->c + i * t->c_row, 1);
        __builtin_prefetch(t->c + i * t->c_row + MG_LANES, 1);
    }
}

/* Rows of b that are fetched ahead where it is far: its processor does so by
 * itself, but too late (1,054 for 1,168 us at 16 x 3000 x 3000). */
#define AHEAD 16

MG_INLINE void multiply(const mg_tile *t, const int rows, const int halves,
                        const bool far)
{
    mg_lanes sum[MG_TILE_ROWS][2];
    MG_UNROLLED
    for (int i = 0; i < rows; i++)
        for (int half = 0; half < halves; half++)
            sum[i][half] = lanes_of(0);
    if (t->c && t->c_column == 1)
        fetch(t, rows);
    const float *a = t->a, *b = t->b;
    const int64_t a_row = t->a_row, a_column = t->a_column, b_row = t->b_row;
    for (int64_t p = 0; p < t->k; p++) {
        mg_lanes x[2];
        for (int half = 0; half < halves; half++) {
            x[half] = lanes_at(b + half * MG_LANES);
            if (far)
                __builtin_prefetch(b + AHEAD * b_row + half * MG_LANES);
        }
        MG_UNROLLED
        for (int i = 0; i < rows; i++)
            for (int half = 0; half < halves; half++)
                sum[i][half] += a[i * a_row] * x[half];
        a += a_column;
        b += b_row;
    }
    if (t->n == halves * MG_LANES && t->y_column == 1 &&
        (!t->c || t->c_column == 1)) {
        store_whole(t, sum, rows, halves);
        return;
    }
    tile_sums sums;
    MG_UNROLLED
    for (int i = 0; i < rows; i++)
        for (int half = 0; half < halves; half++)
            *(mg_lanes *)&sums[i][half * MG_LANES] = sum[i][half];
    store_otherwise(t, sums);
}

#define MG_TILE_OF(rows)                                                       \
    case rows:                                                                 \
        if (t->far)                                                            \
            multiply(t, rows, 2, true);                                        \
        else if (t->n > MG_LANES)                                              \
            multiply(t, rows, 2, false);                                       \
        else                                                                   \
            multiply(t, rows, 1, false);                                       \
        return;

static void multiply_few(const mg_tile *t)
{
    switch (t->m) {
        MG_TILE_OF(1)
        MG_TILE_OF(2)
        MG_TILE_OF(3)
        MG_TILE_OF(4)
        MG_TILE_OF(5)
        MG_TILE_OF(6)
    }
}

#if MG_TILE_ROWS > 6
static void multiply_many(const mg_tile *t)
{
    switch (t->m) {
        MG_TILE_OF(7)
        MG_TILE_OF(8)
        MG_TILE_OF(9)
        MG_TILE_OF(10)
        MG_TILE_OF(11)
        MG_TILE_OF(12)
        MG_TILE_OF(13)
    }
}
#endif

void MG_ISA_NAME(mg_tile)(const mg_tile *t)
{
#if MG_TILE_ROWS > 6
    if (t->m > 6) {
        multiply_many(t);
        return;
    }
#endif
    multiply_few(t);
}
