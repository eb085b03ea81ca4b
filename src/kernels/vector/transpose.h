/* transpose: lanes that change their places in registers: as many rows of as
 * many lanes exchanged, the lanes of a vector joined to one. Layer kernels. */
#ifndef MG_KERNELS_VECTOR_TRANSPOSE_H
#define MG_KERNELS_VECTOR_TRANSPOSE_H

#include "kernels/vector/lanes.h"

/* Joins two partial results; inlined. */
typedef mg_lanes lanes_join(mg_lanes a, mg_lanes b);

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

/* The lanes h places further on, in a ring. */
#define MG_FURTHER(h, lane) (((lane) + (h)) % MG_LANES)
#define MG_LANES_FURTHER(h)                                                    \
    MG_INLINE mg_lanes lanes_further_##h(mg_lanes x)                           \
    {                                                                          \
        return __builtin_shufflevector(x, x, MG_ALL(MG_FURTHER, h));           \
    }

MG_LANES_FURTHER(1)
MG_LANES_FURTHER(2)
#if MG_LANES > 4
MG_LANES_FURTHER(4)
#endif
#if MG_LANES > 8
MG_LANES_FURTHER(8)
#endif

/* Halves are joined to each other, and again. */
MG_INLINE float lanes_joined(mg_lanes x, lanes_join *join)
{
#if MG_LANES > 8
    x = join(x, lanes_further_8(x));
#endif
#if MG_LANES > 4
    x = join(x, lanes_further_4(x));
#endif
    x = join(x, lanes_further_2(x));
    return join(x, lanes_further_1(x))[0];
}

#else

MG_INLINE float lanes_joined(mg_lanes x, lanes_join *join)
{
    for (int width = MG_LANES / 2; width > 0; width /= 2) {
        mg_lanes further = x;
        for (int i = 0; i < width; i++)
            further[i] = x[i + width];
        x = join(x, further);
    }
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

MG_INLINE mg_lanes lanes_add(mg_lanes a, mg_lanes b)
{
    return a + b;
}

MG_INLINE float lanes_sum(mg_lanes x)
{
    return lanes_joined(x, lanes_add);
}

#endif
