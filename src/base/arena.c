/* arena: pieces cut from large blocks. Blocks stand at MG_ALIGNMENT and so
 * does their room, which makes alignment a matter of offsets. A piece too
 * large to share gets a block of its own behind the newest, whose room then
 * stays in use. Layer base. */
#include "base/arena.h"

#include <string.h>

struct mg_arena_block {
    mg_arena_block *next; /* older */
    size_t capacity;      /* bytes of room, behind the header */
    size_t used;
};

/* The header is rounded up so that the room keeps the alignment. */
static const size_t header =
    (sizeof(mg_arena_block) + MG_ALIGNMENT - 1) / MG_ALIGNMENT * MG_ALIGNMENT;
static const size_t first_capacity = 4096, most_capacity = 65536;

void mg_arena_init(mg_arena *arena, mg_ctx *ctx)
{
    *arena = (mg_arena){.ctx = ctx};
}

void mg_arena_clear(mg_arena *arena)
{
    mg_arena_block *block = arena->block;
    while (block) {
        mg_arena_block *next = block->next;
        mg_free_aligned(arena->ctx, block);
        block = next;
    }
    arena->block = NULL;
}

static mg_arena_block *add_block(mg_arena *arena, size_t capacity, bool front)
{
    size_t bytes;
    if (!mg_size_add(capacity, header, &bytes)) {
        mg_no_memory(arena->ctx);
        return NULL;
    }
    mg_arena_block *block = mg_alloc_aligned(arena->ctx, bytes, 1);
    if (!block)
        return NULL;
    block->capacity = capacity;
    if (front || !arena->block) {
        block->next = arena->block;
        arena->block = block;
    } else {
        block->next = arena->block->next;
        arena->block->next = block;
    }
    return block;
}

static void *cut(mg_arena_block *block, size_t bytes, size_t alignment)
{
    const size_t start = (block->used + alignment - 1) / alignment * alignment;
    if (start > block->capacity || bytes > block->capacity - start)
        return NULL;
    block->used = start + bytes;
    return (unsigned char *)block + header + start;
}

static void *alloc(mg_arena *arena, size_t count, size_t size, size_t alignment)
{
    size_t bytes;
    if (!mg_size_mul(count, size, &bytes)) {
        mg_no_memory(arena->ctx);
        return NULL;
    }
    if (bytes == 0)
        bytes = 1;
    void *piece = arena->block ? cut(arena->block, bytes, alignment) : NULL;
    if (piece)
        return piece;
    size_t capacity = first_capacity;
    if (arena->block && arena->block->capacity >= first_capacity)
        capacity = arena->block->capacity * 2;
    if (capacity > most_capacity)
        capacity = most_capacity;
    const bool shared = bytes <= capacity / 4;
    mg_arena_block *block = add_block(arena, shared ? capacity : bytes, shared);
    return block ? cut(block, bytes, alignment) : NULL;
}

void *mg_arena_alloc(mg_arena *arena, size_t count, size_t size)
{
    return alloc(arena, count, size, _Alignof(max_align_t));
}

void *mg_arena_alloc_aligned(mg_arena *arena, size_t count, size_t size)
{
    return alloc(arena, count, size, MG_ALIGNMENT);
}

void *mg_arena_copy(mg_arena *arena, const void *items, size_t count,
                    size_t size)
{
    void *copy = mg_arena_alloc(arena, count, size);
    if (copy && count > 0 && size > 0)
        memcpy(copy, items, count * size);
    return copy;
}

char *mg_arena_string(mg_arena *arena, const char *text, size_t length)
{
    size_t bytes;
    if (!mg_size_add(length, 1, &bytes)) {
        mg_no_memory(arena->ctx);
        return NULL;
    }
    char *copy = mg_arena_alloc(arena, bytes, 1);
    if (copy && length > 0)
        memcpy(copy, text, length);
    return copy;
}
