/* memory: every allocation of the library goes through the context's hook,
 * and every size through checked arithmetic. Layer base. */
#ifndef MG_BASE_MEMORY_H
#define MG_BASE_MEMORY_H

#include "base/ctx.h"

/* Kernels may read whole cache lines and vectors from a tensor's start. */
#define MG_ALIGNMENT 64

/* Checked arithmetic: false on overflow, *out then untouched. */
bool mg_size_add(size_t a, size_t b, size_t *out);
bool mg_size_mul(size_t a, size_t b, size_t *out);
bool mg_int_add(int64_t a, int64_t b, int64_t *out);
bool mg_int_mul(int64_t a, int64_t b, int64_t *out);

/* count elements of size bytes, zeroed; NULL with the message set when there
 * is no memory or the product overflows. count 0 gives a block of one byte. */
void *mg_alloc(mg_ctx *ctx, size_t count, size_t size);

/* The same at MG_ALIGNMENT; ended by mg_free_aligned. */
void *mg_alloc_aligned(mg_ctx *ctx, size_t count, size_t size);

/* End a block; NULL is allowed. */
void mg_free(mg_ctx *ctx, void *block);
void mg_free_aligned(mg_ctx *ctx, void *block);

/* Makes room for at least `needed` elements in a growing array: *items has
 * *capacity elements of `size` bytes, and grows by half. */
mg_status mg_grow(mg_ctx *ctx, void *items, size_t *capacity, size_t needed,
                  size_t size);

#endif
