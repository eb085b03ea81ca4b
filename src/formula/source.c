/* source: UTF-8, letters, and excerpts of a formula file. Layer formula. */
#include "formula/source.h"

#include <string.h>

#define EXCERPT_LIMIT 200

static bool continues(const char *text, size_t length)
{
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return false;
    }
    return true;
}

size_t mg_utf8_decode(const char *text, size_t length, uint32_t *code)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text[0];
    size_t n = 0;
    uint32_t value = 0;
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    if (first >= 0xC2 && first < 0xE0)
        n = 2, value = first & 0x1Fu;
    else if (first >= 0xE0 && first < 0xF0)
        n = 3, value = first & 0x0Fu;
    else if (first >= 0xF0 && first < 0xF5)
        n = 4, value = first & 0x07u;
    if (n == 0 || n > length || !continues(text, n))
        return 0;
    for (size_t i = 1; i < n; i++)
        value = value << 6 | ((unsigned char)text[i] & 0x3Fu);
    const bool surrogate = value >= 0xD800 && value < 0xE000;
    if (value < least[n] || value > 0x10FFFF || surrogate)
        return 0;
    *code = value;
    return n;
}

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
