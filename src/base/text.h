/* text: a growing string, and numbers as text independent of the locale.
 * A failed append is sticky: check mg_text_status once at the end.
 * Layer base. */
#ifndef MG_BASE_TEXT_H
#define MG_BASE_TEXT_H

#include "base/memory.h"

typedef struct {
    mg_ctx *ctx;
    char *data; /* 0-terminated once anything was appended, else NULL */
    size_t length;
    size_t capacity;
    bool failed;
} mg_text;

void mg_text_init(mg_text *text, mg_ctx *ctx);
void mg_text_clear(mg_text *text);
mg_status mg_text_status(const mg_text *text);

/* The string so far; "" if nothing was appended. */
const char *mg_text_string(const mg_text *text);

void mg_text_append(mg_text *text, const char *bytes, size_t length);
void mg_text_puts(mg_text *text, const char *string);

/* printf's form; for reals use mg_text_real (a locale may print a comma). */
void mg_text_printf(mg_text *text, const char *format, ...) MG_PRINTF(2, 3);

/* Puts ? in the place of control characters, but for tabs and line breaks: what
 * a file holds must not command the terminal that it is shown on. */
void mg_hide_controls(char *string);

/* The shortest of at most `digits` significant digits (9 for f32, 17 for f64)
 * that reads back as the same number of that precision, with a point whatever
 * the locale; "nan", "inf", "-inf" otherwise. */
void mg_text_real(mg_text *text, double value, int digits);

#define MG_REAL_SIZE 40 /* room for any number that mg_format_real writes */
size_t mg_format_real(char out[MG_REAL_SIZE], double value, int digits);

/* Reads a decimal real at the start of text[0..length): digits, point,
 * exponent, sign; no "nan" or "inf". Rounds correctly; what is too large gives
 * infinity. Returns the bytes used, 0 if none. */
size_t mg_parse_real(const char *text, size_t length, double *out);

/* Reads a decimal integer with optional sign; 0 if none or if it overflows. */
size_t mg_parse_int(const char *text, size_t length, int64_t *out);

#endif
