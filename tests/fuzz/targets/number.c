/* Reals and integers as text, against the C library's functions in the C
 * locale, and back. */
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* strtod knows more forms than ours: leading blanks, hexadecimal, names. */
static bool is_plain(const char *text)
{
    text += *text == '-' || *text == '+';
    const bool hexadecimal =
        text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    return *text != '\0' && strchr(".0123456789", *text) && !hexadecimal;
}

static void check_real(const char *text, size_t length)
{
    double ours = 0;
    char *end = NULL;
    const size_t used = mg_parse_real(text, length, &ours);
    fuzz_require(used <= length, "no more is read than there is");
    if (!is_plain(text)) {
        const bool hexadecimal = strchr("+-0123456789", *text) && *text;
        fuzz_require(used == 0 || hexadecimal, "only numbers are read");
        return;
    }
    const double expected = strtod(text, &end);
    fuzz_require(used == (size_t)(end - text), "strtod reads as much");
    fuzz_require(used == 0 || same(ours, expected), "strtod reads the same");
}

static void check_digits(double value)
{
    char text[MG_REAL_SIZE];
    double back = 0;
    if (!isfinite(value))
        return;
    const size_t length = mg_format_real(text, value, 17);
    fuzz_require(mg_parse_real(text, length, &back) == length &&
                     same(back, value),
                 "a real reads back to the same bits");
    const float narrow = (float)value;
    if (!isfinite(narrow))
        return;
    const size_t short_length = mg_format_real(text, (double)narrow, 9);
    fuzz_require(mg_parse_real(text, short_length, &back) == short_length &&
                     same((double)(float)back, (double)narrow),
                 "a single reads back to the same bits");
}

static void check_integer(const char *text, size_t length)
{
    int64_t ours = 0;
    char *end = NULL;
    const size_t used = mg_parse_int(text, length, &ours);
    if (*text == '\0' || !strchr("+-0123456789", *text)) {
        fuzz_require(used == 0, "only integers are read");
        return;
    }
    errno = 0;
    const long long expected = strtoll(text, &end, 10);
    if (errno == ERANGE) {
        fuzz_require(used == 0, "what overflows is refused");
        return;
    }
    fuzz_require(used == (size_t)(end - text), "strtoll reads as much");
    fuzz_require(used == 0 || ours == expected, "strtoll reads the same");
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    double value = 0;
    (void)ctx;
    check_real(text, strlen(text));
    check_integer(text, strlen(text));
    if (mg_parse_real(text, length, &value) > 0)
        check_digits(value);
    if (length >= sizeof value) {
        memcpy(&value, text, sizeof value);
        check_digits(value);
    }
}
