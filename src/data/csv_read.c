/* csv_read: the present row stands in memory as a whole. It is split from its
 * start; when the block ends within it, more is read and it is split anew.
 * Behind the last byte stands a line break, so that no loop needs to look for
 * the end. Layer data. */
#include "data/csv_read.h"
#include "base/text.h"
#include "data/csv_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FAULT_SIZE 160
#define ROW_MOST ((size_t)1 << 26)

struct mg_csv_reader {
    mg_ctx *ctx;
    const char *path;
    mg_csv_file *file;
    char separator;
    bool stops[256]; /* bytes that end a field without quotes */
    bool ended;      /* nothing follows data[0..end) */
    bool skipping;   /* up to the next line break, behind a faulty row */
    char *data;
    size_t capacity, block;
    size_t start, end;   /* of the present row, and of what was read */
    size_t next;         /* where the row behind it begins */
    int64_t line;        /* of start */
    int64_t lines;       /* that the row takes */
    bool broken;         /* a line breaks within quotes */
    mg_csv_field *field; /* at: from start */
    size_t n, fields_capacity;
    char *plain; /* fields without doubled quotes */
    size_t plain_capacity;
    char fault[FAULT_SIZE];
    size_t fault_at; /* from start */
    size_t resume;   /* where to look for the line break behind the fault */
};

typedef enum { SPLIT, MORE, FAULT, NO_ROOM } outcome;

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(const mg_csv_reader *r, char c)
{
    return (c == ' ' || c == '\t') && c != r->separator;
}

/* ---- Faults ---- */

/* at, resume: offsets in data. */
static outcome fault(mg_csv_reader *r, size_t at, size_t resume,
                     const char *words)
{
    snprintf(r->fault, sizeof r->fault, "%s", words);
    r->fault_at = at - r->start;
    r->resume = resume;
    return FAULT;
}

/* Line breaks in data[from..to), each of \n, \r\n, \r. */
static int64_t count_breaks(const mg_csv_reader *r, size_t from, size_t to)
{
    int64_t n = 0;
    for (size_t i = from; i < to; i++)
        n +=
            r->data[i] == '\n' ||
            (r->data[i] == '\r' && !(i + 1 < r->end && r->data[i + 1] == '\n'));
    return n;
}

static outcome unclosed(mg_csv_reader *r, size_t open)
{
    return fault(r, open, open + 1,
                 r->ended ? "this quote is never closed"
                          : "no quote closes this one within a million bytes");
}

/* A quote that was meant otherwise is closed where the next one opens; its own
 * place helps then, unless both are on one line. */
static outcome text_behind(mg_csv_reader *r, size_t open, size_t close,
                           size_t at)
{
    const int64_t lines = count_breaks(r, open, close);
    if (lines == 0)
        return fault(r, at, at,
                     "text behind a closing quote (a quote within "
                     "quotes is written twice)");
    char words[FAULT_SIZE];
    snprintf(words, sizeof words,
             "this quote is closed only on line %" PRId64
             ", with text behind it",
             r->line + count_breaks(r, r->start, close));
    return fault(r, open, open + 1, words);
}

static outcome nul_byte(mg_csv_reader *r, size_t at)
{
    return fault(r, at, at + 1, "a NUL byte: this is no text");
}

/* ---- Splitting ---- */

static outcome more_or(mg_csv_reader *r, size_t from, size_t at, outcome other)
{
    if (at < r->end || r->ended)
        return other;
    if (at - from > MG_CSV_FIELD_MOST)
        return fault(r, from, at, "a field of more than a million bytes");
    return MORE;
}

/* A field without quotes from data[*at] on. */
static outcome split_bare(mg_csv_reader *r, mg_csv_field *f, size_t *at)
{
    const unsigned char *p = (const unsigned char *)r->data + *at;
    while (!r->stops[*p])
        p++;
    size_t end = (size_t)((const char *)p - r->data);
    const size_t stop = end;
    if (r->data[stop] == '\0' && stop < r->end)
        return nul_byte(r, stop);
    while (end > *at && is_blank(r, r->data[end - 1]))
        end--;
    f->at = *at;
    f->length = end - *at;
    *at = stop;
    return more_or(r, f->at, stop, SPLIT);
}

/* Finds the quote that closes the one at `open`. */
static outcome find_close(mg_csv_reader *r, size_t open, bool *doubled,
                          size_t *out)
{
    size_t at = open + 1;
    for (;;) {
        const char *quote = memchr(r->data + at, '"', r->end - at);
        if (!quote)
            at = r->end;
        else
            at = (size_t)(quote - r->data);
        if (at - open > MG_CSV_FIELD_MOST)
            return unclosed(r, open);
        if (!quote)
            return r->ended ? unclosed(r, open) : MORE;
        if (at + 1 == r->end && !r->ended)
            return MORE;
        if (at + 1 == r->end || r->data[at + 1] != '"')
            break;
        *doubled = true;
        at += 2;
    }
    *out = at;
    return SPLIT;
}

static outcome split_quoted(mg_csv_reader *r, mg_csv_field *f, size_t *at)
{
    const size_t open = *at;
    size_t close = 0;
    const outcome found = find_close(r, open, &f->doubled, &close);
    if (found != SPLIT)
        return found;
    f->at = open + 1;
    f->length = close - f->at;
    f->quoted = true;
    const char *nul = memchr(r->data + f->at, '\0', f->length);
    if (nul)
        return nul_byte(r, (size_t)(nul - r->data));
    r->broken = r->broken || memchr(r->data + f->at, '\n', f->length) ||
                memchr(r->data + f->at, '\r', f->length);
    size_t p = close + 1;
    while (p < r->end && is_blank(r, r->data[p]))
        p++;
    if (p == r->end && !r->ended)
        return MORE;
    if (p < r->end && r->data[p] != r->separator && !is_end(r->data[p]))
        return text_behind(r, open, close, p);
    *at = p;
    return SPLIT;
}

static outcome split_field(mg_csv_reader *r, size_t *at)
{
    if (r->n == MG_CSV_FIELDS_MOST)
        return fault(r, *at, *at, "more than 65536 fields in a row");
    if (mg_grow(r->ctx, &r->field, &r->fields_capacity, r->n + 1,
                sizeof *r->field) != MG_OK)
        return NO_ROOM;
    mg_csv_field *f = &r->field[r->n];
    *f = (mg_csv_field){0};
    while (is_blank(r, r->data[*at]))
        (*at)++;
    const outcome found = *at < r->end && r->data[*at] == '"'
                              ? split_quoted(r, f, at)
                              : split_bare(r, f, at);
    if (found == SPLIT)
        r->n++;
    return found;
}

/* The row from start on; sets next behind its line break. */
static outcome split_row(mg_csv_reader *r)
{
    size_t at = r->start;
    r->n = 0;
    r->broken = false;
    for (;;) {
        const outcome found = split_field(r, &at);
        if (found != SPLIT)
            return found;
        if (at == r->end || r->data[at] != r->separator)
            break;
        at++;
    }
    if (at < r->end && r->data[at] == '\r') {
        if (at + 1 == r->end && !r->ended)
            return MORE;
        at += at + 1 < r->end && r->data[at + 1] == '\n';
    }
    r->next = at < r->end ? at + 1 : at;
    r->lines = r->broken ? count_breaks(r, r->start, r->next) : 1;
    return SPLIT;
}

/* ---- Reading ---- */

/* Moves the row to the front and reads behind what is there. */
static mg_status read_block(mg_csv_reader *r)
{
    const size_t kept = r->end - r->start;
    const size_t wanted = r->block + kept / 8; /* few rounds for a long row */
    if (kept > ROW_MOST)
        return mg_fail(r->ctx, MG_BAD_DATA,
                       "%s:%" PRId64 ": a row of more than 64 million bytes",
                       r->path, r->line);
    if (kept > 0)
        memmove(r->data, r->data + r->start, kept);
    r->start = 0;
    r->end = kept;
    MG_TRY(mg_grow(r->ctx, &r->data, &r->capacity, kept + wanted + 1, 1));
    size_t got = 0;
    MG_TRY(mg_csv_file_read(r->file, r->data + kept, wanted, &got));
    r->end += got;
    r->data[r->end] = '\n';
    r->ended = got == 0;
    return MG_OK;
}

/* Passes over bytes up to and with the next line break. */
static mg_status skip_line(mg_csv_reader *r)
{
    while (r->skipping) {
        size_t at = r->start;
        while (!is_end(r->data[at]))
            at++;
        const bool more =
            at == r->end || (at + 1 == r->end && r->data[at] == '\r');
        r->start = at;
        if (more && !r->ended) {
            MG_TRY(read_block(r));
            continue;
        }
        if (at < r->end)
            r->start += r->data[at] == '\r' && at + 1 < r->end &&
                                r->data[at + 1] == '\n'
                            ? 2
                            : 1;
        r->line++;
        r->skipping = false;
    }
    r->next = r->start;
    return MG_OK;
}

static mg_csv_place place_at(const mg_csv_reader *r, size_t offset)
{
    const char *p = r->data + r->start, *end = p + offset;
    mg_csv_place place = {r->line, 1};
    for (; p < end; p++) {
        if (*p == '\n' || (*p == '\r' && p[1] != '\n')) {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

mg_csv_place mg_csv_place_of(const mg_csv_reader *reader,
                             const mg_csv_field *field)
{
    return place_at(reader, field->at - field->quoted);
}

/* Undoes doubled quotes in memory of the reader's: the row stays as it is, for
 * places. */
static mg_status undouble(mg_csv_reader *r)
{
    size_t used = 0;
    for (size_t i = 0; i < r->n; i++) {
        mg_csv_field *f = &r->field[i];
        if (!f->doubled)
            continue;
        if (used == 0) /* pointers into it must not move */
            MG_TRY(mg_grow(r->ctx, &r->plain, &r->plain_capacity,
                           r->next - r->start + 1, 1));
        char *plain = r->plain + used, *out = plain;
        for (size_t k = 0; k < f->length; k++) {
            *out++ = f->text[k];
            k += f->text[k] == '"';
        }
        f->text = plain;
        f->length = (size_t)(out - plain);
        used += f->length;
        r->plain[used] = '\0';
    }
    return MG_OK;
}

static mg_status finish_row(mg_csv_reader *r, mg_csv_row *out)
{
    for (size_t i = 0; i < r->n; i++) {
        r->field[i].text = r->data + r->field[i].at;
        r->field[i].at -= r->start;
    }
    MG_TRY(undouble(r));
    *out = (mg_csv_row){.n = r->n, .field = r->field, .place = {r->line, 1}};
    return MG_OK;
}

/* Sets the reader behind the fault's line. */
static void finish_fault(mg_csv_reader *r, mg_csv_row *out)
{
    *out = (mg_csv_row){.found = MG_CSV_FAULTY,
                        .fault = r->fault,
                        .place = place_at(r, r->fault_at)};
    r->line += count_breaks(r, r->start, r->resume);
    r->next = r->resume;
    r->lines = 0;
    r->skipping = true;
}

static bool is_empty_line(const mg_csv_reader *r)
{
    return r->n == 1 && r->field[0].length == 0 && !r->field[0].quoted;
}

mg_status mg_csv_next(mg_csv_reader *reader, mg_csv_row *out)
{
    mg_csv_reader *r = reader;
    for (;;) {
        r->start = r->next;
        r->line += r->lines;
        r->lines = 0;
        MG_TRY(skip_line(r));
        if (r->start == r->end && r->ended) {
            *out = (mg_csv_row){.found = MG_CSV_END, .place = {r->line, 1}};
            return MG_OK;
        }
        outcome found = MORE;
        while ((found = split_row(r)) == MORE)
            MG_TRY(read_block(r));
        if (found == NO_ROOM)
            return MG_NO_MEMORY;
        if (found == FAULT) {
            finish_fault(r, out);
            return MG_OK;
        }
        if (!is_empty_line(r))
            return finish_row(r, out);
    }
}

mg_status mg_csv_reader_open(mg_ctx *ctx, const char *path, char separator,
                             size_t block, mg_csv_reader **out)
{
    mg_csv_reader *r = mg_alloc(ctx, 1, sizeof *r);
    if (!r)
        return MG_NO_MEMORY;
    *r = (mg_csv_reader){.ctx = ctx,
                         .path = path,
                         .separator = separator,
                         .block = block,
                         .line = 1};
    r->stops[(unsigned char)separator] = true;
    r->stops['\n'] = r->stops['\r'] = r->stops['\0'] = true;
    mg_status status = mg_csv_file_open(ctx, path, &r->file);
    if (status == MG_OK)
        status = read_block(r);
    if (status != MG_OK) {
        mg_csv_reader_close(r);
        return status;
    }
    *out = r;
    return MG_OK;
}

void mg_csv_reader_close(mg_csv_reader *reader)
{
    if (!reader)
        return;
    mg_csv_file_close(reader->file);
    mg_free(reader->ctx, reader->data);
    mg_free(reader->ctx, reader->field);
    mg_free(reader->ctx, reader->plain);
    mg_free(reader->ctx, reader);
}
