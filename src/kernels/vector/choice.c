/* choice: comparisons, truth values, where and clamp. Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/walk.h"

MG_INLINE uint8_t less(float a, float b)
{
    return a < b;
}

MG_INLINE uint8_t less_equal(float a, float b)
{
    return a <= b;
}

MG_INLINE uint8_t equal(float a, float b)
{
    return a == b;
}

MG_INLINE uint8_t not_equal(float a, float b)
{
    return a != b;
}

static void less_block(const mg_block *block)
{
    walk_relation(block, less);
}

static void less_equal_block(const mg_block *block)
{
    walk_relation(block, less_equal);
}

static void equal_block(const mg_block *block)
{
    walk_relation(block, equal);
}

static void not_equal_block(const mg_block *block)
{
    walk_relation(block, not_equal);
}

static void equal_integers(const mg_block *block)
{
    const int64_t *const a = block->source[0], *const b = block->source[1];
    uint8_t *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = a[i * block->step[0]] == b[i * block->step[1]];
}

static void and_block(const mg_block *block)
{
    const uint8_t *const a = block->source[0], *const b = block->source[1];
    uint8_t *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = (a[i * block->step[0]] != 0) & (b[i * block->step[1]] != 0);
}

static void or_block(const mg_block *block)
{
    const uint8_t *const a = block->source[0], *const b = block->source[1];
    uint8_t *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = (a[i * block->step[0]] != 0) | (b[i * block->step[1]] != 0);
}

static void not_block(const mg_block *block)
{
    const uint8_t *const x = block->source[0];
    uint8_t *const y = block->target;
    for (int64_t i = 0; i < block->n; i++)
        y[i] = x[i * block->step[0]] == 0;
}

/* Steps 0 or 1 of the branches as constants make vector loops. */
MG_INLINE void choose(const mg_block *block, int64_t step_a, int64_t step_b)
{
    const uint8_t *const condition = block->source[0];
    const float *const a = block->source[1], *const b = block->source[2];
    float *const y = block->target;
    MG_INDEPENDENT
    for (int64_t i = 0; i < block->n; i++) {
        const float yes = a[i * step_a], no = b[i * step_b];
        y[i] = condition[i] ? yes : no;
    }
}

MG_INLINE float clamp(float x, float low, float high)
{
    const float raised = x < low ? low : x;
    return high < raised ? high : raised;
}

static void choose_any(const mg_block *block)
{
    const uint8_t *const condition = block->source[0];
    const float *const a = block->source[1], *const b = block->source[2];
    float *const y = block->target;
    for (int64_t i = 0; i < block->n; i++) {
        const float yes = a[i * block->step[1]], no = b[i * block->step[2]];
        y[i] = condition[i * block->step[0]] ? yes : no;
    }
}

static void where_block(const mg_block *block)
{
    const int64_t a = block->step[1], b = block->step[2];
    if (block->step[0] != 1 || a < 0 || a > 1 || b < 0 || b > 1)
        choose_any(block);
    else if (a == 1 && b == 1)
        choose(block, 1, 1);
    else if (a == 1)
        choose(block, 1, 0);
    else if (b == 1)
        choose(block, 0, 1);
    else
        choose(block, 0, 0);
}

/* The limits are numbers most of the time. */
static void clamp_block(const mg_block *block)
{
    const float *const x = block->source[0];
    const float *const low = block->source[1], *const high = block->source[2];
    float *const y = block->target;
    if (block->step[0] == 1 && block->step[1] == 0 && block->step[2] == 0) {
        const float least = *low, most = *high;
        MG_INDEPENDENT
        for (int64_t i = 0; i < block->n; i++)
            y[i] = clamp(x[i], least, most);
        return;
    }
    for (int64_t i = 0; i < block->n; i++)
        y[i] = clamp(x[i * block->step[0]], low[i * block->step[1]],
                     high[i * block->step[2]]);
}

const mg_block_entry MG_ISA_NAME(mg_blocks_choice)[] = {
    {&mg_op_less, MG_F32, MG_BOOL, less_block, 100},
    {&mg_op_less_equal, MG_F32, MG_BOOL, less_equal_block, 100},
    {&mg_op_equal, MG_F32, MG_BOOL, equal_block, 100},
    {&mg_op_not_equal, MG_F32, MG_BOOL, not_equal_block, 100},
    {&mg_op_equal, MG_I64, MG_BOOL, equal_integers, 300},
    {&mg_op_logical_and, MG_BOOL, MG_BOOL, and_block, 300},
    {&mg_op_logical_or, MG_BOOL, MG_BOOL, or_block, 300},
    {&mg_op_logical_not, MG_BOOL, MG_BOOL, not_block, 300},
    {&mg_op_where, MG_F32, MG_F32, where_block, 150},
    {&mg_op_clamp, MG_F32, MG_F32, clamp_block, 150},
    {NULL, MG_F32, MG_F32, NULL, 0},
};
