/* draw: uniform numbers, many Philox blocks side by side; the same numbers as
 * base/philox.c makes one by one. Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/lanes.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/* Blocks of four numbers that are drawn side by side. */
#define SIDE 64

#define MULTIPLIER_0 UINT32_C(0xD2511F53)
#define MULTIPLIER_1 UINT32_C(0xCD9E8D57)

typedef struct {
    uint32_t c0[SIDE], c1[SIDE], c2[SIDE], c3[SIDE];
} counters;

#if defined(__AVX2__)

/* gcc 12 multiplies words of 64 bits instead, three times as long. */
typedef uint64_t pairs
    __attribute__((vector_size(4 * MG_LANES), aligned(4), may_alias));

MG_INLINE pairs times(pairs x, uint32_t by)
{
#if defined(__AVX512F__)
    return (pairs)_mm512_mul_epu32((__m512i)x, _mm512_set1_epi64(by));
#else
    return (pairs)_mm256_mul_epu32((__m256i)x, _mm256_set1_epi64x(by));
#endif
}

/* The halves of x[i] * by: of even and odd i apart. */
MG_INLINE void multiply(const uint32_t *x, uint32_t by, pairs *high, pairs *low)
{
    const pairs all = *(const pairs *)x;
    const pairs even = times(all, by), odd = times(all >> 32, by);
    const uint64_t lower = UINT32_MAX;
    *high = even >> 32 | (odd & ~lower);
    *low = (even & lower) | odd << 32;
}

static void do_round(counters *c, uint32_t key0, uint32_t key1)
{
    const uint64_t keys0 = (uint64_t)key0 << 32 | key0;
    const uint64_t keys1 = (uint64_t)key1 << 32 | key1;
    MG_UNROLLED
    for (int i = 0; i < SIDE; i += MG_LANES) {
        pairs *const c0 = (pairs *)(c->c0 + i), *const c1 =
                                                    (pairs *)(c->c1 + i);
        pairs *const c2 = (pairs *)(c->c2 + i), *const c3 =
                                                    (pairs *)(c->c3 + i);
        pairs high0, low0, high1, low1;
        multiply(c->c0 + i, MULTIPLIER_0, &high0, &low0);
        multiply(c->c2 + i, MULTIPLIER_1, &high1, &low1);
        *c0 = high1 ^ *c1 ^ keys0;
        *c1 = low1;
        *c2 = high0 ^ *c3 ^ keys1;
        *c3 = low0;
    }
}

#else

static void do_round(counters *c, uint32_t key0, uint32_t key1)
{
    MG_INDEPENDENT
    for (int i = 0; i < SIDE; i++) {
        const uint64_t p0 = (uint64_t)MULTIPLIER_0 * c->c0[i];
        const uint64_t p1 = (uint64_t)MULTIPLIER_1 * c->c2[i];
        const uint32_t c1 = c->c1[i], c3 = c->c3[i];
        c->c0[i] = (uint32_t)(p1 >> 32) ^ c1 ^ key0;
        c->c1[i] = (uint32_t)p1;
        c->c2[i] = (uint32_t)(p0 >> 32) ^ c3 ^ key1;
        c->c3[i] = (uint32_t)p0;
    }
}

#endif

/* SIDE blocks from `block` on, as whole words. */
static void draw_side(const mg_stream *stream, uint64_t block, counters *c)
{
    for (int i = 0; i < SIDE; i++) {
        const uint64_t number = block + (uint64_t)i;
        c->c0[i] = (uint32_t)number;
        c->c1[i] = (uint32_t)(number >> 32);
        c->c2[i] = stream->stream;
        c->c3[i] = stream->step;
    }
    uint32_t key0 = (uint32_t)stream->seed;
    uint32_t key1 = (uint32_t)(stream->seed >> 32);
    for (int round = 0; round < 10; round++) {
        do_round(c, key0, key1);
        key0 += UINT32_C(0x9E3779B9);
        key1 += UINT32_C(0xBB67AE85);
    }
}

void MG_ISA_NAME(mg_draw_uniform)(const mg_stream *stream, int64_t first,
                                  int64_t n, float *y)
{
    int64_t skip = first % 4; /* of the first block */
    for (int64_t done = 0; done < n; skip = 0) {
        counters c;
        float number[4 * SIDE];
        draw_side(stream, (uint64_t)(first + done) / 4, &c);
        MG_INDEPENDENT
        for (int i = 0; i < SIDE; i++) {
            number[4 * i] = (float)(int32_t)(c.c0[i] >> 8) * 0x1p-24F;
            number[4 * i + 1] = (float)(int32_t)(c.c1[i] >> 8) * 0x1p-24F;
            number[4 * i + 2] = (float)(int32_t)(c.c2[i] >> 8) * 0x1p-24F;
            number[4 * i + 3] = (float)(int32_t)(c.c3[i] >> 8) * 0x1p-24F;
        }
        const int64_t made = 4 * SIDE - skip;
        const int64_t wanted = n - done < made ? n - done : made;
        for (int64_t i = 0; i < wanted; i++)
            y[done + i] = number[skip + i];
        done += wanted;
    }
}
