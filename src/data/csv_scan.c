/* csv_scan: the first pass. What is wrong with a row is noted at once; what is
 * wrong with a value depends on what its column is, and waits for the end.
 * Layer data. */
#include "data/csv_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    mg_csv_table *table;
    size_t file;
    mg_csv_reader *reader;
    mg_csv_faults *faults; /* of rows */
    mg_csv_texts names;    /* of the header */
} scan;

/* ---- Rows ---- */

static bool is_all_empty(const mg_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->field[i].length > 0)
            return false;
    return row->n > 1;
}

bool mg_csv_is_left_out(const mg_csv_table *table, const mg_csv_row *row)
{
    return table->options.absence == MG_CSV_DROP && is_all_empty(row);
}

/* words: borrowed for the table's life, or copied where `copy`. */
static mg_status add_fault(scan *s, mg_csv_faults *to, mg_csv_place place,
                           const char *words, bool copy)
{
    if (copy && !mg_csv_faults_full(to)) {
        words = mg_arena_string(&s->table->arena, words, strlen(words));
        if (!words)
            return MG_NO_MEMORY;
    }
    mg_csv_faults_add(to, &(mg_csv_fault){.file = s->table->path[s->file],
                                          .file_number = s->file,
                                          .place = place,
                                          .words = words});
    return MG_OK;
}

/* A row that is too long is wrong where it should have ended. */
static mg_status wrong_count(scan *s, const mg_csv_row *row)
{
    const mg_csv_table *t = s->table;
    char words[120];
    const size_t at = row->n > t->n ? t->n : row->n - 1;
    snprintf(words, sizeof words, "row has %zu field%s, the %s has %zu", row->n,
             row->n == 1 ? "" : "s", t->form[0].header ? "header" : "first row",
             t->n);
    return add_fault(s, s->faults, mg_csv_place_of(s->reader, &row->field[at]),
                     words, true);
}

/* ---- Header ---- */

/* A column without a name is called by its number. */
static const char *name_of(mg_arena *arena, const mg_csv_field *field,
                           size_t number)
{
    char digits[24];
    if (field && field->length > 0)
        return mg_arena_string(arena, field->text, field->length);
    snprintf(digits, sizeof digits, "%zu", number + 1);
    return mg_arena_string(arena, digits, strlen(digits));
}

static mg_status stands_twice(scan *s, const mg_csv_field *field)
{
    mg_csv_table *t = s->table;
    const char *name =
        mg_csv_fault_value(&t->arena, field->text, field->length);
    if (!name)
        return MG_NO_MEMORY;
    mg_csv_faults_add(
        s->faults,
        &(mg_csv_fault){.file = t->path[s->file],
                        .file_number = s->file,
                        .place = mg_csv_place_of(s->reader, field),
                        .value = name,
                        .words = t->options.header < 0
                                     ? "stands twice in the header (header=no "
                                       "if this row is none)"
                                     : "stands twice in the header"});
    return MG_OK;
}

static mg_status check_name(scan *s, const mg_csv_field *field,
                            const char *name)
{
    const size_t length = strlen(name);
    const char *fault = NULL;
    if (mg_csv_texts_find(&s->names, name, length) != SIZE_MAX)
        return stands_twice(s, field);
    if (!mg_csv_is_utf8(field->text, field->length))
        fault = "the name is not UTF-8 (Latin-1? iconv -f latin1 -t utf-8 "
                "changes it)";
    else if (memchr(field->text, '\n', field->length))
        fault = "a name that breaks the line";
    if (!fault)
        return mg_csv_texts_count(&s->names, name, length, 1);
    return add_fault(s, s->faults, mg_csv_place_of(s->reader, field), fault,
                     false);
}

/* The columns of the first file's first row. */
static mg_status make_columns(scan *s, const mg_csv_row *row)
{
    mg_csv_table *t = s->table;
    const bool header = t->form[s->file].header;
    t->column = mg_alloc(t->ctx, row->n, sizeof *t->column);
    if (!t->column)
        return MG_NO_MEMORY;
    for (; t->n < row->n; t->n++) {
        const mg_csv_field *field = header ? &row->field[t->n] : NULL;
        const char *name = name_of(&t->arena, field, t->n);
        if (!name)
            return MG_NO_MEMORY;
        mg_csv_column *c = &t->column[t->n];
        mg_csv_column_init(c, t->ctx, name);
        c->target = mg_csv_list_has(&t->options.target, name);
        c->dropped = mg_csv_list_has(&t->options.drop, name);
        c->as_text = c->target && t->options.classes.n > 0;
        if (header)
            MG_TRY(check_name(s, &row->field[t->n], name));
    }
    return MG_OK;
}

/* Whether a header's field is the name of that column. */
static bool is_name(const mg_csv_table *t, size_t i, const mg_csv_field *field)
{
    char number[24];
    const char *text = field->text;
    size_t length = field->length;
    if (length == 0) {
        length = (size_t)snprintf(number, sizeof number, "%zu", i + 1);
        text = number;
    }
    return strlen(t->column[i].name) == length &&
           memcmp(t->column[i].name, text, length) == 0;
}

/* Later files must have the same columns. */
static mg_status compare_columns(scan *s, const mg_csv_row *row)
{
    const mg_csv_table *t = s->table;
    const size_t both = row->n < t->n ? row->n : t->n;
    size_t i = 0;
    while (i < both && is_name(t, i, &row->field[i]))
        i++;
    if (i == row->n && i == t->n)
        return MG_OK;
    const char *have = i < row->n ? row->field[i].text : "missing";
    const size_t length = i < row->n ? row->field[i].length : strlen(have);
    return mg_fail(t->ctx, MG_BAD_DATA,
                   "%s:%" PRId64 ":1: column %zu is %.*s, in %s it is %s",
                   t->path[s->file], row->place.line, i + 1,
                   (int)(length < 80 ? length : 80), have, t->path[0],
                   i < t->n ? t->column[i].name : "missing");
}

/* The first row, where it is a header; the names come from it. */
static mg_status read_header(scan *s)
{
    mg_csv_row row;
    MG_TRY(mg_csv_next(s->reader, &row));
    if (row.found == MG_CSV_FAULTY)
        return mg_fail(s->table->ctx, MG_BAD_DATA,
                       "%s:%" PRId64 ":%" PRId64 ": %s",
                       s->table->path[s->file], row.place.line,
                       row.place.column, row.fault);
    if (row.found == MG_CSV_END)
        return mg_fail(s->table->ctx, MG_BAD_DATA, "%s: the file is empty",
                       s->table->path[s->file]);
    return s->file == 0 ? make_columns(s, &row) : compare_columns(s, &row);
}

/* ---- Values ---- */

/* Notes where a value is missing or is no number, of the first ones. */
static mg_status note(scan *s, mg_csv_column *c, mg_csv_faults **list,
                      const mg_csv_field *field, const char *words)
{
    mg_csv_table *t = s->table;
    const char *value = NULL;
    if (!*list) {
        *list = mg_alloc(t->ctx, 1, sizeof **list);
        if (!*list)
            return MG_NO_MEMORY;
    }
    if (mg_csv_faults_full(*list)) {
        (*list)->total++;
        return MG_OK;
    }
    if (field->length > 0) {
        value = mg_csv_fault_value(&t->arena, field->text, field->length);
        if (!value)
            return MG_NO_MEMORY;
    }
    mg_csv_faults_add(
        *list, &(mg_csv_fault){.file = t->path[s->file],
                               .file_number = s->file,
                               .place = mg_csv_place_of(s->reader, field),
                               .column = c->name,
                               .value = value,
                               .words = words});
    return MG_OK;
}

static mg_status not_utf8(scan *s, const mg_csv_column *c,
                          const mg_csv_field *field)
{
    const char *value =
        mg_csv_fault_value(&s->table->arena, field->text, field->length);
    if (!value)
        return MG_NO_MEMORY;
    mg_csv_faults_add(
        s->faults, &(mg_csv_fault){.file = s->table->path[s->file],
                                   .file_number = s->file,
                                   .place = mg_csv_place_of(s->reader, field),
                                   .column = c->name,
                                   .value = value,
                                   .words = "is not UTF-8 (Latin-1? iconv "
                                            "-f latin1 -t utf-8 changes "
                                            "the file)"});
    return MG_OK;
}

static mg_status add_value(scan *s, mg_csv_column *c, const mg_csv_field *field)
{
    mg_csv_seen seen = MG_CSV_NUMBER;
    mg_csv_look look = MG_CSV_WORD;
    MG_TRY(mg_csv_column_add(c, &s->table->arena, field->text, field->length,
                             s->table->form[s->file].decimal, &seen, &look));
    if (seen == MG_CSV_NUMBER)
        return MG_OK;
    if (seen == MG_CSV_MISSING)
        return note(s, c, &c->absent, field,
                    "is missing (missing=drop or missing=mean)");
    if (!mg_csv_is_utf8(field->text, field->length))
        return not_utf8(s, c, field);
    return note(s, c, &c->unlike, field, mg_csv_look_words(look));
}

static mg_status add_row(scan *s, const mg_csv_row *row)
{
    mg_csv_table *t = s->table;
    if (row->found == MG_CSV_FAULTY)
        return add_fault(s, s->faults, row->place, row->fault, true);
    if (!t->column)
        MG_TRY(make_columns(s, row));
    if (mg_csv_is_left_out(t, row))
        return MG_OK;
    if (row->n != t->n)
        return wrong_count(s, row);
    if (is_all_empty(row))
        return add_fault(s, s->faults, row->place,
                         "a row of nothing but separators (missing=drop leaves "
                         "it out)",
                         false);
    mg_csv_column *column = t->column; /* not NULL: it has row->n of them */
    for (size_t i = 0; column && i < row->n; i++)
        if (!column[i].dropped)
            MG_TRY(add_value(s, &column[i], &row->field[i]));
    t->rows++;
    return MG_OK;
}

static mg_status scan_rows(scan *s)
{
    if (s->table->form[s->file].header)
        MG_TRY(read_header(s));
    for (;;) {
        mg_csv_row row;
        MG_TRY(mg_csv_next(s->reader, &row));
        if (row.found == MG_CSV_END)
            return MG_OK;
        MG_TRY(add_row(s, &row));
    }
}

mg_status mg_csv_begin(const mg_csv_table *table, size_t number,
                       mg_csv_reader **out)
{
    mg_csv_reader *reader = NULL;
    MG_TRY(mg_csv_reader_open(table->ctx, table->path[number],
                              table->form[number].separator,
                              table->limits.block, &reader));
    mg_csv_row header;
    if (table->form[number].header) {
        const mg_status status = mg_csv_next(reader, &header);
        if (status != MG_OK) {
            mg_csv_reader_close(reader);
            return status;
        }
    }
    *out = reader;
    return MG_OK;
}

static mg_status scan_file(scan *s)
{
    mg_csv_table *t = s->table;
    mg_csv_form *form = &t->form[s->file];
    MG_TRY(mg_csv_guess(t->ctx, t->path[s->file], t->limits.block, &t->options,
                        form));
    MG_TRY(mg_csv_reader_open(t->ctx, t->path[s->file], form->separator,
                              t->limits.block, &s->reader));
    const mg_status status = scan_rows(s);
    mg_csv_reader_close(s->reader);
    return status;
}

/* ---- The end ---- */

/* Of a column of dates one place is enough. */
static void join_dates(mg_csv_faults *all, const mg_csv_column *c)
{
    const char *words = mg_csv_look_words(MG_CSV_DATE);
    for (size_t i = 0; i < c->unlike->n; i++)
        if (strcmp(c->unlike->fault[i].words, words) == 0) {
            mg_csv_faults_add(all, &c->unlike->fault[i]);
            return;
        }
    mg_csv_faults_join(all, c->unlike);
}

static mg_status report(scan *s)
{
    const mg_csv_table *t = s->table;
    mg_csv_faults *all = s->faults;
    for (size_t i = 0; i < t->n; i++) {
        const mg_csv_column *c = &t->column[i];
        if (!c->unlike)
            continue; /* no faults but those of the encoding */
        if (c->dated)
            join_dates(all, c);
        else if (c->kind != MG_CSV_TEXT)
            mg_csv_faults_join(all, c->unlike);
    }
    if (all->total == 0)
        return MG_OK;
    for (size_t i = 0; i < t->n && t->options.absence == MG_CSV_REFUSE; i++)
        if (t->column[i].absent)
            mg_csv_faults_join(all, t->column[i].absent);
    return mg_csv_faults_report(t->ctx, all);
}

static mg_status scan_files(scan *s)
{
    mg_csv_table *t = s->table;
    for (s->file = 0; s->file < t->n_files; s->file++)
        MG_TRY(scan_file(s));
    for (size_t i = 0; i < t->n; i++)
        MG_TRY(mg_csv_column_finish(&t->column[i]));
    MG_TRY(report(s));
    if (t->rows == 0)
        return mg_fail(t->ctx, MG_BAD_DATA, "%s: no rows%s", t->path[0],
                       t->form[0].header ? " but the header (header=no if "
                                           "that is a row)"
                                         : "");
    return MG_OK;
}

mg_status mg_csv_scan(mg_csv_table *table)
{
    mg_csv_faults *faults = mg_alloc(table->ctx, 1, sizeof *faults);
    if (!faults)
        return MG_NO_MEMORY;
    scan s = {.table = table, .faults = faults};
    mg_csv_texts_init(&s.names, table->ctx);
    const mg_status status = scan_files(&s);
    mg_csv_texts_clear(&s.names);
    mg_free(table->ctx, faults);
    return status;
}
