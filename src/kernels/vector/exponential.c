/* exponential: exp, expm1, log, log1p, tanh, sigmoid and erf of f32, without a
 * table or a branch. The polynomials are minimax fits of our own; the largest
 * errors over all floats, in units of the last place (below FLT_MIN the step of
 * denormal numbers), are exp 1.1, expm1 1.6, log 1, log1p 2, tanh 1.5,
 * sigmoid 2.5, erf 1.75, which tests/kernels/test_functions.c measures. Layer
 * kernels. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "kernels/vector/families.h"
#include "kernels/vector/walk.h"

MG_INLINE uint32_t to_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

MG_INLINE float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k for -126 <= k <= 127. */
MG_INLINE float power_of_two(int32_t k)
{
    return from_bits((uint32_t)(k + 127) << 23);
}

/* ln 2 = 355/512 + LN2_LOW: products of the first part with |k| < 2^14 are
 * exact (Cody and Waite, 1980). */
#define LN2_HIGH 0.693359375F
#define LN2_LOW (-2.12194440e-4F)
/* Adding it leaves the nearest integer in the low bits. */
#define ROUNDER 0x1.8p23F

/* x = k ln 2 + r, |r| <= ln(2)/2; for |x| < 2^20. */
typedef struct {
    float r;
    int32_t k;
} reduced;

MG_INLINE reduced reduce(float x)
{
    const float shifted = x * 1.44269504F + ROUNDER;
    const float n = shifted - ROUNDER;
    return (reduced){
        .r = (x - n * LN2_HIGH) - n * LN2_LOW,
        .k = (int32_t)(to_bits(shifted) - to_bits(ROUNDER)),
    };
}

/* exp(r) - 1 - r. */
MG_INLINE float exponential_rest(float r)
{
    float p = 1.978980872e-04F;
    p = p * r + 1.394519932e-03F;
    p = p * r + 8.333500475e-03F;
    p = p * r + 4.166628793e-02F;
    p = p * r + 1.666666567e-01F;
    p = p * r + 0.5F;
    return p * (r * r);
}

/* exp(x) = 2^k exp(r). The power is applied in two halves, so that results
 * overflow to infinity and underflow through the denormals. */
MG_INLINE float exponential(float x)
{
    const float above = x < -104.0F ? -104.0F : x;
    const reduced z = reduce(above > 89.0F ? 89.0F : above);
    const float y = (exponential_rest(z.r) + z.r) + 1.0F;
    const int32_t half = z.k >> 1;
    return y * power_of_two(half) * power_of_two(z.k - half);
}

MG_INLINE float exp_f32(float x)
{
    return exponential(x);
}

/* exp(x) - 1 = 2^k ((exp(r) - 1) + (1 - 2^-k)); -1 from -18 on. */
MG_INLINE float expm1_f32(float x)
{
    const float above = x < -18.0F ? -18.0F : x;
    const reduced z = reduce(above > 89.0F ? 89.0F : above);
    const float y = exponential_rest(z.r) + z.r;
    const int32_t lower = z.k > 126 ? 126 : z.k;
    const float missing = 1.0F - power_of_two(-lower);
    const int32_t half = z.k >> 1;
    const float result =
        (y + missing) * power_of_two(half) * power_of_two(z.k - half);
    return x == 0 ? x : result;
}

/* x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2). */
MG_INLINE float logarithm(float x)
{
    const bool tiny = x < FLT_MIN;
    const uint32_t bits = to_bits(tiny ? x * 0x1p23F : x);
    const int32_t k = (int32_t)(bits - to_bits(0.707106781F)) >> 23;
    const float f = from_bits(bits - ((uint32_t)k << 23)) - 1.0F;
    const float e = (float)(tiny ? k - 23 : k);
    float p = 6.746598333e-02F;
    p = p * f - 1.167965233e-01F;
    p = p * f + 1.189032272e-01F;
    p = p * f - 1.240513548e-01F;
    p = p * f + 1.421922445e-01F;
    p = p * f - 1.666800678e-01F;
    p = p * f + 2.000213414e-01F;
    p = p * f - 2.500000894e-01F;
    p = p * f + 3.333331347e-01F;
    const float square = f * f;
    const float tail = (p * f * square + e * LN2_LOW) - 0.5F * square;
    const float y = (f + tail) + e * LN2_HIGH;
    const float positive = x <= FLT_MAX ? y : x; /* infinity and NaN stay */
    const float defined = x < 0 ? NAN : positive;
    return x == 0 ? -INFINITY : defined;
}

MG_INLINE float log_f32(float x)
{
    return logarithm(x);
}

/* log(u) of the rounded sum u = 1 + x, and what rounding took, x - (u - 1),
 * as far as it moves the logarithm (Kahan). */
MG_INLINE float log1p_f32(float x)
{
    const float u = 1.0F + x;
    const float lost = (x - (u - 1.0F)) / u;
    const float moved = u > 0 && u <= FLT_MAX ? lost : 0;
    return logarithm(u) + moved;
}

MG_INLINE float sigmoid_f32(float x)
{
    const float small = exponential(-fabsf(x));
    return (x < 0 ? small : 1.0F) / (1.0F + small);
}

/* Near 0 an odd polynomial, else 1 - 2 / (exp(2 |x|) + 1). */
MG_INLINE float tanh_f32(float x)
{
    const float a = fabsf(x), z = a * a;
    float p = 2.142962534e-03F;
    p = p * z - 8.177398704e-03F;
    p = p * z + 2.170070261e-02F;
    p = p * z - 5.394676328e-02F;
    p = p * z + 1.333320588e-01F;
    p = p * z - 3.333333135e-01F;
    const float near = p * z * a + a;
    const float far = 1.0F - 2.0F / (exponential(a + a) + 1.0F);
    return copysignf(a < 0.625F ? near : far, x);
}

/* Near 0 an odd polynomial, else 1 - q(|x|)^4, where q is the fourth root of
 * erfc: squaring it twice is less work than an exponential, and erfc is small
 * there, so that what q lacks hardly counts. From 4 on erf is 1 in f32. */
MG_INLINE float erf_f32(float x)
{
    const float a = fabsf(x), z = a * a;
    float p = 8.513104694e-05F;
    p = p * z - 8.175639668e-04F;
    p = p * z + 5.203858949e-03F;
    p = p * z - 2.686050907e-02F;
    p = p * z + 1.128371507e-01F;
    p = p * z - 3.761263490e-01F;
    p = p * z + 1.283791661e-01F;
    const float near = p * a + a;
    const float b = a > 4.0F ? 4.0F : a;
    float q = 1.147286548e-05F;
    q = q * b - 2.268424869e-04F;
    q = q * b + 1.761353225e-03F;
    q = q * b - 6.207397673e-03F;
    q = q * b + 6.595001090e-03F;
    q = q * b + 8.891594596e-03F;
    q = q * b + 2.361329645e-02F;
    q = q * b - 1.237625554e-01F;
    q = q * b - 2.807150781e-01F;
    q = q * b + 9.998086691e-01F;
    const float square = q * q;
    const float far = 1.0F - square * square;
    return copysignf(a < 0.9F ? near : far, x);
}

static void exp_block(const mg_block *block)
{
    walk_unary(block, exp_f32);
}

static void expm1_block(const mg_block *block)
{
    walk_unary(block, expm1_f32);
}

static void log1p_block(const mg_block *block)
{
    walk_unary(block, log1p_f32);
}

static void log_block(const mg_block *block)
{
    walk_unary(block, log_f32);
}

static void tanh_block(const mg_block *block)
{
    walk_unary(block, tanh_f32);
}

static void sigmoid_block(const mg_block *block)
{
    walk_unary(block, sigmoid_f32);
}

static void erf_block(const mg_block *block)
{
    walk_unary(block, erf_f32);
}

const mg_block_entry MG_ISA_NAME(mg_blocks_exponential)[] = {
    {&mg_op_exp, MG_F32, MG_F32, exp_block, 300},
    {&mg_op_expm1, MG_F32, MG_F32, expm1_block, 400},
    {&mg_op_log, MG_F32, MG_F32, log_block, 400},
    {&mg_op_log1p, MG_F32, MG_F32, log1p_block, 600},
    {&mg_op_tanh, MG_F32, MG_F32, tanh_block, 500},
    {&mg_op_sigmoid, MG_F32, MG_F32, sigmoid_block, 400},
    {&mg_op_erf, MG_F32, MG_F32, erf_block, 300},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
