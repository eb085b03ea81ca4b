/* vocabulary: which characters a text has, and symbols for the most frequent
 * ones. Characters are Unicode's code points. Layer data. */
#ifndef MG_DATA_VOCABULARY_H
#define MG_DATA_VOCABULARY_H

#include "base/arena.h"

/* How often each character stands in a text that is shown piece by piece. */
typedef struct mg_tally mg_tally;

mg_status mg_tally_create(mg_ctx *ctx, mg_tally **out);
void mg_tally_destroy(mg_tally *tally);

/* Counts the characters of some bytes of UTF-8, and returns how many bytes it
 * understood: less than n where a character is invalid or not complete. */
size_t mg_tally_text(mg_tally *tally, const char *bytes, size_t n);

/* Counts bytes as characters 0 to 255. */
void mg_tally_bytes(mg_tally *tally, const char *bytes, size_t n);

typedef struct {
    uint32_t code;
    int64_t count;
} mg_character;

/* The characters that were counted, the most frequent first, equally frequent
 * ones by code point; in the arena. */
mg_status mg_tally_list(const mg_tally *tally, mg_arena *arena, size_t *n,
                        mg_character **out);

/* Symbol i for character[i], and one symbol, n, for all others. */
typedef struct mg_vocabulary mg_vocabulary;

/* MG_BAD_DATA if one of them is no character or there twice. */
mg_status mg_vocabulary_create(mg_ctx *ctx, size_t n,
                               const uint32_t character[], mg_vocabulary **out);
void mg_vocabulary_destroy(mg_vocabulary *vocabulary);

/* Writes the symbols of up to `most` characters at the start of n bytes of
 * UTF-8. *written says how many; returns the bytes that they took. With less
 * than `most`, what follows is invalid, not complete, or nothing. */
size_t mg_vocabulary_encode(const mg_vocabulary *vocabulary, const char *bytes,
                            size_t n, int32_t symbol[], size_t most,
                            size_t *written);

#endif
