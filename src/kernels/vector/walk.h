/* walk: the loops that apply a function of one, two or three elements to a
 * block, one loop for each common pair of steps, so that each becomes a vector
 * loop. The functions are inlined into them. Layer kernels. */
#ifndef MG_KERNELS_VECTOR_WALK_H
#define MG_KERNELS_VECTOR_WALK_H

#include "kernels/vector/set.h"

typedef float mg_unary(float x);
typedef float mg_binary(float a, float b);
typedef uint8_t mg_relation(float a, float b);

MG_INLINE void walk_unary(const mg_block *block, mg_unary *f)
{
    const float *const x = block->source[0];
    float *const y = block->target;
    const int64_t n = block->n, step = block->step[0];
    if (step == 1) {
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(x[i]);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        y[i] = f(x[i * step]);
}

MG_INLINE void walk_binary(const mg_block *block, mg_binary *f)
{
    const float *const a = block->source[0], *const b = block->source[1];
    float *const y = block->target;
    const int64_t n = block->n, step_a = block->step[0];
    const int64_t step_b = block->step[1];
    if (step_a == 1 && step_b == 1) {
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(a[i], b[i]);
    } else if (step_a == 1 && step_b == 0) {
        const float only = b[0];
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(a[i], only);
    } else if (step_a == 0 && step_b == 1) {
        const float only = a[0];
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(only, b[i]);
    } else {
        for (int64_t i = 0; i < n; i++)
            y[i] = f(a[i * step_a], b[i * step_b]);
    }
}

MG_INLINE void walk_relation(const mg_block *block, mg_relation *f)
{
    const float *const a = block->source[0], *const b = block->source[1];
    uint8_t *const y = block->target;
    const int64_t n = block->n, step_a = block->step[0];
    const int64_t step_b = block->step[1];
    if (step_a == 1 && step_b == 1) {
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(a[i], b[i]);
    } else if (step_a == 1 && step_b == 0) {
        const float only = b[0];
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(a[i], only);
    } else if (step_a == 0 && step_b == 1) {
        const float only = a[0];
        MG_INDEPENDENT
        for (int64_t i = 0; i < n; i++)
            y[i] = f(only, b[i]);
    } else {
        for (int64_t i = 0; i < n; i++)
            y[i] = f(a[i * step_a], b[i * step_b]);
    }
}

#endif
