/* pattern: names with * for any text, points among it. Layer base. */
#ifndef MG_BASE_PATTERN_H
#define MG_BASE_PATTERN_H

#include "base/text.h"

/* Stars of a pattern that renaming can use. */
#define MG_PATTERN_STARS 16

/* The text that each * stands for. */
typedef struct {
    size_t n;
    size_t begin[MG_PATTERN_STARS], end[MG_PATTERN_STARS];
} mg_captures;

/* Whether the whole name fits the pattern of that length; every * takes as
 * little as it can. captures may be NULL. A pattern of more stars than
 * MG_PATTERN_STARS fits nothing. */
bool mg_pattern_fits(const char *pattern, size_t length, const char *name,
                     mg_captures *captures);

/* Writes `to`, each * of it replaced by what the star of its number took. */
void mg_pattern_fill(const char *to, size_t length, const char *name,
                     const mg_captures *captures, mg_text *out);

/* The next line of *at that is not empty; false at the end. */
bool mg_pattern_next(const char **at, const char **line, size_t *length);

#endif
