/* floats: bit patterns and units of the last place. */
#ifndef MG_TESTS_SUPPORT_FLOATS_H
#define MG_TESTS_SUPPORT_FLOATS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float test_float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The distance between floats of the size of x. */
static inline double test_unit_at(double x)
{
    int exponent = 0;
    frexp(x, &exponent);
    return ldexp(1, exponent - 24 < -149 ? -149 : exponent - 24);
}

#endif
