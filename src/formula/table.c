/* table: an open hash table, at most half full. Layer formula. */
#include "formula/table.h"

#include <string.h>

/* FNV-1a (Fowler, Noll, Vo). */
static size_t hash(const char *key)
{
    uint64_t value = 0xcbf29ce484222325u;
    for (; *key; key++)
        value = (value ^ (unsigned char)*key) * 0x100000001b3u;
    return (size_t)(value ^ value >> 32);
}

/* The slot of the key, or the free one where it belongs. */
static mg_table_slot *find_slot(const mg_table *table, const char *key)
{
    size_t i = hash(key) & (table->slots - 1);
    while (table->slot[i].key && strcmp(table->slot[i].key, key) != 0)
        i = (i + 1) & (table->slots - 1);
    return &table->slot[i];
}

void *mg_table_find(const mg_table *table, const char *key)
{
    return table->slots ? find_slot(table, key)->item : NULL;
}

static mg_status grow(mg_ctx *ctx, mg_table *table)
{
    mg_table larger = {.slots = table->slots ? 2 * table->slots : 64};
    larger.slot = mg_alloc(ctx, larger.slots, sizeof(*larger.slot));
    if (!larger.slot)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < table->slots; i++) {
        if (table->slot[i].key)
            *find_slot(&larger, table->slot[i].key) = table->slot[i];
    }
    larger.n = table->n;
    mg_free(ctx, table->slot);
    *table = larger;
    return MG_OK;
}

mg_status mg_table_put(mg_ctx *ctx, mg_table *table, const char *key,
                       void *item)
{
    if (2 * (table->n + 1) > table->slots)
        MG_TRY(grow(ctx, table));
    mg_table_slot *const slot = find_slot(table, key);
    if (!slot->key)
        table->n++;
    *slot = (mg_table_slot){key, item};
    return MG_OK;
}

void mg_table_clear(mg_ctx *ctx, mg_table *table)
{
    mg_free(ctx, table->slot);
    *table = (mg_table){0};
}
