/* draw: uniform numbers, many Philox blocks side by side; the same numbers as
 * base/philox.c makes one by one. Layer kernels. */
#include "kernels/vector/families.h"

/* Blocks of four numbers that are drawn side by side. */
#define SIDE 64

typedef struct {
    uint32_t c0[SIDE], c1[SIDE], c2[SIDE], c3[SIDE];
} counters;

static void do_round(counters *c, uint32_t key0, uint32_t key1)
{
    MG_INDEPENDENT
    for (int i = 0; i < SIDE; i++) {
        const uint64_t p0 = UINT64_C(0xD2511F53) * c->c0[i];
        const uint64_t p1 = UINT64_C(0xCD9E8D57) * c->c2[i];
        const uint32_t c1 = c->c1[i], c3 = c->c3[i];
        c->c0[i] = (uint32_t)(p1 >> 32) ^ c1 ^ key0;
        c->c1[i] = (uint32_t)p1;
        c->c2[i] = (uint32_t)(p0 >> 32) ^ c3 ^ key1;
        c->c3[i] = (uint32_t)p0;
    }
}

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
