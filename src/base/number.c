/* number: reals and integers as text. Neither direction depends on the
 * locale: what is written gets its decimal point replaced, and what is read
 * reaches strtod as an integer and an exponent, where no point occurs.
 * Layer base. */
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whatever stands behind the first digits and is no exponent is the locale's
 * point, of one or more bytes. Returns the new length. */
static size_t put_point(char *number)
{
    char *point = number + (*number == '-' ? 1 : 0);
    while (is_digit(*point))
        point++;
    char *rest = point;
    while (*rest != '\0' && *rest != 'e' && !is_digit(*rest))
        rest++;
    if (rest > point) {
        *point = '.';
        memmove(point + 1, rest, strlen(rest) + 1);
    }
    return strlen(number);
}

static bool reads_back(const char *number, double value, int digits)
{
    const bool single = digits <= 9 && fabs(value) <= (double)FLT_MAX &&
                        (double)(float)value == value;
    if (single)
        return strtof(number, NULL) == (float)value;
    return strtod(number, NULL) == value;
}

/* A whole number that printf gave an exponent, 1e+02, is written out if its
 * digits are few enough. */
static void write_out(char *number, double value, int most)
{
    const char *e = strchr(number, 'e');
    const long exponent = e ? strtol(e + 1, NULL, 10) : -1;
    if (exponent >= 0 && exponent < most)
        snprintf(number, MG_REAL_SIZE, "%.*g", (int)exponent + 1, value);
}

size_t mg_format_real(char out[MG_REAL_SIZE], double value, int digits)
{
    if (!isfinite(value)) {
        const char *name = isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
        memcpy(out, name, strlen(name) + 1);
        return strlen(name);
    }
    const int most = digits < 1 ? 1 : digits > 17 ? 17 : digits;
    for (int precision = 1; precision <= most; precision++) {
        snprintf(out, MG_REAL_SIZE, "%.*g", precision, value);
        if (precision < most && reads_back(out, value, digits))
            break;
    }
    write_out(out, value, most);
    return put_point(out);
}

/* 767 digits decide how any decimal number rounds to a double (the longest
 * halfway case); of more digits only matters whether one is not 0. */
#define REAL_DIGITS 768
#define REAL_EXPONENT_MOST 100000

/* A number as ± digits 10^exponent, without leading zeros. */
typedef struct {
    bool negative;
    int count;
    int64_t exponent;
    char digit[REAL_DIGITS + 24]; /* room for one more and the exponent */
} decimal;

static void add_digit(decimal *d, char digit, bool fraction)
{
    if (fraction)
        d->exponent--;
    if (d->count == 0 && digit == '0')
        return;
    if (d->count < REAL_DIGITS) {
        d->digit[d->count++] = digit;
        return;
    }
    d->exponent++;
    if (digit != '0' && d->digit[REAL_DIGITS - 1] == '0')
        d->digit[REAL_DIGITS - 1] = '1';
}

/* Reads the digits and the point; returns the bytes used, 0 without digits. */
static size_t scan_digits(const char *text, size_t length, decimal *d)
{
    size_t i = 0, digits = 0;
    bool fraction = false;
    for (; i < length; i++) {
        if (text[i] == '.' && !fraction)
            fraction = true;
        else if (is_digit(text[i])) {
            add_digit(d, text[i], fraction);
            digits++;
        } else
            break;
    }
    return digits > 0 ? i : 0;
}

/* Reads an exponent if one is there; returns the bytes used. */
static size_t scan_exponent(const char *text, size_t length, decimal *d)
{
    size_t i = 0;
    if (length == 0 || (text[0] != 'e' && text[0] != 'E'))
        return 0;
    i++;
    const bool negative = i < length && text[i] == '-';
    if (i < length && (text[i] == '-' || text[i] == '+'))
        i++;
    const size_t first = i;
    int64_t exponent = 0;
    for (; i < length && is_digit(text[i]); i++)
        if (exponent < INT64_MAX / 100)
            exponent = exponent * 10 + (text[i] - '0');
    if (i == first)
        return 0;
    d->exponent += negative ? -exponent : exponent;
    return i;
}

#if FLT_EVAL_METHOD == 0
#define REAL_EXACT_DIGITS 15
#else
#define REAL_EXACT_DIGITS 0 /* wider registers would round twice */
#endif

/* Up to 15 digits and powers up to 10^22 are doubles, so that one operation
 * rounds once (Clinger, 1990: How to read floating point numbers). */
static bool quick(const decimal *d, double *out)
{
    static const double power[] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (d->count > REAL_EXACT_DIGITS || d->exponent < -22 || d->exponent > 22)
        return false;
    double value = 0;
    for (int i = 0; i < d->count; i++)
        value = value * 10 + (d->digit[i] - '0');
    *out = d->exponent < 0 ? value / power[-d->exponent]
                           : value * power[d->exponent];
    return true;
}

static double decimal_value(decimal *d)
{
    double value = 0;
    if (d->count == 0 || quick(d, &value))
        return value;
    int64_t exponent = d->exponent;
    if (exponent > REAL_EXPONENT_MOST)
        exponent = REAL_EXPONENT_MOST;
    if (exponent < -REAL_EXPONENT_MOST)
        exponent = -REAL_EXPONENT_MOST;
    snprintf(d->digit + d->count, sizeof d->digit - (size_t)d->count, "e%d",
             (int)exponent);
    return strtod(d->digit, NULL);
}

size_t mg_parse_real(const char *text, size_t length, double *out)
{
    decimal d;
    d.count = 0;
    d.exponent = 0;
    d.negative = length > 0 && text[0] == '-';
    size_t used = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const size_t digits = scan_digits(text + used, length - used, &d);
    if (digits == 0)
        return 0;
    used += digits;
    used += scan_exponent(text + used, length - used, &d);
    const double value = decimal_value(&d);
    *out = d.negative ? -value : value;
    return used;
}

size_t mg_parse_int(const char *text, size_t length, int64_t *out)
{
    const bool negative = length > 0 && text[0] == '-';
    const size_t first =
        length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    size_t i = first;
    int64_t value = 0; /* kept negative, where the range is larger by one */
    for (; i < length && is_digit(text[i]); i++)
        if (!mg_int_mul(value, 10, &value) ||
            !mg_int_add(value, -(int64_t)(text[i] - '0'), &value))
            return 0;
    if (i == first || (!negative && value == INT64_MIN))
        return 0;
    *out = negative ? value : -value;
    return i;
}
