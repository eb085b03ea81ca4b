/* csv_column: most values are numbers and cost a few operations; small plain
 * integers are counted in an array, other texts in a table that is given up
 * where it grows too large. Layer data. */
#include "data/csv_column.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SMALL_LEAST (-64) /* classes, bytes, ages */
#define SMALL_COUNT 512

#define TEXT_BYTES_MOST ((size_t)1 << 24)
#define NUMBER_TEXTS_MOST 1024 /* different ones in a column of numbers */
#define BLOCK 64
#define WHOLE_MOST 9007199254740992.0 /* 2^53: all integers are doubles */

void mg_csv_column_init(mg_csv_column *column, mg_ctx *ctx, const char *name)
{
    *column = (mg_csv_column){.name = name, .whole = true};
    mg_csv_texts_init(&column->texts, ctx);
}

void mg_csv_column_clear(mg_csv_column *column, mg_ctx *ctx)
{
    mg_csv_texts_clear(&column->texts);
    mg_free(ctx, column->small);
    mg_free(ctx, column->absent);
    mg_free(ctx, column->unlike);
}

/* ---- Moments ---- */

/* Joins the block's sums (Chan, Golub, LeVeque, 1979: Updating formulae and a
 * pairwise algorithm for computing sample variances). */
static void join_block(mg_csv_moments *m)
{
    if (m->block_n == 0)
        return;
    const double n = (double)m->n, k = m->block_n, all = n + k;
    const double away = m->block_sum / k; /* of the block's mean */
    m->squares +=
        m->block_squares - m->block_sum * away + away * away * n * (k / all);
    m->mean += away * (k / all);
    m->n += m->block_n;
    m->block_n = 0;
    m->block_sum = m->block_squares = 0;
}

static void add_moment(mg_csv_moments *m, double value)
{
    if (m->n == 0 && m->block_n == 0)
        m->mean = value;
    const double away = value - m->mean;
    m->block_sum += away;
    m->block_squares += away * away;
    if (++m->block_n == BLOCK)
        join_block(m);
}

double mg_csv_column_mean(const mg_csv_column *column)
{
    return column->moments.mean;
}

double mg_csv_column_deviation(const mg_csv_column *column)
{
    const mg_csv_moments *m = &column->moments;
    return m->n > 0 && m->squares > 0 ? sqrt(m->squares / (double)m->n) : 0;
}

/* ---- Values ---- */

static mg_csv_texts *open_texts(mg_csv_column *c)
{
    const int64_t others = c->words + c->dates + c->units + c->odd;
    const size_t most =
        c->numbers > others ? NUMBER_TEXTS_MOST : MG_CSV_TEXTS_MOST;
    if (!c->lost && c->texts.n < most && c->texts.bytes < TEXT_BYTES_MOST)
        return &c->texts;
    return NULL;
}

static mg_status count_text(mg_csv_column *c, const char *text, size_t length)
{
    if (c->lost)
        return MG_OK;
    if (open_texts(c))
        return mg_csv_texts_count(&c->texts, text, length, 1);
    const size_t known = mg_csv_texts_find(&c->texts, text, length);
    if (known != SIZE_MAX) {
        c->texts.text[known].count++;
        return MG_OK;
    }
    mg_csv_texts_clear(&c->texts);
    c->lost = true;
    return MG_OK;
}

static size_t digits_of(int value)
{
    return value < 10 ? 1 : value < 100 ? 2 : 3;
}

/* Whether the text is that small integer as integers are printed: no other
 * spelling is as short, but for 1e2. */
static bool is_small(double value, size_t length)
{
    if (!(value >= SMALL_LEAST && value < SMALL_LEAST + SMALL_COUNT))
        return false;
    const int whole = (int)value;
    return whole == value &&
           length == (whole < 0 ? 1 + digits_of(-whole) : digits_of(whole));
}

static mg_status count_number(mg_csv_column *c, double value, const char *text,
                              size_t length)
{
    if (!is_small(value, length))
        return count_text(c, text, length);
    if (!c->small) {
        c->small = mg_alloc(c->texts.arena.ctx, SMALL_COUNT, sizeof *c->small);
        if (!c->small)
            return MG_NO_MEMORY;
    }
    c->small[(int)value - SMALL_LEAST]++;
    return MG_OK;
}

static mg_status add_number(mg_csv_column *c, double value, const char *text,
                            size_t length)
{
    if (c->numbers == 0)
        c->least = c->most = value;
    c->numbers++;
    if (value < c->least)
        c->least = value;
    if (value > c->most)
        c->most = value;
    add_moment(&c->moments, value);
    c->whole = c->whole && fabs(value) <= WHOLE_MOST && value == trunc(value);
    return count_number(c, value, text, length);
}

static mg_status add_unit(mg_csv_column *c, mg_arena *arena, const char *text,
                          size_t length)
{
    const size_t at = mg_csv_unit_at(text, length);
    c->units++;
    if (!c->unit) {
        c->unit = mg_arena_string(arena, text + at, length - at);
        return c->unit ? MG_OK : MG_NO_MEMORY;
    }
    if (strlen(c->unit) != length - at ||
        memcmp(c->unit, text + at, length - at) != 0)
        c->units_differ = true;
    return MG_OK;
}

static mg_status add_unlike(mg_csv_column *c, mg_arena *arena, const char *text,
                            size_t length, mg_csv_look look)
{
    if (look == MG_CSV_UNIT)
        MG_TRY(add_unit(c, arena, text, length));
    else if (look == MG_CSV_WORD)
        c->words++;
    else if (look == MG_CSV_DATE)
        c->dates++;
    else
        c->odd++;
    return count_text(c, text, length);
}

mg_status mg_csv_column_add(mg_csv_column *column, mg_arena *arena,
                            const char *text, size_t length, char decimal,
                            mg_csv_seen *seen, mg_csv_look *look)
{
    double value = 0;
    const bool number = mg_csv_number(text, length, decimal, &value);
    if (number && isfinite(value)) {
        *seen = MG_CSV_NUMBER;
        return add_number(column, value, text, length);
    }
    if (mg_csv_is_missing(text, length)) {
        *seen = MG_CSV_MISSING;
        column->missing++;
        return MG_OK;
    }
    *seen = MG_CSV_UNLIKE;
    *look = number ? MG_CSV_INFINITY : mg_csv_look_at(text, length, decimal);
    return add_unlike(column, arena, text, length, *look);
}

/* ---- The end ---- */

size_t mg_csv_integer_name(char out[MG_CSV_INTEGER_SIZE], double value)
{
    return (size_t)snprintf(out, MG_CSV_INTEGER_SIZE, "%" PRId64,
                            (int64_t)value);
}

/* More than half of what is there decides. */
static void decide(mg_csv_column *c)
{
    const int64_t there = c->numbers + c->words + c->dates + c->units + c->odd;
    const bool quantities = !c->units_differ || c->numbers > c->units;
    const int64_t numbers = c->numbers + c->odd + (quantities ? c->units : 0);
    const bool names = c->as_text || (c->target && c->numbers == 0);
    c->dated = !c->as_text && c->dates > there / 2;
    if (there > 0 && (names || numbers * 2 <= there))
        c->kind = MG_CSV_TEXT;
    else
        c->kind = c->whole && c->numbers > 0 ? MG_CSV_INTEGER : MG_CSV_REAL;
}

/* Adds the small integers to the texts. */
static mg_status name_small(mg_csv_column *c)
{
    char name[MG_CSV_INTEGER_SIZE];
    for (int i = 0; c->small && i < SMALL_COUNT; i++) {
        if (c->small[i] == 0)
            continue;
        const size_t length = mg_csv_integer_name(name, SMALL_LEAST + i);
        MG_TRY(mg_csv_texts_count(&c->texts, name, length, c->small[i]));
    }
    return MG_OK;
}

/* "01" and "1.0" are 1: of integers, all spellings count as one. */
static mg_status join_spellings(mg_csv_column *c)
{
    mg_csv_texts joined;
    mg_csv_texts_init(&joined, c->texts.arena.ctx);
    mg_status status = MG_OK;
    for (size_t i = 0; i < c->texts.n && status == MG_OK; i++) {
        const mg_csv_text *t = &c->texts.text[i];
        char name[MG_CSV_INTEGER_SIZE];
        double value = 0;
        if ((!mg_csv_number(t->text, t->length, '.', &value) &&
             !mg_csv_number(t->text, t->length, ',', &value)) ||
            !(fabs(value) <= WHOLE_MOST))
            continue; /* a fault */
        const size_t length = mg_csv_integer_name(name, value);
        status = mg_csv_texts_count(&joined, name, length, t->count);
    }
    if (status != MG_OK) {
        mg_csv_texts_clear(&joined);
        return status;
    }
    mg_csv_texts_clear(&c->texts);
    c->texts = joined;
    return MG_OK;
}

mg_status mg_csv_column_finish(mg_csv_column *column)
{
    mg_csv_column *c = column;
    join_block(&c->moments);
    decide(c);
    if (c->kind == MG_CSV_REAL || c->lost) {
        mg_csv_texts_clear(&c->texts);
        c->lost = c->lost || c->kind == MG_CSV_REAL;
        return MG_OK;
    }
    MG_TRY(name_small(c));
    if (c->kind == MG_CSV_INTEGER)
        MG_TRY(join_spellings(c));
    mg_csv_texts_sort(&c->texts);
    return MG_OK;
}
