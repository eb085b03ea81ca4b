/* philox: Philox4x32-10 and what is drawn from it. The layout, which files of
 * weights and runs depend on:
 *   key     = seed low, seed high
 *   counter = block low, block high, stream, step
 * A block has four words. uniform: word index % 4 of block index / 4.
 * normal: words 0 1 or 2 3 of block index / 4 make two numbers, by cosine for
 * even and sine for odd indices. below: words 0 1 or 2 3 of block index / 2.
 * Layer base. */
#include "base/philox.h"

#include <math.h>

#define PHILOX_MULTIPLIER_0 UINT64_C(0xD2511F53)
#define PHILOX_MULTIPLIER_1 UINT64_C(0xCD9E8D57)
#define PHILOX_WEYL_0 UINT32_C(0x9E3779B9)
#define PHILOX_WEYL_1 UINT32_C(0xBB67AE85)

void mg_philox(const uint32_t counter[4], const uint32_t key[2],
               uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1];
    uint32_t c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = PHILOX_MULTIPLIER_0 * c0;
        const uint64_t p1 = PHILOX_MULTIPLIER_1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += PHILOX_WEYL_0;
        k1 += PHILOX_WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

static void draw(const mg_stream *stream, uint64_t block, uint32_t out[4])
{
    const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32),
                                 stream->stream, stream->step};
    const uint32_t key[2] = {(uint32_t)stream->seed,
                             (uint32_t)(stream->seed >> 32)};
    mg_philox(counter, key, out);
}

double mg_random_uniform(const mg_stream *stream, uint64_t index)
{
    uint32_t word[4];
    draw(stream, index / 4, word);
    return (word[index % 4] >> 8) * 0x1p-24;
}

/* The radius' uniform number is in (0, 1], so its logarithm is finite. */
double mg_random_normal(const mg_stream *stream, uint64_t index)
{
    const double turn = 6.283185307179586476925286766559;
    uint32_t word[4];
    draw(stream, index / 4, word);
    const uint32_t *pair = word + (index / 2 % 2) * 2;
    const double radius = sqrt(-2 * log((pair[0] + 1.0) * 0x1p-32));
    const double angle = turn * (pair[1] * 0x1p-32);
    return radius * (index % 2 == 0 ? cos(angle) : sin(angle));
}

/* The high half of a 64 by 64 bit product. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
    const uint64_t a0 = a & UINT32_MAX, a1 = a >> 32;
    const uint64_t b0 = b & UINT32_MAX, b1 = b >> 32;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    const uint64_t cross = a0 * b1 + (middle & UINT32_MAX);
    return a1 * b1 + (middle >> 32) + (cross >> 32);
}

/* A random fraction of 64 bits times n: no number's chance is off by more
 * than 2^-64, and one block is enough, which a rejection loop cannot say. */
uint64_t mg_random_below(const mg_stream *stream, uint64_t index, uint64_t n)
{
    uint32_t word[4];
    draw(stream, index / 2, word);
    const uint32_t *pair = word + (index % 2) * 2;
    return multiply_high((uint64_t)pair[1] << 32 | pair[0], n);
}

void mg_random_permutation(const mg_stream *stream, int64_t n, int64_t *order)
{
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    for (int64_t i = n - 1; i > 0; i--) {
        const uint64_t j =
            mg_random_below(stream, (uint64_t)i, (uint64_t)i + 1);
        const int64_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}
