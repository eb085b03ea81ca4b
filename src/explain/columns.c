/* columns: see columns.h. Layer explain. */
#include "explain/columns.h"

#include "explain/words.h"

#include <stdio.h>
#include <string.h>

void mg_columns_init(mg_columns *table, mg_ctx *ctx, const char *kinds)
{
    *table = (mg_columns){.n_columns = (int)strlen(kinds)};
    mg_arena_init(&table->arena, ctx);
    for (int i = 0; i < table->n_columns; i++)
        table->right[i] = kinds[i] == 'r';
}

void mg_columns_clear(mg_columns *table)
{
    mg_free(table->arena.ctx, table->cell);
    mg_arena_clear(&table->arena);
}

void mg_columns_put(mg_columns *table, const char *words)
{
    if (table->failed ||
        mg_grow(table->arena.ctx, &table->cell, &table->capacity,
                table->n_cells + 1, sizeof *table->cell) != MG_OK) {
        table->failed = true;
        return;
    }
    const char *const kept =
        mg_arena_string(&table->arena, words, strlen(words));
    if (kept)
        table->cell[table->n_cells++] = kept;
    else
        table->failed = true;
}

void mg_columns_integer(mg_columns *table, int64_t value)
{
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)value);
    mg_columns_put(table, number);
}

void mg_columns_real(mg_columns *table, double value, int digits)
{
    char number[MG_REAL_SIZE];
    mg_format_real(number, value, digits);
    mg_columns_put(table, number);
}

static void put_spaces(mg_text *text, int count)
{
    for (int i = 0; i < count; i++)
        mg_text_puts(text, " ");
}

/* The last column is not filled up. */
static void write_cell(const mg_columns *table, size_t index, int width,
                       mg_text *text)
{
    const int column = (int)(index % (size_t)table->n_columns);
    const bool last = column + 1 == table->n_columns;
    const char *const words = table->cell[index];
    const int room = width - mg_words_width(words);
    if (table->right[column])
        put_spaces(text, room);
    mg_text_puts(text, words);
    if (!table->right[column] && !last)
        put_spaces(text, room);
    mg_text_puts(text, last ? "\n" : "  ");
}

void mg_columns_write(const mg_columns *table, mg_text *text)
{
    int width[MG_COLUMNS_MOST] = {0};
    const size_t columns = (size_t)table->n_columns;
    for (size_t i = 0; i < table->n_cells; i++) {
        const int wide = mg_words_width(table->cell[i]);
        if (wide > width[i % columns])
            width[i % columns] = wide;
    }
    for (size_t i = 0; i < table->n_cells; i++)
        write_cell(table, i, width[i % columns], text);
    if (table->failed)
        text->failed = true;
}
