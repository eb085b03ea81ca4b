/* table: pointers by name. Layer formula. */
#ifndef MG_FORMULA_TABLE_H
#define MG_FORMULA_TABLE_H

#include "base/memory.h"

typedef struct {
    const char *key; /* borrowed; NULL: a free slot */
    void *item;
} mg_table_slot;

typedef struct {
    mg_table_slot *slot;
    size_t slots; /* 0 or a power of two */
    size_t n;
} mg_table;

/* What stands under that name, or NULL. */
void *mg_table_find(const mg_table *table, const char *key);

/* Puts a name in or gives it a new item. */
mg_status mg_table_put(mg_ctx *ctx, mg_table *table, const char *key,
                       void *item);

void mg_table_clear(mg_ctx *ctx, mg_table *table);

#endif
