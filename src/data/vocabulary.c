/* vocabulary: tables over all code points; text is long, so that looking up
 * must be one access. Layer data. */
#include "data/vocabulary.h"
#include "base/utf8.h"

#include <stdlib.h>

#define CODES 0x110000u

struct mg_tally {
    mg_ctx *ctx;
    int64_t count[CODES];
};

mg_status mg_tally_create(mg_ctx *ctx, mg_tally **out)
{
    mg_tally *tally = mg_alloc(ctx, 1, sizeof *tally);
    if (!tally)
        return MG_NO_MEMORY;
    tally->ctx = ctx;
    *out = tally;
    return MG_OK;
}

void mg_tally_destroy(mg_tally *tally)
{
    if (tally)
        mg_free(tally->ctx, tally);
}

size_t mg_tally_text(mg_tally *tally, const char *bytes, size_t n)
{
    size_t at = 0;
    while (at < n) {
        uint32_t code = 0;
        const size_t used = mg_utf8_decode(bytes + at, n - at, &code);
        if (used == 0)
            break;
        tally->count[code]++;
        at += used;
    }
    return at;
}

void mg_tally_bytes(mg_tally *tally, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tally->count[(unsigned char)bytes[i]]++;
}

static int compare(const void *a, const void *b)
{
    const mg_character *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

mg_status mg_tally_list(const mg_tally *tally, mg_arena *arena, size_t *n,
                        mg_character **out)
{
    size_t distinct = 0, done = 0;
    for (uint32_t code = 0; code < CODES; code++)
        distinct += tally->count[code] > 0;
    mg_character *list = mg_arena_alloc(arena, distinct, sizeof *list);
    if (!list)
        return MG_NO_MEMORY;
    for (uint32_t code = 0; code < CODES; code++)
        if (tally->count[code] > 0)
            list[done++] = (mg_character){code, tally->count[code]};
    qsort(list, distinct, sizeof *list, compare);
    *n = distinct;
    *out = list;
    return MG_OK;
}

struct mg_vocabulary {
    mg_ctx *ctx;
    int32_t symbol[CODES];
};

/* symbol[] holds how much each is below the rest, so that zeros are the rest
 * until all are there. */
static mg_status fill(mg_vocabulary *v, size_t n, const uint32_t character[])
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t code = character[i];
        char bytes[MG_UTF8_SIZE];
        if (i >= CODES || mg_utf8_encode(code, bytes) == 0)
            return mg_fail(v->ctx, MG_BAD_DATA,
                           "vocabulary: symbol %zu is no character", i);
        if (v->symbol[code] != 0)
            return mg_fail(v->ctx, MG_BAD_DATA,
                           "vocabulary: U+%04X is there twice", (unsigned)code);
        v->symbol[code] = (int32_t)(n - i);
    }
    for (uint32_t code = 0; code < CODES; code++)
        v->symbol[code] = (int32_t)n - v->symbol[code];
    return MG_OK;
}

mg_status mg_vocabulary_create(mg_ctx *ctx, size_t n,
                               const uint32_t character[], mg_vocabulary **out)
{
    mg_vocabulary *v = mg_alloc(ctx, 1, sizeof *v);
    if (!v)
        return MG_NO_MEMORY;
    v->ctx = ctx;
    const mg_status status = fill(v, n, character);
    if (status != MG_OK) {
        mg_vocabulary_destroy(v);
        return status;
    }
    *out = v;
    return MG_OK;
}

void mg_vocabulary_destroy(mg_vocabulary *vocabulary)
{
    if (vocabulary)
        mg_free(vocabulary->ctx, vocabulary);
}

size_t mg_vocabulary_encode(const mg_vocabulary *vocabulary, const char *bytes,
                            size_t n, int32_t symbol[], size_t most,
                            size_t *written)
{
    size_t at = 0, done = 0;
    while (at < n && done < most) {
        uint32_t code = 0;
        const size_t used = mg_utf8_decode(bytes + at, n - at, &code);
        if (used == 0)
            break;
        symbol[done++] = vocabulary->symbol[code];
        at += used;
    }
    *written = done;
    return at;
}
