/* tile: the innermost loops of matrix products. A tile of y stays in registers
 * while k runs: MG_TILE_ROWS rows of two vectors. Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/lanes.h"

/* With y_column (and c_column) 1 and all columns. */
MG_INLINE void store_whole(const mg_tile *t, mg_lanes sum[][2], const int rows)
{
    const mg_lanes factor = lanes_of(t->factor);
    if (t->c) {
        MG_UNROLLED
        for (int i = 0; i < rows; i++)
            for (int half = 0; half < 2; half++)
                sum[i][half] = lanes_at(t->c + i * t->c_row + half * MG_LANES) +
                               factor * sum[i][half];
    }
    MG_UNROLLED
    for (int i = 0; i < rows; i++)
        for (int half = 0; half < 2; half++)
            *(mg_lanes *)(t->y + i * t->y_row + half * MG_LANES) = sum[i][half];
}

MG_INLINE void store_part(const mg_tile *t, mg_lanes sum[][2], const int rows)
{
    float part[MG_TILE_ROWS][2 * MG_LANES];
    MG_UNROLLED
    for (int i = 0; i < rows; i++)
        for (int half = 0; half < 2; half++)
            *(mg_lanes *)&part[i][half * MG_LANES] = sum[i][half];
    for (int i = 0; i < rows; i++)
        for (int64_t j = 0; j < t->n; j++) {
            const float one = part[i][j];
            t->y[i * t->y_row + j * t->y_column] =
                t->c ? t->c[i * t->c_row + j * t->c_column] + t->factor * one
                     : one;
        }
}

MG_INLINE void multiply(const mg_tile *t, const int rows)
{
    mg_lanes sum[MG_TILE_ROWS][2];
    MG_UNROLLED
    for (int i = 0; i < rows; i++)
        sum[i][0] = sum[i][1] = lanes_of(0);
    const float *a = t->a, *b = t->b;
    const int64_t a_row = t->a_row, a_column = t->a_column, b_row = t->b_row;
    for (int64_t p = 0; p < t->k; p++) {
        const mg_lanes b0 = lanes_at(b), b1 = lanes_at(b + MG_LANES);
        MG_UNROLLED
        for (int i = 0; i < rows; i++) {
            const float x = a[i * a_row];
            sum[i][0] += x * b0;
            sum[i][1] += x * b1;
        }
        a += a_column;
        b += b_row;
    }
    if (t->n == 2 * MG_LANES && t->y_column == 1 && (!t->c || t->c_column == 1))
        store_whole(t, sum, rows);
    else
        store_part(t, sum, rows);
}

static void multiply_few(const mg_tile *t)
{
    switch (t->m) {
    case 1:
        multiply(t, 1);
        return;
    case 2:
        multiply(t, 2);
        return;
    case 3:
        multiply(t, 3);
        return;
    case 4:
        multiply(t, 4);
        return;
    case 5:
        multiply(t, 5);
        return;
    default:
        multiply(t, 6);
        return;
    }
}

#if MG_TILE_ROWS > 6
static void multiply_many(const mg_tile *t)
{
    switch (t->m) {
    case 7:
        multiply(t, 7);
        return;
    case 8:
        multiply(t, 8);
        return;
    case 9:
        multiply(t, 9);
        return;
    case 10:
        multiply(t, 10);
        return;
    case 11:
        multiply(t, 11);
        return;
    case 12:
        multiply(t, 12);
        return;
    default:
        multiply(t, 13);
        return;
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

float MG_ISA_NAME(mg_dot)(const float *a, const float *b, int64_t k)
{
    mg_lanes sum[4] = {lanes_of(0), lanes_of(0), lanes_of(0), lanes_of(0)};
    int64_t p = 0;
    for (; p + 4 * MG_LANES <= k; p += 4 * MG_LANES) {
        MG_UNROLLED
        for (int i = 0; i < 4; i++)
            sum[i] +=
                lanes_at(a + p + i * MG_LANES) * lanes_at(b + p + i * MG_LANES);
    }
    for (; p + MG_LANES <= k; p += MG_LANES)
        sum[0] += lanes_at(a + p) * lanes_at(b + p);
    const mg_lanes all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    float part[MG_LANES];
    for (int i = 0; i < MG_LANES; i++)
        part[i] = all[i];
    for (int width = MG_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            part[i] += part[i + width];
    float result = part[0];
    for (; p < k; p++)
        result += a[p] * b[p];
    return result;
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
