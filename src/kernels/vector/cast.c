/* cast: conversions to f32, and from f32 to bf16. Layer kernels. */
#include <string.h>

#include "kernels/vector/families.h"

static void from_bytes(const mg_block *block)
{
    const uint8_t *const x = block->source[0];
    float *const y = block->target;
    const int64_t step = block->step[0];
    if (step == 1) {
        MG_INDEPENDENT
        for (int64_t i = 0; i < block->n; i++)
            y[i] = x[i];
        return;
    }
    for (int64_t i = 0; i < block->n; i++)
        y[i] = x[i * step];
}

static void from_i32(const mg_block *block)
{
    const int32_t *const x = block->source[0];
    float *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = (float)x[i * block->step[0]];
}

static void from_i64(const mg_block *block)
{
    const int64_t *const x = block->source[0];
    float *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = (float)x[i * block->step[0]];
}

static void from_f64(const mg_block *block)
{
    const double *const x = block->source[0];
    float *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = (float)x[i * block->step[0]];
}

static void from_f32(const mg_block *block)
{
    const float *const x = block->source[0];
    float *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = x[i * block->step[0]];
}

/* The upper half of the bits, plus what lets the lower half round it. */
void MG_ISA_NAME(mg_narrow)(const float *x, float factor, uint16_t *y,
                            int64_t n)
{
    MG_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        const float value = x[i] * factor;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        const uint32_t rounded = bits + 0x7FFF + (bits >> 16 & 1);
        const uint32_t kept = value != value ? bits | 0x400000 : rounded;
        y[i] = (uint16_t)(kept >> 16);
    }
}

const mg_block_entry MG_ISA_NAME(mg_blocks_cast)[] = {
    {&mg_op_cast, MG_U8, MG_F32, from_bytes, 100},
    {&mg_op_cast, MG_BOOL, MG_F32, from_bytes, 100},
    {&mg_op_cast, MG_I32, MG_F32, from_i32, 300},
    {&mg_op_cast, MG_I64, MG_F32, from_i64, 500},
    {&mg_op_cast, MG_F64, MG_F32, from_f64, 300},
    {&mg_op_cast, MG_F32, MG_F32, from_f32, 100},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
