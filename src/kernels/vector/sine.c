/* sine: sin and cos of f32. The multiple of pi/2 next to x is taken off in
 * double precision (Cody and Waite, 1980), what is left goes into minimax
 * polynomials of our own. Errors over all floats are at most 1.75 units of the
 * last place, which tests/kernels/test_functions.c measures. Blocks with
 * numbers of a million and more, infinity or NaN go to C's library. Layer
 * kernels. */
#include <math.h>
#include <string.h>

#include "kernels/vector/families.h"
#include "kernels/vector/walk.h"

/* Below it, multiples of the first part of pi/2, which has 33 bits, are
 * exact. */
#define LARGEST 1e6F
#define PART_HIGH 0x1.921fb544p+0
#define PART_LOW 0x1.0b4611a626331p-34
#define PARTS_OF_ONE 0x1.45f306dc9c883p-1
/* Adding it leaves the nearest integer in the low bits. */
#define ROUNDER 0x1.8p52

/* x = k pi/2 + r, |r| <= pi/4. */
typedef struct {
    float r;
    int32_t k; /* its low bits */
} reduced;

MG_INLINE reduced reduce(float x)
{
    const double wide = (double)x;
    const double shifted = wide * PARTS_OF_ONE + ROUNDER;
    const double k = shifted - ROUNDER;
    int64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (reduced){.r = (float)((wide - k * PART_HIGH) - k * PART_LOW),
                     .k = (int32_t)bits};
}

/* sin(r + k pi/2). */
MG_INLINE float sine_of(float r, int32_t k)
{
    const float s = r * r;
    const float odd =
        ((-1.951756068e-04F * s + 8.332180628e-03F) * s - 1.666665500e-01F) *
            (s * r) +
        r;
    const float even =
        ((2.443944687e-05F * s - 1.388737761e-03F) * s + 4.166664711e-02F) *
            (s * s) +
        (1.0F - 0.5F * s);
    const float value = k & 1 ? even : odd;
    return k & 2 ? -value : value;
}

/* -0 stays. */
MG_INLINE float sine(float x)
{
    const reduced z = reduce(x);
    return x == 0 ? x : sine_of(z.r, z.k);
}

MG_INLINE float cosine(float x)
{
    const reduced z = reduce(x);
    return sine_of(z.r, z.k + 1);
}

static bool are_moderate(const mg_block *block)
{
    const float *const x = block->source[0];
    int32_t others = 0;
    for (int64_t i = 0; i < block->n; i++)
        others |= !(fabsf(x[i * block->step[0]]) < LARGEST);
    return others == 0;
}

static void sin_block(const mg_block *block)
{
    if (are_moderate(block))
        walk_unary(block, sine);
    else
        walk_unary(block, sinf);
}

static void cos_block(const mg_block *block)
{
    if (are_moderate(block))
        walk_unary(block, cosine);
    else
        walk_unary(block, cosf);
}

const mg_block_entry MG_ISA_NAME(mg_blocks_sine)[] = {
    {&mg_op_sin, MG_F32, MG_F32, sin_block, 1000},
    {&mg_op_cos, MG_F32, MG_F32, cos_block, 1000},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
