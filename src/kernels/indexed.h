/* indexed: an index operand of a step. Layer kernels. */
#ifndef MG_KERNELS_INDEXED_H
#define MG_KERNELS_INDEXED_H

#include "optimise/plan.h"

/* The i-th element of a dense index of type i64, i32 or u8. */
static inline int64_t mg_indexed(const void *index, mg_dtype dtype, int64_t i)
{
    if (dtype == MG_I64)
        return ((const int64_t *)index)[i];
    if (dtype == MG_I32)
        return ((const int32_t *)index)[i];
    return ((const uint8_t *)index)[i];
}

/* The same, 0 where it leaves 0..limit-1. */
static inline int64_t mg_indexed_within(const void *index, mg_dtype dtype,
                                        int64_t i, int64_t limit)
{
    const int64_t at = mg_indexed(index, dtype, i);
    return at >= 0 && at < limit ? at : 0;
}

/* Notes the first of n elements that leaves 0..limit-1. Done by one thread,
 * before others read. */
void mg_index_check(mg_frame *frame, const mg_node *node, const void *index,
                    mg_dtype dtype, int64_t n, int64_t limit);

/* Whether all operands are dense, and operand i a non-empty index. */
bool mg_index_is_plain(const mg_step *step, int i);

#endif
