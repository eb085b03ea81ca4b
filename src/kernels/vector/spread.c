/* spread: numbers of rows, each along its row. Layer kernels. */
#include "kernels/vector/families.h"
#include "kernels/vector/lanes.h"

void MG_ISA_NAME(mg_spread)(const uint32_t *x, int64_t step, int64_t rows,
                            int64_t length, uint32_t *y)
{
    const uint32_t *const end = y + rows * length;
    for (int64_t r = 0; r < rows; r++, y += length) {
        const uint32_t number = x[r * step];
        const mg_lane_masks all = (mg_lane_masks){0} + (int32_t)number;
        uint32_t *at = y;
        /* Whole vectors go on into the next row, which comes after. */
        for (; at < y + length && end - at >= MG_LANES; at += MG_LANES)
            *(mg_lane_masks *)(void *)at = all;
        for (; at < y + length; at++)
            *at = number;
    }
}
