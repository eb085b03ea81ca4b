/* csv_texts: open addressing; at most half of the slots are taken.
 * Layer data. */
#include "data/csv_texts.h"

#include <stdlib.h>
#include <string.h>

void mg_csv_texts_init(mg_csv_texts *texts, mg_ctx *ctx)
{
    *texts = (mg_csv_texts){0};
    mg_arena_init(&texts->arena, ctx);
}

void mg_csv_texts_clear(mg_csv_texts *texts)
{
    mg_ctx *ctx = texts->arena.ctx;
    mg_arena_clear(&texts->arena);
    mg_free(ctx, texts->text);
    mg_free(ctx, texts->slot);
    mg_csv_texts_init(texts, ctx);
}

/* FNV-1a (Fowler, Noll, Vo), its upper bits folded down. */
static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
    return hash ^ hash >> 32;
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find_slot(const mg_csv_texts *t, const char *text, size_t length,
                        uint64_t hash)
{
    size_t at = (size_t)hash & (t->slots - 1);
    for (; t->slot[at] != 0; at = (at + 1) & (t->slots - 1)) {
        const mg_csv_text *have = &t->text[t->slot[at] - 1];
        if (have->hash == hash && have->length == length &&
            memcmp(have->text, text, length) == 0)
            break;
    }
    return at;
}

size_t mg_csv_texts_find(const mg_csv_texts *texts, const char *text,
                         size_t length)
{
    if (texts->n == 0)
        return SIZE_MAX;
    const size_t at = find_slot(texts, text, length, hash_of(text, length));
    return texts->slot[at] == 0 ? SIZE_MAX : texts->slot[at] - 1;
}

static void fill_slots(mg_csv_texts *t)
{
    memset(t->slot, 0, t->slots * sizeof *t->slot);
    for (size_t i = 0; i < t->n; i++) {
        const mg_csv_text *one = &t->text[i];
        const size_t at = find_slot(t, one->text, one->length, one->hash);
        t->slot[at] = (uint32_t)(i + 1);
    }
}

static mg_status grow_slots(mg_csv_texts *t)
{
    if ((t->n + 1) * 2 <= t->slots)
        return MG_OK;
    const size_t slots = t->slots ? t->slots * 2 : 16;
    uint32_t *slot = mg_alloc(t->arena.ctx, slots, sizeof *slot);
    if (!slot)
        return MG_NO_MEMORY;
    mg_free(t->arena.ctx, t->slot);
    t->slot = slot;
    t->slots = slots;
    fill_slots(t);
    return MG_OK;
}

mg_status mg_csv_texts_count(mg_csv_texts *texts, const char *text,
                             size_t length, int64_t n)
{
    mg_csv_texts *t = texts;
    MG_TRY(grow_slots(t));
    const uint64_t hash = hash_of(text, length);
    const size_t at = find_slot(t, text, length, hash);
    if (t->slot[at] != 0) {
        t->text[t->slot[at] - 1].count += n;
        return MG_OK;
    }
    MG_TRY(mg_grow(t->arena.ctx, &t->text, &t->capacity, t->n + 1,
                   sizeof *t->text));
    const char *copy = mg_arena_string(&t->arena, text, length);
    if (!copy)
        return MG_NO_MEMORY;
    t->text[t->n++] = (mg_csv_text){copy, length, hash, n};
    t->slot[at] = (uint32_t)t->n;
    t->bytes += length;
    return MG_OK;
}

static int by_bytes(const void *left, const void *right)
{
    const mg_csv_text *a = left, *b = right;
    const size_t shorter = a->length < b->length ? a->length : b->length;
    const int order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order
                      : (a->length > b->length) - (a->length < b->length);
}

void mg_csv_texts_sort(mg_csv_texts *texts)
{
    if (texts->n == 0)
        return;
    qsort(texts->text, texts->n, sizeof *texts->text, by_bytes);
    fill_slots(texts);
}
