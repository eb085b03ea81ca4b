/* roots: division and square root of f32, whose instructions keep a wide vector
 * waiting ten cycles and more. AVX-512 has estimates of 14 bits, of which a
 * step of Newton's makes as much in half of the time. Errors are at most 0.51
 * units of the last place of quotients, 1.75 if the dividend is below 2^-100 or
 * the quotient denormal, 0.8 of roots; a quotient that is a float is exact.
 * What the steps cannot do goes by the instructions. tests/kernels/test_roots.c
 * measures it. Layer kernels. */
#include <math.h>

#include "kernels/vector/families.h"
#include "kernels/vector/walk.h"

MG_INLINE float divide(float a, float b)
{
    return a / b;
}

MG_INLINE float square_root(float x)
{
    return sqrtf(x);
}

MG_INLINE float inverse_root(float x)
{
    return 1 / sqrtf(x);
}

#ifdef __AVX512DQ__

#include <immintrin.h>

#define LANES 16
/* Classes of floats, as vfpclassps counts them. */
#define NANS 0x81
#define INFINITIES 0x18
/* Of smaller numbers the rest of a quotient or root may be denormal, which is
 * neither exact nor fast. */
#define LEAST 0x1p-100F

/* y = 1 / b, q = a y, and q + (a - b q) y. A quotient of 0 keeps its sign. */
MG_INLINE __m512 divide_lanes(__m512 a, __m512 b)
{
    const __m512 estimate = _mm512_rcp14_ps(b);
    const __m512 missing = _mm512_fnmadd_ps(b, estimate, _mm512_set1_ps(1.0F));
    const __m512 y = _mm512_fmadd_ps(missing, estimate, estimate);
    const __m512 q = _mm512_mul_ps(a, y);
    const __mmask16 moves =
        _mm512_cmp_ps_mask(_mm512_abs_ps(a), _mm512_set1_ps(LEAST), _CMP_GE_OQ);
    const __m512 rest = _mm512_maskz_fnmadd_ps(moves, b, q, a);
    const __m512 better = _mm512_mask3_fmadd_ps(rest, y, q, moves);
    if (_mm512_fpclass_ps_mask(better, NANS | INFINITIES))
        return _mm512_div_ps(a, b);
    return better;
}

/* y = 1 / sqrt(x), s = x y, and s + (x - s s) y / 2. The root of 0 is 0 times
 * any finite y. */
MG_INLINE __m512 root_lanes(__m512 x)
{
    const __m512 least = _mm512_set1_ps(LEAST);
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i first = _mm512_castps_si512(least);
    const __m512i last = _mm512_castps_si512(_mm512_set1_ps(INFINITY));
    const __mmask16 outside = _mm512_cmpge_epu32_mask(
        _mm512_sub_epi32(bits, first), _mm512_sub_epi32(last, first));
    if (_mm512_mask_cmp_ps_mask(outside, x, _mm512_setzero_ps(), _CMP_NEQ_UQ))
        return _mm512_sqrt_ps(x);
    const __m512 y = _mm512_rsqrt14_ps(_mm512_max_ps(x, least));
    const __m512 s = _mm512_mul_ps(x, y);
    const __m512 half = _mm512_mul_ps(y, _mm512_set1_ps(0.5F));
    return _mm512_fmadd_ps(_mm512_fnmadd_ps(s, s, x), half, s);
}

/* ---- Walking, by steps of 0 or 1 ---- */

/* Of the last vector, which elements there are. */
MG_INLINE __mmask16 mask_of(int64_t left)
{
    return (__mmask16)((1U << left) - 1);
}

MG_INLINE __m512 all_at(const float *x, int64_t step, int64_t i)
{
    return step == 0 ? _mm512_set1_ps(*x) : _mm512_loadu_ps(x + i);
}

MG_INLINE __m512 some_at(const float *x, int64_t step, int64_t i,
                         __mmask16 mask)
{
    const __m512 ones = _mm512_set1_ps(1.0F);
    return step == 0 ? _mm512_set1_ps(*x)
                     : _mm512_mask_loadu_ps(ones, mask, x + i);
}

MG_INLINE void divide_by_steps(const mg_block *block, int64_t step_a,
                               int64_t step_b)
{
    const float *const a = block->source[0], *const b = block->source[1];
    float *const y = block->target;
    const int64_t n = block->n;
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        _mm512_storeu_ps(
            y + i, divide_lanes(all_at(a, step_a, i), all_at(b, step_b, i)));
    if (i == n)
        return;
    const __mmask16 mask = mask_of(n - i);
    _mm512_mask_storeu_ps(
        y + i, mask,
        divide_lanes(some_at(a, step_a, i, mask), some_at(b, step_b, i, mask)));
}

static void div_block(const mg_block *block)
{
    const int64_t step_a = block->step[0], step_b = block->step[1];
    if (step_a == 1 && step_b == 1)
        divide_by_steps(block, 1, 1);
    else if (step_a == 1 && step_b == 0)
        divide_by_steps(block, 1, 0);
    else if (step_a == 0 && step_b == 1)
        divide_by_steps(block, 0, 1);
    else
        walk_binary(block, divide);
}

static void sqrt_block(const mg_block *block)
{
    const float *const x = block->source[0];
    float *const y = block->target;
    if (block->step[0] != 1) {
        walk_unary(block, square_root);
        return;
    }
    const int64_t n = block->n;
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        _mm512_storeu_ps(y + i, root_lanes(all_at(x, 1, i)));
    if (i == n)
        return;
    const __mmask16 mask = mask_of(n - i);
    _mm512_mask_storeu_ps(y + i, mask, root_lanes(some_at(x, 1, i, mask)));
}

#else

static void div_block(const mg_block *block)
{
    walk_binary(block, divide);
}

static void sqrt_block(const mg_block *block)
{
    walk_unary(block, square_root);
}

#endif

static void rsqrt_block(const mg_block *block)
{
    walk_unary(block, inverse_root);
}

const mg_block_entry MG_ISA_NAME(mg_blocks_roots)[] = {
    {&mg_op_div, MG_F32, MG_F32, div_block, 200},
    {&mg_op_sqrt, MG_F32, MG_F32, sqrt_block, 200},
    {&mg_op_rsqrt, MG_F32, MG_F32, rsqrt_block, 300},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
