/* ascii: see ascii.h. Layer explain. */
#include "explain/ascii.h"

#include <string.h>

typedef struct {
    const char *sign, *ascii;
} spelling;

static const spelling spellings[] = {
    {"ᵀ", "^T"},  {"⊙", "*"},    {"⊘", "/"},  {"−", "-"},     {"·", "*"},
    {"½", "1/2"}, {"²", "^2"},   {"³", "^3"}, {"√", "sqrt "}, {"≤", "<="},
    {"≥", ">="},  {"…", "..."},  {"∂", "d"},  {"←", "<-"},    {"→", "->"},
    {"⋮", ":"},   {"Σ", "sum "}, {"×", "x"},
};

/* From U+03B1; the large letters from U+0391 likewise. */
static const char *const greek[] = {
    "alpha",   "beta", "gamma", "delta",  "epsilon", "zeta", "eta",
    "theta",   "iota", "kappa", "lambda", "mu",      "nu",   "xi",
    "omicron", "pi",   "rho",   "sigma",  "sigma",   "tau",  "upsilon",
    "phi",     "chi",  "psi",   "omega",
};
enum { GREEK = sizeof greek / sizeof *greek };

/* The bytes of the character at c; what is not UTF-8 counts as one. */
static size_t length_of(const char *c)
{
    size_t length = 1;
    while (((unsigned char)c[length] & 0xC0u) == 0x80u)
        length++;
    return length;
}

static bool put_greek(mg_text *text, const char *c)
{
    const unsigned first = (unsigned char)c[0], second = (unsigned char)c[1];
    if ((first & 0xE0u) != 0xC0u)
        return false;
    const unsigned code = (first & 0x1Fu) << 6 | (second & 0x3Fu);
    const bool large = code < 0x3B1;
    const unsigned index = code - (large ? 0x391u : 0x3B1u);
    if (index >= GREEK)
        return false;
    const char *const name = greek[index];
    if (large)
        mg_text_printf(text, "%c%s", name[0] - 'a' + 'A', name + 1);
    else
        mg_text_puts(text, name);
    return true;
}

static void put_character(mg_text *text, const char *c, size_t length)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strlen(spellings[i].sign) == length &&
            memcmp(spellings[i].sign, c, length) == 0) {
            mg_text_puts(text, spellings[i].ascii);
            return;
        }
    if (!put_greek(text, c))
        mg_text_puts(text, "?");
}

void mg_ascii(mg_text *text, const char *string)
{
    for (const char *c = string; *c;) {
        const size_t length = length_of(c);
        if (length == 1)
            mg_text_append(text, c, 1);
        else
            put_character(text, c, length);
        c += length;
    }
}
