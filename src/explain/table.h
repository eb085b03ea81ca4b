/* table: columns of words, the first ones aligned to the left. Layer
 * explain. */
#ifndef MG_EXPLAIN_TABLE_H
#define MG_EXPLAIN_TABLE_H

#include "base/arena.h"
#include "base/text.h"

#define MG_TABLE_COLUMNS 8

typedef struct {
    mg_arena arena;
    int n_columns;
    bool right[MG_TABLE_COLUMNS]; /* numbers: aligned to the right */
    size_t n_cells, capacity;
    const char **cell; /* row after row */
    bool failed;
} mg_table;

/* kinds: one letter a column, 'l' for left and 'r' for right. */
void mg_table_init(mg_table *table, mg_ctx *ctx, const char *kinds);
void mg_table_clear(mg_table *table);

/* Adds the next cell; the string is copied. */
void mg_table_put(mg_table *table, const char *words);
void mg_table_integer(mg_table *table, int64_t value);
void mg_table_real(mg_table *table, double value, int digits);

/* Writes the rows; a failure shows in the text's status. */
void mg_table_write(const mg_table *table, mg_text *text);

#endif
