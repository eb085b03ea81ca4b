/* label: names and numbers in each notation. Layer explain. */
#include "explain/derive/label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain/ascii.h"

/* ---- Numbers ---- */

enum { LARGEST_NUMERATOR = 99, LARGEST_DENOMINATOR = 10000 };

/* 0.1, 0.02: what anybody would write with a point. */
static bool is_short(double number, int q)
{
    char text[MG_REAL_SIZE];
    const bool halves = (q & (q - 1)) == 0;
    return mg_format_real(text, number, 17) <= 6 && !halves;
}

bool mg_is_fraction(double number, mg_style style, int *p, int *q)
{
    number = fabs(number);
    if (!(number < 1e6) || number == floor(number))
        return false;
    for (int n = 2; n <= LARGEST_DENOMINATOR; n++) {
        const double top = round(number * n);
        if (top < 1 || top > LARGEST_NUMERATOR)
            continue;
        const double error = fabs(top / n - number);
        const double most = style == MG_FORMULA ? 0 : 1e-7 * number;
        if (error > most)
            continue;
        *p = (int)top;
        *q = n;
        return !is_short(number, n);
    }
    return false;
}

void mg_put_decimal(mg_text *text, double number, mg_style style)
{
    char decimal[MG_REAL_SIZE];
    mg_format_real(decimal, number, style == MG_FORMULA ? 17 : 6);
    const char *const exponent = strchr(decimal, 'e');
    if (isinf(number)) {
        mg_text_puts(text, style == MG_LATEX  ? "\\infty"
                           : style == MG_TEXT ? "∞"
                                              : "inf");
    } else if (exponent) {
        mg_text_append(text, decimal, (size_t)(exponent - decimal));
        mg_text_printf(text, style == MG_LATEX ? " \\cdot 10^{%d}" : "e%d",
                       (int)strtol(exponent + 1, NULL, 10));
    } else {
        mg_text_puts(text, decimal);
    }
}

/* ---- Paths ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "W1": one letter, Greek ones of two bytes too, and digits. */
static bool is_letter_with_digits(const char *name, size_t *letter)
{
    *letter = (unsigned char)name[0] >= 0xC0u ? 2 : 1;
    if (strlen(name) < *letter || is_digit(name[0]))
        return false;
    for (const char *c = name + *letter; *c; c++)
        if (!is_digit(*c))
            return false;
    return true;
}

static void put_latex_letter(mg_text *text, const char *letter, size_t length)
{
    char character[3] = {0};
    memcpy(character, letter, length);
    if (length == 1) {
        mg_text_puts(text, character);
        return;
    }
    mg_text_puts(text, "\\");
    mg_ascii(text, character); /* its name: alpha */
    mg_text_puts(text, " ");
}

static void put_latex_path(mg_text *text, const char *path)
{
    size_t letter;
    if (is_letter_with_digits(path, &letter)) {
        put_latex_letter(text, path, letter);
        if (path[letter])
            mg_text_printf(text, "_{%s}", path + letter);
        return;
    }
    mg_text_puts(text, "\\mathit{");
    for (const char *c = path; *c; c++) {
        const size_t bytes = (unsigned char)*c >= 0xC0u ? 2 : 1;
        if (*c == '_')
            mg_text_puts(text, "\\_");
        else
            put_latex_letter(text, c, bytes);
        c += bytes - 1;
    }
    mg_text_puts(text, "}");
}

size_t mg_scope_of(const char *path)
{
    const size_t name = strcspn(path, ".");
    if (path[name] != '.' || !is_digit(path[name + 1]))
        return 0;
    const size_t turn = name + 1 + strcspn(path + name + 1, ".");
    if (path[turn] != '.')
        return 0;
    const size_t call = turn + 1 + strcspn(path + turn + 1, ".");
    return path[call] == '.' ? call : turn;
}

static bool is_taken(const mg_network *n, const char *name)
{
    return mg_network_find_input(n, name) || mg_network_find_param(n, name) ||
           mg_network_find_value(n, name);
}

void mg_put_path(mg_text *text, const char *path, const mg_spelling *spelling)
{
    const size_t length = spelling->length;
    if (length > 0 && strncmp(path, spelling->scope, length) == 0 &&
        path[length] == '.' && !is_taken(spelling->network, path + length + 1))
        path += length + 1;
    if (spelling->style == MG_LATEX)
        put_latex_path(text, path);
    else if (spelling->style == MG_ASCII)
        mg_ascii(text, path);
    else
        mg_text_puts(text, path);
}

/* ---- Labels ---- */

static void put_subscript(mg_text *text, int number)
{
    static const char *const digit[] = {"₀", "₁", "₂", "₃", "₄",
                                        "₅", "₆", "₇", "₈", "₉"};
    if (number >= 10)
        put_subscript(text, number / 10);
    mg_text_puts(text, digit[number % 10]);
}

/* The value that a gradient is named after. */
static void put_named(mg_text *text, const mg_label *label,
                      const mg_spelling *spelling)
{
    if (label->by)
        mg_put_label(text, label->by, spelling);
    else
        mg_put_path(text, label->name, spelling);
}

static void put_delta(mg_text *text, const mg_label *label,
                      const mg_spelling *spelling)
{
    const mg_style style = spelling->style;
    mg_text_puts(text, style == MG_LATEX  ? "\\delta_{"
                       : style == MG_TEXT ? "δ"
                                          : "d_");
    put_named(text, label, spelling);
    if (label->number && style == MG_TEXT)
        put_subscript(text, label->number);
    else if (label->number)
        mg_text_printf(text, style == MG_LATEX ? ",%d" : "_%d", label->number);
    mg_text_puts(text, style == MG_LATEX ? "}" : "");
}

static void put_given(mg_text *text, const mg_label *label,
                      const mg_spelling *spelling)
{
    mg_text_puts(text, spelling->style == MG_TEXT    ? "∂L/∂"
                       : spelling->style == MG_ASCII ? "dL/d"
                                                     : "\\frac{\\partial L}{"
                                                       "\\partial ");
    mg_put_path(text, label->name, spelling);
    mg_text_puts(text, spelling->style == MG_LATEX ? "}" : "");
}

void mg_put_label(mg_text *text, const mg_label *label,
                  const mg_spelling *spelling)
{
    if (label->kind == MG_LABEL_DELTA) {
        put_delta(text, label, spelling);
        return;
    }
    if (label->kind == MG_LABEL_GIVEN) {
        put_given(text, label, spelling);
        return;
    }
    mg_put_path(text, label->name, spelling);
    if (label->number && spelling->style == MG_TEXT)
        put_subscript(text, label->number);
    else if (label->number)
        mg_text_printf(text, spelling->style == MG_LATEX ? "_{%d}" : "%d",
                       label->number);
}

/* ---- Names in a formula file ---- */

/* The name in `name`, with as many _ behind it as make it new. */
static void put_new(mg_text *text, const mg_network *network, mg_text *name)
{
    while (mg_text_status(name) == MG_OK &&
           is_taken(network, mg_text_string(name)))
        mg_text_puts(name, "_");
    mg_text_puts(text, mg_text_string(name));
    text->failed = text->failed || mg_text_status(name) != MG_OK;
    mg_text_clear(name);
}

static void put_flat(mg_text *text, const char *path)
{
    for (const char *c = path; *c; c++)
        mg_text_append(text, *c == '.' ? "_" : c, 1);
}

void mg_put_gradient_name(mg_text *text, const mg_network *network,
                          const char *path)
{
    mg_text name;
    mg_text_init(&name, network->ctx);
    mg_text_puts(&name, "d_");
    put_flat(&name, path);
    put_new(text, network, &name);
}

void mg_put_formula_label(mg_text *text, const mg_network *network,
                          const mg_label *label)
{
    if (label->kind == MG_LABEL_VALUE) {
        mg_text_puts(text, label->name);
        return;
    }
    mg_text name;
    mg_text_init(&name, network->ctx);
    if (label->kind == MG_LABEL_HELP) {
        mg_text_printf(&name, "%s%d", label->name, label->number);
    } else {
        mg_text_puts(&name, label->kind == MG_LABEL_GIVEN ? "g_" : "delta_");
        if (label->by)
            mg_text_printf(&name, "%s%d", label->by->name, label->by->number);
        else
            put_flat(&name, label->name);
        if (label->number)
            mg_text_printf(&name, "_%d", label->number);
    }
    put_new(text, network, &name);
}
