/* power: pow of f32: common exponents by products, all others by the double
 * function. Layer kernels. */
#include <math.h>

#include "kernels/vector/families.h"
#include "kernels/vector/walk.h"

MG_INLINE float square(float x)
{
    return x * x;
}

/* Rounded once. */
MG_INLINE float cube(float x)
{
    const double wide = (double)x;
    return (float)(wide * wide * wide);
}

MG_INLINE float inverse(float x)
{
    return 1 / x;
}

static void pow_any(const mg_block *block)
{
    const float *const x = block->source[0], *const exponent = block->source[1];
    float *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = (float)pow((double)x[i * block->step[0]],
                          (double)exponent[i * block->step[1]]);
}

static void pow_block(const mg_block *block)
{
    if (block->n == 0)
        return;
    const float exponent = *(const float *)block->source[1];
    const bool shared = block->step[1] == 0 || block->n == 1;
    if (shared && exponent == 2)
        walk_unary(block, square);
    else if (shared && exponent == 3)
        walk_unary(block, cube);
    else if (shared && exponent == -1)
        walk_unary(block, inverse);
    else
        pow_any(block);
}

const mg_block_entry MG_ISA_NAME(mg_blocks_power)[] = {
    {&mg_op_pow, MG_F32, MG_F32, pow_block, 5000},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
