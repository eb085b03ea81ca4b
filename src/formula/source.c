/* source: letters, and excerpts of a formula file. Layer formula. */
#include "formula/source.h"

#include <string.h>

#define EXCERPT_LIMIT 200

bool mg_is_letter(uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    /* Greek and Coptic without its signs: numeral signs, question mark,
     * accents, dot and the reversed lunate epsilon symbol. */
    if (code == 0x037E || code == 0x0387 || code == 0x03F6)
        return false;
    if (code == 0x0374 || code == 0x0375 || code == 0x0384 || code == 0x0385)
        return false;
    return code >= 0x0370 && code <= 0x03FF;
}

/* Whether the excerpt wants a blank between these two characters. */
static bool wants_blank(char before, char after)
{
    return !strchr("([", before) && !strchr(")],", after);
}

/* Drops the bytes of a character that is not whole. */
static size_t whole_characters(const char *text, size_t n)
{
    while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
        n--;
    return n > 0 && (unsigned char)text[n - 1] >= 0xC0 ? n - 1 : n;
}

static uint32_t skip_comment(const char *text, uint32_t i, uint32_t end)
{
    while (i + 1 < end && text[i + 1] != '\n')
        i++;
    return i;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *mg_source_excerpt(mg_arena *arena, const mg_source *source,
                              uint32_t begin, uint32_t end)
{
    char out[EXCERPT_LIMIT + sizeof("…") + 1];
    size_t n = 0;
    bool blank = false;
    uint32_t i = begin;
    for (; i < end && n < EXCERPT_LIMIT; i++) {
        const char c = source->text[i];
        if (c == '#') {
            i = skip_comment(source->text, i, end);
            blank = true;
        } else if (is_blank(c)) {
            blank = true;
        } else {
            if (blank && n > 0 && wants_blank(out[n - 1], c))
                out[n++] = ' ';
            out[n++] = c;
            blank = false;
        }
    }
    if (i < end) {
        n = whole_characters(out, n);
        memcpy(out + n, "…", strlen("…"));
        n += strlen("…");
    }
    return mg_arena_string(arena, out, n);
}
