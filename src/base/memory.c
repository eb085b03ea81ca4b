/* memory: allocation through the context's hook and checked sizes.
 * Layer base. */
#include "base/memory.h"

#include <string.h>

bool mg_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

bool mg_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

bool mg_int_add(int64_t a, int64_t b, int64_t *out)
{
    if (b >= 0 ? a > INT64_MAX - b : a < INT64_MIN - b)
        return false;
    *out = a + b;
    return true;
}

static uint64_t magnitude(int64_t a)
{
    return a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
}

bool mg_int_mul(int64_t a, int64_t b, int64_t *out)
{
    const uint64_t ua = magnitude(a), ub = magnitude(b);
    const bool negative = (a < 0) != (b < 0);
    const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (ub != 0 && ua > limit / ub)
        return false;
    *out = a * b;
    return true;
}

/* A block of that many bytes, zeroed. Larger than PTRDIFF_MAX is refused:
 * pointers into such a block could not be subtracted. */
static void *alloc_bytes(mg_ctx *ctx, size_t bytes)
{
    void *block = NULL;
    if (bytes <= PTRDIFF_MAX)
        block = ctx->resize(ctx->resize_user, NULL, bytes ? bytes : 1);
    if (block)
        memset(block, 0, bytes ? bytes : 1);
    else
        mg_no_memory(ctx);
    return block;
}

void *mg_alloc(mg_ctx *ctx, size_t count, size_t size)
{
    size_t bytes;
    if (!mg_size_mul(count, size, &bytes))
        bytes = SIZE_MAX;
    return alloc_bytes(ctx, bytes);
}

/* The block that the hook gave is remembered in front of the aligned one. */
void *mg_alloc_aligned(mg_ctx *ctx, size_t count, size_t size)
{
    size_t bytes;
    if (!mg_size_mul(count, size, &bytes) ||
        !mg_size_add(bytes, sizeof(void *) + MG_ALIGNMENT, &bytes))
        bytes = SIZE_MAX;
    unsigned char *block = alloc_bytes(ctx, bytes);
    if (!block)
        return NULL;
    const uintptr_t first = (uintptr_t)block + sizeof(void *);
    const size_t past = (size_t)(first % MG_ALIGNMENT);
    unsigned char *aligned =
        block + sizeof(void *) + (past ? MG_ALIGNMENT - past : 0);
    memcpy(aligned - sizeof(void *), &block, sizeof block);
    return aligned;
}

void mg_free(mg_ctx *ctx, void *block)
{
    if (block)
        ctx->resize(ctx->resize_user, block, 0);
}

void mg_free_aligned(mg_ctx *ctx, void *block)
{
    if (!block)
        return;
    void *raw;
    memcpy(&raw, (unsigned char *)block - sizeof(void *), sizeof raw);
    mg_free(ctx, raw);
}

mg_status mg_grow(mg_ctx *ctx, void *items, size_t *capacity, size_t needed,
                  size_t size)
{
    if (needed <= *capacity)
        return MG_OK;
    size_t count = *capacity + *capacity / 2, bytes;
    if (count < 8)
        count = 8;
    if (count < needed)
        count = needed;
    if (!mg_size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return mg_no_memory(ctx);
    void *block;
    memcpy(&block, items, sizeof block);
    block = ctx->resize(ctx->resize_user, block, bytes);
    if (!block)
        return mg_no_memory(ctx);
    memcpy(items, &block, sizeof block);
    *capacity = count;
    return MG_OK;
}
