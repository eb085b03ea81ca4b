/* source: the text of a formula file, and where in it something stands.
 * Offsets are bytes from 0; lines and columns are characters from 1.
 * Layer formula. */
#ifndef MG_FORMULA_SOURCE_H
#define MG_FORMULA_SOURCE_H

#include "base/arena.h"
#include "base/utf8.h"

/* Longer files are refused, so that offsets fit 32 bits. */
#define MG_SOURCE_LIMIT (256u << 20)

typedef struct {
    const char *name; /* the file, for messages */
    const char *text;
    size_t length;
    bool library; /* its errors are placed at the user's call */
} mg_source;

/* A point of a source. */
typedef struct {
    uint32_t offset;
    int line;
    int column;
} mg_spot;

/* A stretch of a source, and the point in it that matters most. */
typedef struct {
    const mg_source *source;
    uint32_t begin, end;
    mg_spot at;
} mg_span;

/* Names are ASCII and Greek letters, then digits and _ too. */
bool mg_is_letter(uint32_t code);

/* The stretch as one line: comments dropped, blanks and line breaks run
 * together, cut after some 200 characters. NULL without memory. */
const char *mg_source_excerpt(mg_arena *arena, const mg_source *source,
                              uint32_t begin, uint32_t end);

#endif
