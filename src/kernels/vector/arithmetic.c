/* arithmetic: elementwise operations of f32 that are a few instructions.
 * Layer kernels. */
#include <math.h>

#include "kernels/vector/families.h"
#include "kernels/vector/walk.h"

MG_INLINE float add(float a, float b)
{
    return a + b;
}

MG_INLINE float sub(float a, float b)
{
    return a - b;
}

MG_INLINE float mul(float a, float b)
{
    return a * b;
}

MG_INLINE float strong_mul(float a, float b)
{
    const float product = a * b;
    return a == 0 ? 0 : product;
}

/* NaN if either is. */
MG_INLINE float maximum(float a, float b)
{
    const float larger = a > b ? a : b;
    return a != a ? a : larger;
}

MG_INLINE float minimum(float a, float b)
{
    const float smaller = a < b ? a : b;
    return a != a ? a : smaller;
}

MG_INLINE float negate(float x)
{
    return -x;
}

MG_INLINE float absolute(float x)
{
    return fabsf(x);
}

/* 0 and NaN stay. */
MG_INLINE float sign(float x)
{
    const float negative = x < 0 ? -1.0F : x;
    return x > 0 ? 1.0F : negative;
}

MG_INLINE float floor_of(float x)
{
    return floorf(x);
}

MG_INLINE float ceiling(float x)
{
    return ceilf(x);
}

/* Halves to even, as the rounding mode that nobody changes has it. */
MG_INLINE float round_of(float x)
{
    return rintf(x);
}

MG_INLINE float same(float x)
{
    return x;
}

static void add_block(const mg_block *block)
{
    walk_binary(block, add);
}

static void sub_block(const mg_block *block)
{
    walk_binary(block, sub);
}

static void mul_block(const mg_block *block)
{
    walk_binary(block, mul);
}

static void strong_mul_block(const mg_block *block)
{
    walk_binary(block, strong_mul);
}

static void maximum_block(const mg_block *block)
{
    walk_binary(block, maximum);
}

static void minimum_block(const mg_block *block)
{
    walk_binary(block, minimum);
}

static void neg_block(const mg_block *block)
{
    walk_unary(block, negate);
}

static void abs_block(const mg_block *block)
{
    walk_unary(block, absolute);
}

static void sign_block(const mg_block *block)
{
    walk_unary(block, sign);
}

static void floor_block(const mg_block *block)
{
    walk_unary(block, floor_of);
}

static void ceil_block(const mg_block *block)
{
    walk_unary(block, ceiling);
}

static void round_block(const mg_block *block)
{
    walk_unary(block, round_of);
}

static void same_block(const mg_block *block)
{
    walk_unary(block, same);
}

const mg_block_entry MG_ISA_NAME(mg_blocks_arithmetic)[] = {
    {&mg_op_add, MG_F32, MG_F32, add_block, 100},
    {&mg_op_sub, MG_F32, MG_F32, sub_block, 100},
    {&mg_op_mul, MG_F32, MG_F32, mul_block, 100},
    {&mg_op_strong_mul, MG_F32, MG_F32, strong_mul_block, 100},
    {&mg_op_maximum, MG_F32, MG_F32, maximum_block, 100},
    {&mg_op_minimum, MG_F32, MG_F32, minimum_block, 100},
    {&mg_op_neg, MG_F32, MG_F32, neg_block, 100},
    {&mg_op_abs, MG_F32, MG_F32, abs_block, 100},
    {&mg_op_sign, MG_F32, MG_F32, sign_block, 100},
    {&mg_op_floor, MG_F32, MG_F32, floor_block, 100},
    {&mg_op_ceil, MG_F32, MG_F32, ceil_block, 100},
    {&mg_op_round, MG_F32, MG_F32, round_block, 100},
    {&mg_op_stop_gradient, MG_F32, MG_F32, same_block, 100},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
