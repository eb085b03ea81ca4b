/* utf8: RFC 3629. Layer base. */
#include "base/utf8.h"

#include <stdbool.h>

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

size_t mg_utf8_encode(uint32_t code, char out[MG_UTF8_SIZE])
{
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return 0;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(first[n] | code);
    return n;
}
