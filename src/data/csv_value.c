/* csv_value: numbers are read in one pass; the looks of everything else are
 * patterns, tried in an order in which the first that fits is right.
 * Layer data. */
#include "data/csv_value.h"
#include "base/text.h"
#include "base/utf8.h"

#include <float.h>
#include <math.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- Numbers ---- */

#define EXACT_MANTISSA (UINT64_C(1) << 53)
#define EXACT_POWER 22
#define NUMBER_MOST 1024 /* bytes; people write fewer */

static const double power[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* By the general reader, which knows points. */
static bool read_slowly(const char *text, size_t length, char decimal,
                        double *out)
{
    char copy[NUMBER_MOST];
    if (length > sizeof copy)
        return false;
    memcpy(copy, text, length);
    char *sign = decimal == '.' ? NULL : memchr(copy, decimal, length);
    if (decimal != '.' && memchr(copy, '.', length))
        return false;
    if (sign)
        *sign = '.';
    return mg_parse_real(copy, length, out) == length;
}

/* Mantissas up to 2^53 and powers up to 10^22 are doubles, so that one
 * operation rounds once (Clinger, 1990: How to read floating point numbers
 * accurately). */
bool mg_csv_number(const char *text, size_t length, char decimal, double *out)
{
    const char *p = text, *const end = text + length;
    const bool negative = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    uint64_t mantissa = 0;
    const char *const first = p;
    for (; p < end && is_digit(*p); p++)
        mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    size_t digits = (size_t)(p - first), fraction = 0;
    if (p < end && *p == decimal) {
        const char *const begin = ++p;
        for (; p < end && is_digit(*p); p++)
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
        fraction = (size_t)(p - begin);
        digits += fraction;
    }
    if (digits == 0)
        return false;
    /* Up to 19 digits the mantissa has not overflowed. */
    if (p != end || digits > 19 || mantissa > EXACT_MANTISSA ||
        fraction > EXACT_POWER || FLT_EVAL_METHOD != 0)
        return (p == end || *p == 'e' || *p == 'E') &&
               read_slowly(text, length, decimal, out);
    const double value = (double)mantissa / power[fraction];
    *out = negative ? -value : value;
    return true;
}

/* ---- Nothing ---- */

static bool equals(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

bool mg_csv_is_missing(const char *text, size_t length)
{
    static const char *const words[] = {"NA",   "N/A",  "NaN", "nan",
                                        "null", "NULL", "?"};
    if (length == 0)
        return true;
    if (length > 4)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (equals(text, length, words[i]))
            return true;
    return false;
}

/* ---- Looks ---- */

/* What is left of a text. */
typedef struct {
    const char *at, *end;
} rest;

static size_t take_digits(rest *r)
{
    const char *begin = r->at;
    while (r->at < r->end && is_digit(*r->at))
        r->at++;
    return (size_t)(r->at - begin);
}

static bool take(rest *r, const char *word)
{
    const size_t length = strlen(word);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

static bool take_any(rest *r, const char *const words[])
{
    for (; *words; words++)
        if (take(r, *words))
            return true;
    return false;
}

static void take_sign(rest *r)
{
    if (!take(r, "-"))
        take(r, "+");
}

/* h:mm, and whatever follows of seconds and zones. */
static bool is_time(rest r)
{
    const size_t hours = take_digits(&r);
    return hours >= 1 && hours <= 2 && take(&r, ":") && take_digits(&r) == 2;
}

/* Three numbers with the same sign between, the first or last as long as a
 * year is; then the end, or a time. */
static bool is_date(rest r)
{
    if (is_time(r))
        return true;
    const size_t a = take_digits(&r);
    if (a == 0 || a == 3 || a > 4 || r.at == r.end || !strchr("-/.", *r.at))
        return false;
    const char sign[] = {*r.at++, '\0'};
    const size_t b = take_digits(&r);
    if (a == 4 && b == 2 && sign[0] == '-' && r.at == r.end)
        return true; /* a month */
    if (b < 1 || b > 2 || !take(&r, sign))
        return false;
    const size_t c = take_digits(&r);
    if (a == 4 ? c < 1 || c > 2 : c != 2 && c != 4)
        return false;
    if (a <= 2 && c == 2 && sign[0] == '.' && b == 1 && a == 1)
        return false; /* 1.2.34: a version */
    if (r.at == r.end)
        return true;
    take(&r, ",");
    return (take(&r, "T") || take(&r, " ")) && (take(&r, " "), is_time(r));
}

/* Digits in groups of three. */
static bool is_thousands(rest r)
{
    static const char *const signs[] = {",",
                                        ".",
                                        "'",
                                        " ",
                                        "_",
                                        "\xC2\xA0",
                                        "\xE2\x80\x99",
                                        "\xE2\x80\xAF",
                                        "\xE2\x80\x89",
                                        NULL};
    take_sign(&r);
    const size_t begin = take_digits(&r);
    const char *const sign = r.at;
    if (begin < 1 || begin > 3 || !take_any(&r, signs))
        return false;
    const rest group = {sign, r.at};
    const size_t wide = (size_t)(group.end - group.at);
    if (take_digits(&r) != 3)
        return false;
    while ((size_t)(r.end - r.at) > wide && memcmp(r.at, sign, wide) == 0) {
        r.at += wide;
        if (take_digits(&r) != 3)
            return false;
    }
    if (take(&r, ".") || take(&r, ","))
        take_digits(&r);
    return r.at == r.end;
}

/* Digits, that decimal sign, digits, perhaps an exponent. */
static bool has_decimal(rest r, char decimal)
{
    double value;
    const size_t length = (size_t)(r.end - r.at);
    return memchr(r.at, decimal, length) &&
           mg_csv_number(r.at, length, decimal, &value);
}

static const char *const currencies[] = {"$", "\xC2\xA3", "\xC2\xA5",
                                         "\xE2\x82\xAC", NULL};

static bool is_currency(rest r)
{
    take_sign(&r);
    const bool before = take_any(&r, currencies);
    take_sign(&r);
    take(&r, " ");
    if (take_digits(&r) == 0)
        return false;
    if (before)
        return true;
    while (r.at < r.end && (is_digit(*r.at) || *r.at == '.' || *r.at == ','))
        r.at++;
    take(&r, " ");
    return take_any(&r, currencies) && r.at == r.end;
}

static bool is_hex(rest r)
{
    take_sign(&r);
    if (!take(&r, "0x") && !take(&r, "0X"))
        return false;
    while (r.at < r.end && (is_digit(*r.at) || (*r.at | 32) <= 'f') &&
           (is_digit(*r.at) || is_letter(*r.at)))
        r.at++;
    return r.at == r.end;
}

static bool is_infinity(rest r)
{
    static const char *const words[] = {"inf",      "Inf",      "INF",
                                        "infinity", "Infinity", NULL};
    take_sign(&r);
    for (size_t i = 0; words[i]; i++)
        if (equals(r.at, (size_t)(r.end - r.at), words[i]))
            return true;
    return false;
}

/* The longest number at the start, with any decimal sign. */
static size_t number_length(rest r)
{
    const char *const begin = r.at;
    take_sign(&r);
    size_t digits = take_digits(&r);
    if (take(&r, ".") || take(&r, ","))
        digits += take_digits(&r);
    return digits > 0 ? (size_t)(r.at - begin) : 0;
}

static bool is_percent(rest r)
{
    const size_t length = number_length(r);
    r.at += length;
    take(&r, " ");
    return length > 0 && take(&r, "%") && r.at == r.end;
}

size_t mg_csv_unit_at(const char *text, size_t length)
{
    size_t at = number_length((rest){text, text + length});
    while (at < length && text[at] == ' ')
        at++;
    return at;
}

static bool is_unit(rest r)
{
    const size_t length = number_length(r);
    r.at += length;
    take(&r, " ");
    if (length == 0 || r.at == r.end || r.end - r.at > 12)
        return false;
    if (!is_letter(*r.at) && (unsigned char)*r.at < 0x80)
        return false;
    for (; r.at < r.end; r.at++)
        if (!is_letter(*r.at) && (unsigned char)*r.at < 0x80 &&
            !strchr(r.at + 1 == r.end ? "/^.23" : "/^.", *r.at))
            return false;
    return true;
}

static bool is_several(rest r)
{
    int n = 0;
    while (r.at < r.end) {
        const size_t length = number_length(r);
        if (length == 0)
            return false;
        r.at += length;
        n++;
        if (r.at < r.end && *r.at != ' ' && *r.at != '\t')
            return false;
        while (r.at < r.end && (*r.at == ' ' || *r.at == '\t'))
            r.at++;
    }
    return n > 1;
}

static bool is_minus(rest r, char decimal)
{
    double value;
    return (take(&r, "\xE2\x88\x92") || take(&r, "\xE2\x80\x93")) &&
           mg_csv_number(r.at, (size_t)(r.end - r.at), decimal, &value);
}

mg_csv_look mg_csv_look_at(const char *text, size_t length, char decimal)
{
    const rest r = {text, text + length};
    if (is_date(r))
        return MG_CSV_DATE;
    if (is_infinity(r))
        return MG_CSV_INFINITY;
    if (is_thousands(r))
        return MG_CSV_THOUSANDS;
    if (decimal != ',' && has_decimal(r, ','))
        return MG_CSV_COMMA;
    if (decimal != '.' && has_decimal(r, '.'))
        return MG_CSV_POINT;
    if (is_percent(r))
        return MG_CSV_PERCENT;
    if (is_currency(r))
        return MG_CSV_CURRENCY;
    if (is_hex(r))
        return MG_CSV_HEX;
    if (is_minus(r, decimal))
        return MG_CSV_MINUS;
    if (is_several(r))
        return MG_CSV_BLANKS;
    return is_unit(r) ? MG_CSV_UNIT : MG_CSV_WORD;
}

const char *mg_csv_look_words(mg_csv_look look)
{
    switch (look) {
    case MG_CSV_WORD:
        return "is no number, as the column's others are";
    case MG_CSV_DATE:
        return "is a date, which is no number: leave the column out (drop=), "
               "or make numbers of it, such as days since a day";
    case MG_CSV_UNIT:
        return "is a number with letters behind it: write the number alone";
    case MG_CSV_THOUSANDS:
        return "looks like a number with thousands separated: write the digits "
               "without (or say decimal=, if the comma is the decimal sign)";
    case MG_CSV_COMMA:
        return "has a decimal comma: write a point, or separate the columns "
               "by ; and say decimal=,";
    case MG_CSV_POINT:
        return "has a decimal point, in a table with decimal commas";
    case MG_CSV_PERCENT:
        return "is a percentage: write the number alone";
    case MG_CSV_CURRENCY:
        return "is an amount of money: write the number alone";
    case MG_CSV_HEX:
        return "is hexadecimal: write it in decimal digits";
    case MG_CSV_INFINITY:
        return "is not finite, or too large: leave the field empty if it is "
               "missing";
    case MG_CSV_MINUS:
        return "begins with a dash that is no minus sign (-)";
    case MG_CSV_BLANKS:
        return "is several numbers: separate columns by commas, not blanks";
    }
    return "";
}

bool mg_csv_is_utf8(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        uint32_t code;
        const size_t n = (unsigned char)text[at] < 0x80
                             ? 1
                             : mg_utf8_decode(text + at, length - at, &code);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}
