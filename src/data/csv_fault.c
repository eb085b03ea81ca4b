/* csv_fault: a list in the order of places, cut behind the twentieth.
 * Layer data. */
#include "data/csv_fault.h"
#include "base/text.h"
#include "data/csv_value.h"

#include <inttypes.h>
#include <string.h>

#define VALUE_MOST 40 /* bytes of a value that are shown */

bool mg_csv_faults_full(const mg_csv_faults *faults)
{
    return faults->n == MG_CSV_FAULTS_SHOWN;
}

static bool is_before(const mg_csv_fault *a, const mg_csv_fault *b)
{
    if (a->file_number != b->file_number)
        return a->file_number < b->file_number;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line;
    return a->place.column < b->place.column;
}

/* Puts a fault in its place; the last one falls off. */
static void keep(mg_csv_faults *faults, const mg_csv_fault *fault)
{
    size_t at = faults->n;
    while (at > 0 && is_before(fault, &faults->fault[at - 1]))
        at--;
    if (at == MG_CSV_FAULTS_SHOWN)
        return;
    const size_t last = MG_CSV_FAULTS_SHOWN - 1;
    const size_t moved = (faults->n < last ? faults->n : last) - at;
    memmove(&faults->fault[at + 1], &faults->fault[at],
            moved * sizeof *faults->fault);
    faults->fault[at] = *fault;
    faults->n += faults->n < MG_CSV_FAULTS_SHOWN;
}

void mg_csv_faults_add(mg_csv_faults *faults, const mg_csv_fault *fault)
{
    faults->total++;
    keep(faults, fault);
}

void mg_csv_faults_join(mg_csv_faults *faults, const mg_csv_faults *more)
{
    for (size_t i = 0; i < more->n; i++)
        keep(faults, &more->fault[i]);
    faults->total += more->total;
}

/* Cut at a character, with dots behind; what would break the line or is no
 * text is shown as a question mark. */
const char *mg_csv_fault_value(mg_arena *arena, const char *text, size_t length)
{
    const bool whole = length <= VALUE_MOST;
    const bool utf8 = mg_csv_is_utf8(text, length);
    size_t cut = whole ? length : VALUE_MOST - 3;
    while (!whole && cut > 0 && ((unsigned char)text[cut] & 0xC0) == 0x80)
        cut--;
    char *copy = mg_arena_alloc(arena, cut + 4, 1);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < cut; i++) {
        const unsigned char c = (unsigned char)text[i];
        const bool plain = c >= ' ' && c != 0x7F && (c < 0x80 || utf8);
        copy[i] = plain ? text[i] : '?';
    }
    memcpy(copy + cut, whole ? "" : "...", whole ? 1 : 4);
    return copy;
}

static void print_fault(mg_text *text, const mg_csv_fault *f)
{
    mg_text_printf(text, "%s:%" PRId64 ":%" PRId64, f->file, f->place.line,
                   f->place.column);
    if (f->column)
        mg_text_printf(text, " (%s)", f->column);
    mg_text_puts(text, ":");
    if (f->value)
        mg_text_printf(text, " \"%s\"", f->value);
    mg_text_printf(text, " %s\n", f->words);
}

mg_status mg_csv_faults_report(mg_ctx *ctx, const mg_csv_faults *faults)
{
    if (faults->total == 0)
        return MG_OK;
    mg_text text;
    mg_text_init(&text, ctx);
    for (size_t i = 0; i < faults->n; i++)
        print_fault(&text, &faults->fault[i]);
    if (faults->total > (int64_t)faults->n)
        mg_text_printf(&text,
                       "%" PRId64 " faults, of which the first %zu are shown",
                       faults->total, faults->n);
    else
        mg_text_printf(&text, "%" PRId64 " fault%s", faults->total,
                       faults->total == 1 ? "" : "s");
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(ctx, MG_BAD_DATA, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}
