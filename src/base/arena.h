/* arena: blocks that are freed together. What a graph, a parse or a plan owns
 * lives in one. Layer base. */
#ifndef MG_BASE_ARENA_H
#define MG_BASE_ARENA_H

#include "base/memory.h"

typedef struct mg_arena_block mg_arena_block;

typedef struct {
    mg_ctx *ctx;
    mg_arena_block *block; /* newest first */
} mg_arena;

void mg_arena_init(mg_arena *arena, mg_ctx *ctx);
void mg_arena_clear(mg_arena *arena);

/* count elements of size bytes, zeroed, aligned for any type; NULL with the
 * message set when there is no memory. */
void *mg_arena_alloc(mg_arena *arena, size_t count, size_t size);

/* The same at MG_ALIGNMENT, for tensor data. */
void *mg_arena_alloc_aligned(mg_arena *arena, size_t count, size_t size);

/* Copies of `count` elements of `size` bytes, and of the first `length` bytes
 * of a string with a 0 behind them. */
void *mg_arena_copy(mg_arena *arena, const void *items, size_t count,
                    size_t size);
char *mg_arena_string(mg_arena *arena, const char *text, size_t length);

#endif
