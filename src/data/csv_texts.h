/* csv_texts: different texts, numbered as they come, each with a count.
 * Layer data. */
#ifndef MG_DATA_CSV_TEXTS_H
#define MG_DATA_CSV_TEXTS_H

#include "base/arena.h"

typedef struct {
    const char *text; /* 0-terminated */
    size_t length;
    uint64_t hash;
    int64_t count;
} mg_csv_text;

typedef struct {
    mg_arena arena; /* of the texts */
    size_t n, capacity;
    mg_csv_text *text;
    size_t slots;   /* a power of 2, or 0 */
    uint32_t *slot; /* number of a text + 1; 0: free */
    size_t bytes;   /* of all texts */
} mg_csv_texts;

void mg_csv_texts_init(mg_csv_texts *texts, mg_ctx *ctx);
void mg_csv_texts_clear(mg_csv_texts *texts);

/* The text's number, or SIZE_MAX. */
size_t mg_csv_texts_find(const mg_csv_texts *texts, const char *text,
                         size_t length);

/* Counts the text n times more; adds it if it is new. */
mg_status mg_csv_texts_count(mg_csv_texts *texts, const char *text,
                             size_t length, int64_t n);

/* Puts them in byte order. */
void mg_csv_texts_sort(mg_csv_texts *texts);

#endif
