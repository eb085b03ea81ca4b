/* transpose: lanes that change their places in registers: as many rows of as
 * many lanes exchanged, the lanes of a vector summed. Layer kernels. */
#ifndef MG_KERNELS_VECTOR_TRANSPOSE_H
#define MG_KERNELS_VECTOR_TRANSPOSE_H

#include "kernels/vector/lanes.h"

#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 12)

/* Of rows i and i + h, where h is not in i: the lanes that go to row i, and to
 * row i + h, counted through both. */
#define MG_LOW(h, lane) ((lane) & (h) ? MG_LANES + (lane) - (h) : (lane))
#define MG_HIGH(h, lane) ((lane) & (h) ? MG_LANES + (lane) : (lane) + (h))
#define MG_FOUR(part, h, lane)                                                 \
    part(h, lane), part(h, lane + 1), part(h, lane + 2), part(h, lane + 3)
#if MG_LANES == 16
#define MG_ALL(part, h)                                                        \
    MG_FOUR(part, h, 0), MG_FOUR(part, h, 4), MG_FOUR(part, h, 8),             \
        MG_FOUR(part, h, 12)
#elif MG_LANES == 8
#define MG_ALL(part, h) MG_FOUR(part, h, 0), MG_FOUR(part, h, 4)
#else
#define MG_ALL(part, h) MG_FOUR(part, h, 0)
#endif

/* Exchanges the lanes with h of row x for those without of row y. */
#define MG_EXCHANGE(h)                                                         \
    MG_INLINE void exchange_##h(mg_lanes *x, mg_lanes *y)                      \
    {                                                                          \
        const mg_lanes a = *x, b = *y;                                         \
        *x = __builtin_shufflevector(a, b, MG_ALL(MG_LOW, h));                 \
        *y = __builtin_shufflevector(a, b, MG_ALL(MG_HIGH, h));                \
    }

MG_EXCHANGE(1)
MG_EXCHANGE(2)
#if MG_LANES > 4
MG_EXCHANGE(4)
#endif
#if MG_LANES > 8
MG_EXCHANGE(8)
#endif

MG_INLINE void lanes_transpose(mg_lanes row[MG_LANES])
{
    MG_UNROLLED
    for (int i = 0; i < MG_LANES; i += 2)
        exchange_1(&row[i], &row[i + 1]);
    MG_UNROLLED
    for (int i = 0; i < MG_LANES; i++)
        if (!(i & 2))
            exchange_2(&row[i], &row[i + 2]);
#if MG_LANES > 4
    MG_UNROLLED
    for (int i = 0; i < MG_LANES; i++)
        if (!(i & 4))
            exchange_4(&row[i], &row[i + 4]);
#endif
#if MG_LANES > 8
    MG_UNROLLED
    for (int i = 0; i < MG_LANES / 2; i++)
        exchange_8(&row[i], &row[i + 8]);
#endif
}

/* Each lane and the one h places further on, in a ring. */
#define MG_FURTHER(h, lane) (((lane) + (h)) % MG_LANES)
#define MG_ADD_FURTHER(h)                                                      \
    MG_INLINE mg_lanes add_further_##h(mg_lanes x)                             \
    {                                                                          \
        return x + __builtin_shufflevector(x, x, MG_ALL(MG_FURTHER, h));       \
    }

MG_ADD_FURTHER(1)
MG_ADD_FURTHER(2)
#if MG_LANES > 4
MG_ADD_FURTHER(4)
#endif
#if MG_LANES > 8
MG_ADD_FURTHER(8)
#endif

/* Halves are added to each other, and again. */
MG_INLINE float lanes_sum(mg_lanes x)
{
#if MG_LANES > 8
    x = add_further_8(x);
#endif
#if MG_LANES > 4
    x = add_further_4(x);
#endif
    return add_further_1(add_further_2(x))[0];
}

#else

MG_INLINE float lanes_sum(mg_lanes x)
{
    for (int width = MG_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            x[i] += x[i + width];
    return x[0];
}

MG_INLINE void lanes_transpose(mg_lanes row[MG_LANES])
{
    mg_lanes old[MG_LANES];
    for (int i = 0; i < MG_LANES; i++)
        old[i] = row[i];
    for (int i = 0; i < MG_LANES; i++)
        for (int j = 0; j < MG_LANES; j++)
            row[i][j] = old[j][i];
}

#endif

#endif
