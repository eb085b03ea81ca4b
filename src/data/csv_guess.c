/* csv_guess: signs are counted over the first bytes; numbers are looked at row
 * by row. Layer data. */
#include "data/csv_guess.h"
#include "data/csv_file.h"
#include "data/csv_read.h"
#include "data/csv_value.h"

#include <string.h>

#define SAMPLE_BYTES ((size_t)1 << 16)
#define SAMPLE_LINES 32
#define SAMPLE_ROWS 100

/* ---- Separator ---- */

typedef struct {
    const char *text;
    size_t length, at;
    bool whole; /* the file ends with it */
} sample;

/* How often the sign stands outside quotes on the next line that is not
 * empty; false if there is none that the sample has in full. */
static bool count_on_line(sample *s, char sign, int64_t *count)
{
    bool quoted = false, empty = true;
    *count = 0;
    for (; s->at < s->length; s->at++) {
        const char c = s->text[s->at];
        const bool end = !quoted && (c == '\n' || c == '\r');
        if (end && !empty)
            return true;
        empty = empty && end;
        quoted = quoted != (c == '"');
        *count += !quoted && c == sign;
    }
    return !empty && s->whole;
}

/* On how many of the first lines the sign stands as often as on the first
 * one; 0 if not on that. */
static int count_equal(sample s, char sign)
{
    int64_t first = 0, count = 0;
    int equal = 0;
    for (int line = 0; line < SAMPLE_LINES; line++) {
        if (!count_on_line(&s, sign, &count))
            break;
        first = line == 0 ? count : first;
        equal += count == first && first > 0;
    }
    return equal;
}

static char choose_separator(sample s)
{
    static const char signs[] = {'\t', ';', ',', '|'};
    char best = ',';
    int most = 0;
    for (size_t i = 0; i < sizeof signs; i++) {
        const int equal = count_equal(s, signs[i]);
        if (equal > most) {
            most = equal;
            best = signs[i];
        }
    }
    return best;
}

static mg_status guess_separator(mg_ctx *ctx, const char *path, char *out)
{
    mg_csv_file *file = NULL;
    char *text = mg_alloc(ctx, SAMPLE_BYTES, 1);
    if (!text)
        return MG_NO_MEMORY;
    mg_status status = mg_csv_file_open(ctx, path, &file);
    size_t length = 0, got = 1;
    while (status == MG_OK && got > 0 && length < SAMPLE_BYTES) {
        status =
            mg_csv_file_read(file, text + length, SAMPLE_BYTES - length, &got);
        length += status == MG_OK ? got : 0;
    }
    if (status == MG_OK)
        *out =
            choose_separator((sample){text, length, 0, length < SAMPLE_BYTES});
    mg_csv_file_close(file);
    mg_free(ctx, text);
    return status;
}

/* ---- Header and decimal sign ---- */

static bool same(const mg_csv_field *a, const mg_csv_field *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* A text that two fields have, or NULL. The first hundred tell: nobody has a
 * header of that many names and a row of so many different texts. */
static const mg_csv_field *find_repeated(const mg_csv_row *row)
{
    const size_t n = row->n < 100 ? row->n : 100;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (row->field[i].length > 0 &&
                same(&row->field[i], &row->field[k]))
                return &row->field[i];
    return NULL;
}

static bool is_number(const mg_csv_field *f)
{
    double value;
    return mg_csv_number(f->text, f->length, '.', &value) ||
           mg_csv_number(f->text, f->length, ',', &value);
}

static bool has_number(const mg_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (is_number(&row->field[i]))
            return true;
    return false;
}

typedef struct {
    bool points, commas;
} signs_seen;

/* 0,123 and 1,5 have a decimal comma; 1,234 may have a thousand. */
static void look_for_signs(const mg_csv_row *row, signs_seen *seen)
{
    for (size_t i = 0; i < row->n; i++) {
        const mg_csv_field *f = &row->field[i];
        double value;
        const char *comma = memchr(f->text, ',', f->length);
        if (comma && mg_csv_number(f->text, f->length, ',', &value))
            seen->commas |=
                mg_csv_look_at(f->text, f->length, '.') == MG_CSV_COMMA ||
                f->text[0] == '0';
        else if (memchr(f->text, '.', f->length))
            seen->points |= mg_csv_number(f->text, f->length, '.', &value);
    }
}

static mg_status guess_rows(mg_csv_reader *reader, mg_csv_form *form,
                            bool header, bool decimal)
{
    signs_seen seen = {false, false};
    bool doubtful = false; /* a first row of texts, one of them twice */
    for (int i = 0; i < SAMPLE_ROWS; i++) {
        mg_csv_row row;
        MG_TRY(mg_csv_next(reader, &row));
        if (row.found == MG_CSV_END)
            break;
        if (row.found == MG_CSV_FAULTY)
            continue;
        if (i == 0 && header) {
            const mg_csv_field *twice = find_repeated(&row);
            form->header = !twice && !has_number(&row);
            doubtful = twice && !has_number(&row) &&
                       !mg_csv_is_missing(twice->text, twice->length);
        } else if (doubtful) {
            form->header = has_number(&row);
            doubtful = false;
        }
        look_for_signs(&row, &seen);
    }
    if (decimal && form->separator != ',' && seen.commas && !seen.points)
        form->decimal = ',';
    return MG_OK;
}

mg_status mg_csv_guess(mg_ctx *ctx, const char *path, size_t block,
                       const mg_csv_options *options, mg_csv_form *out)
{
    mg_csv_form form = {options->separator, options->decimal,
                        options->header != 0};
    if (form.separator == '\0')
        MG_TRY(guess_separator(ctx, path, &form.separator));
    if (form.decimal == '\0')
        form.decimal = '.';
    if (form.decimal == ',' && form.separator == ',')
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "%s: decimal commas, but commas separate its columns",
                       path);
    mg_csv_reader *reader = NULL;
    MG_TRY(mg_csv_reader_open(ctx, path, form.separator, block, &reader));
    const mg_status status = guess_rows(reader, &form, options->header < 0,
                                        options->decimal == '\0');
    mg_csv_reader_close(reader);
    if (status == MG_OK)
        *out = form;
    return status;
}
