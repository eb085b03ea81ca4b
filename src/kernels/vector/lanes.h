/* lanes: vectors as wide as the instruction set has them, in the compiler's
 * own vector types. Layer kernels. */
#ifndef MG_KERNELS_VECTOR_LANES_H
#define MG_KERNELS_VECTOR_LANES_H

#include "kernels/vector/isa.h"

#include <stdint.h>
#include <string.h>

/* A tile of a product has MG_TILE_ROWS rows of two vectors: as many as fit
 * into the registers beside the operands. */
#if defined(__AVX512F__)
#define MG_LANES 16
#define MG_TILE_ROWS 13
#elif defined(__AVX__)
#define MG_LANES 8
#define MG_TILE_ROWS 6
#elif defined(__aarch64__)
#define MG_LANES 4
#define MG_TILE_ROWS 13
#else
#define MG_LANES 4
#define MG_TILE_ROWS 6
#endif

/* Of any alignment, and of what was stored as floats. */
typedef float mg_lanes
    __attribute__((vector_size(4 * MG_LANES), aligned(4), may_alias));
typedef int32_t mg_lane_masks
    __attribute__((vector_size(4 * MG_LANES), aligned(4), may_alias));

MG_INLINE mg_lanes lanes_at(const float *x)
{
    return *(const mg_lanes *)x;
}

MG_INLINE mg_lanes lanes_of(float x)
{
    return x - (mg_lanes){0};
}

/* Copies n floats in pieces, at most so many each; the last two overlap. */
MG_INLINE void copy_pieces(const float *x, float *y, int64_t n,
                           const int64_t piece)
{
    for (int64_t i = 0; i + piece < n; i += piece)
        memcpy(y + i, x + i, (size_t)piece * sizeof *y);
    memcpy(y + n - piece, x + n - piece, (size_t)piece * sizeof *y);
}

/* a where the mask is set, else b. */
MG_INLINE mg_lanes lanes_pick(mg_lane_masks mask, mg_lanes a, mg_lanes b)
{
    return (mg_lanes)((mask & (mg_lane_masks)a) | (~mask & (mg_lane_masks)b));
}

#endif
