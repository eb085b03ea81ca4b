/* profile: see profile.h. Layer cli. */
#include "cli/profile.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/quantity.h"

/* A step of a smaller share of the time is not listed. */
#define LEAST_SHARE 0.001
/* Columns of a formula and of an operation; more is cut. */
#define FORMULA_COLUMNS 36
#define OPERATION_COLUMNS 34

/* ---- Table ---- */

/* At least that many columns, the text to the right or to the left. */
static void put_cell(mg_text *text, const mg_text *cell, size_t columns,
                     bool right)
{
    const char *const string = mg_text_string(cell);
    const size_t width = mg_text_columns(string);
    const int blanks = width < columns ? (int)(columns - width) : 0;
    mg_text_printf(text, "%*s%s%*s", right ? blanks : 0, "", string,
                   right ? 0 : blanks, "");
}

/* Words of at most that many columns. */
static void put_words(mg_text *text, const char *words, size_t columns)
{
    mg_text cell;
    mg_text_init(&cell, text->ctx);
    size_t length = strlen(words);
    mg_text_append(&cell, words, length);
    if (mg_text_columns(words) > columns) {
        while (mg_text_columns(mg_text_string(&cell)) + 1 > columns) {
            mg_text_clear(&cell);
            mg_text_init(&cell, text->ctx);
            do
                length--;
            while (length > 0 && ((unsigned char)words[length] & 0xC0) == 0x80);
            mg_text_append(&cell, words, length);
        }
        mg_text_puts(&cell, "…");
    }
    put_cell(text, &cell, columns, false);
    mg_text_clear(&cell);
}

static void put_number(mg_text *text, double value, const char *unit,
                       size_t columns)
{
    mg_text cell;
    mg_text_init(&cell, text->ctx);
    mg_text_real(&cell, value, 3);
    mg_text_puts(&cell, unit);
    put_cell(text, &cell, columns, true);
    mg_text_clear(&cell);
}

static void put_time(mg_text *text, double seconds, size_t columns)
{
    mg_text cell;
    mg_text_init(&cell, text->ctx);
    mg_text_time(&cell, seconds * 1e6);
    put_cell(text, &cell, columns, true);
    mg_text_clear(&cell);
}

static void put_size(mg_text *text, double bytes, size_t columns)
{
    mg_text cell;
    mg_text_init(&cell, text->ctx);
    mg_text_bytes(&cell, bytes);
    put_cell(text, &cell, columns, true);
    mg_text_clear(&cell);
}

static void put_step(mg_text *text, const mg_profile_step *step, double whole)
{
    if (step->line > 0)
        mg_text_printf(text, "%4d", step->line);
    else
        mg_text_puts(text, "    ");
    put_time(text, step->seconds, 10);
    put_number(text, 100 * step->seconds / whole, " %", 8);
    put_size(text, step->bytes, 10);
    put_number(text, step->flops / step->seconds * 1e-9, "", 9);
    put_number(text, 100 * step->bound_seconds / step->seconds, " %", 8);
    mg_text_puts(text, "  ");
    put_words(text, step->kernel, 14);
    put_words(text, step->operation, OPERATION_COLUMNS);
    mg_text_puts(text, " ");
    put_words(text, step->formula, FORMULA_COLUMNS);
    while (text->length > 0 && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    mg_text_puts(text, "\n");
}

static int slower_first(const void *a, const void *b)
{
    const mg_profile_step *const *const x = a, *const *const y = b;
    return ((*x)->seconds < (*y)->seconds) - ((*x)->seconds > (*y)->seconds);
}

static void put_sums(mg_text *text, const mg_profile *p, size_t listed,
                     double small)
{
    double products = 0;
    for (size_t i = 0; i < p->n; i++)
        products += p->step[i].is_product ? p->step[i].seconds : 0;
    if (listed < p->n) {
        mg_text_puts(text, "    ");
        put_time(text, small, 10);
        put_number(text, 100 * small / p->seconds, " %", 8);
        mg_text_printf(text, "  %zu more steps\n", p->n - listed);
    }
    mg_text_puts(text, "\nmatrix products  ");
    mg_text_time(text, products * 1e6);
    mg_text_puts(text, ", ");
    put_number(text, 100 * products / p->seconds, " %", 0);
    mg_text_puts(text, " of the steps' time by themselves\neverything else  ");
    mg_text_time(text, (p->seconds - products) * 1e6);
    mg_text_puts(text, "\nthe whole plan   ");
    mg_text_time(text, p->run_seconds * 1e6);
    mg_text_printf(text, " in one go, %zu steps\n", p->n);
    mg_text_puts(text, "bounds           ");
    mg_text_real(text, p->flops_rate * 1e-9, 3);
    mg_text_puts(text, " GFLOP/s, as a product of 512 x 512 x 512 has; ");
    mg_text_real(text, p->bytes_rate * 1e-9, 3);
    mg_text_puts(text, " GB/s, as a loop over 512 kB has\n");
}

void mg_text_profile(mg_text *text, const mg_profile *p)
{
    const mg_profile_step **const order =
        mg_alloc(text->ctx, p->n, sizeof *order);
    if (!order) {
        text->failed = true;
        return;
    }
    for (size_t i = 0; i < p->n; i++)
        order[i] = &p->step[i];
    qsort(order, p->n, sizeof *order, slower_first);
    mg_text_puts(text, "line      time   share     bytes  GFLOP/s  of its"
                       "  done by       what\n"
                       "                                          bound\n");
    size_t listed = 0;
    double small = p->seconds;
    while (listed < p->n &&
           order[listed]->seconds >= LEAST_SHARE * p->seconds) {
        put_step(text, order[listed], p->seconds);
        small -= order[listed++]->seconds;
    }
    put_sums(text, p, listed, small);
    mg_free(text->ctx, order);
}

/* ---- JSON ---- */

/* Operations and formulas hold no control characters. */
static void put_string(mg_text *text, const char *before, const char *string)
{
    mg_text_puts(text, before);
    mg_text_puts(text, "\"");
    for (const char *c = string; *c; c++) {
        if (*c == '"' || *c == '\\')
            mg_text_puts(text, "\\");
        mg_text_append(text, c, 1);
    }
    mg_text_puts(text, "\"");
}

static void put_real(mg_text *text, const char *before, double value)
{
    mg_text_puts(text, before);
    mg_text_real(text, value, 6);
}

void mg_text_profile_json(mg_text *text, const mg_profile *p)
{
    mg_text_puts(text, "{\"schema\": 1, \"event\": \"profile\"");
    put_real(text, ", \"run_us\": ", p->run_seconds * 1e6);
    put_real(text, ", \"gflops_rate\": ", p->flops_rate * 1e-9);
    put_real(text, ", \"gbytes_rate\": ", p->bytes_rate * 1e-9);
    mg_text_puts(text, ", \"steps\": [");
    for (size_t i = 0; i < p->n; i++) {
        const mg_profile_step *const step = &p->step[i];
        mg_text_printf(text, "%s{\"line\": %d", i ? ", " : "", step->line);
        put_string(text, ", \"formula\": ", step->formula);
        put_string(text, ", \"operation\": ", step->operation);
        put_string(text, ", \"kernel\": ", step->kernel);
        mg_text_printf(text, ", \"is_product\": %s",
                       step->is_product ? "true" : "false");
        put_real(text, ", \"us\": ", step->seconds * 1e6);
        put_real(text, ", \"bound_us\": ", step->bound_seconds * 1e6);
        put_real(text, ", \"flops\": ", step->flops);
        put_real(text, ", \"bytes\": ", step->bytes);
        mg_text_puts(text, "}");
    }
    mg_text_puts(text, "]}\n");
}
