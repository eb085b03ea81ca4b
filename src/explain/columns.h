/* columns: a table of words, the first ones aligned to the left. Layer
 * explain. */
#ifndef MG_EXPLAIN_COLUMNS_H
#define MG_EXPLAIN_COLUMNS_H

#include "base/arena.h"
#include "base/text.h"

#define MG_COLUMNS_MOST 8

typedef struct {
    mg_arena arena;
    int n_columns;
    bool right[MG_COLUMNS_MOST]; /* numbers: aligned to the right */
    size_t n_cells, capacity;
    const char **cell; /* row after row */
    bool failed;
} mg_columns;

/* kinds: one letter a column, 'l' for left and 'r' for right. */
void mg_columns_init(mg_columns *table, mg_ctx *ctx, const char *kinds);
void mg_columns_clear(mg_columns *table);

/* Adds the next cell; the string is copied. */
void mg_columns_put(mg_columns *table, const char *words);
void mg_columns_integer(mg_columns *table, int64_t value);
void mg_columns_real(mg_columns *table, double value, int digits);

/* Writes the rows; a failure shows in the text's status. */
void mg_columns_write(const mg_columns *table, mg_text *text);

#endif
