/* progress_table: columns, and numbers in them. Layer cli. */
#include "cli/progress_table.h"

#include "cli/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define GAP 2
#define LEAST_COLUMN 8 /* what mg_text_measure needs */
#define SHORT_NAME 12
#define MARK 3 /* of the best epoch, and the gap before it */
#define SPARE 1

/* ---- Cells ---- */

void mg_text_measure(mg_text *text, double value)
{
    const double size = fabs(value);
    if (value == 0 || (size >= 0.001 && size < 1000))
        mg_text_printf(text, "%.4f", value);
    else if (size >= 1000 && size < 1e7)
        mg_text_printf(text, "%.0f", value);
    else
        mg_text_printf(text, "%.1e", value);
}

static void put_right(mg_text *text, int width, const char *cell)
{
    const int blanks = width - (int)mg_text_columns(cell);
    mg_text_printf(text, "%*s%s", blanks > 0 ? blanks : 0, "", cell);
}

static void put_number(mg_text *text, int width, double value)
{
    mg_text cell;
    mg_text_init(&cell, text->ctx);
    mg_text_measure(&cell, value);
    put_right(text, width, mg_text_string(&cell));
    mg_text_clear(&cell);
}

static void put_rate(mg_text *text, int width, double value)
{
    mg_text cell;
    mg_text_init(&cell, text->ctx);
    mg_text_count(&cell, value);
    put_right(text, width, mg_text_string(&cell));
    mg_text_clear(&cell);
}

/* ---- Widths ---- */

static int name_width(const mg_progress_table *table, const mg_measure *measure,
                      const char *prefix)
{
    const int length = (int)(strlen(prefix) + mg_text_columns(measure->name));
    if (length < LEAST_COLUMN)
        return LEAST_COLUMN;
    return length > table->longest ? table->longest : length;
}

int mg_progress_table_measure_width(const mg_progress_table *table,
                                    const mg_measure *measure,
                                    const char *prefix)
{
    return GAP + name_width(table, measure, prefix);
}

static int table_width(const mg_progress_table *table,
                       const mg_train_event *event)
{
    int width = table->epoch + MARK + SPARE;
    for (size_t i = 0; i < table->measures; i++) {
        width += mg_progress_table_measure_width(table, &event->measure[i], "");
        if (table->val)
            width += mg_progress_table_measure_width(table, &event->measure[i],
                                                     "val_");
    }
    width += table->seconds ? GAP + (int)strlen("seconds") : 0;
    width += table->rate ? GAP + (int)strlen("examples/s") : 0;
    return width;
}

static int digits_of(int64_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

mg_progress_table mg_progress_table_fit(const mg_train_event *event, int width,
                                        bool utf8)
{
    const bool any = width == 0;
    mg_progress_table table = {.epoch = (int)strlen("epoch"),
                               .of = !any,
                               .measures = event->n_measures,
                               .val = event->val > 0,
                               .longest = INT32_MAX / 2,
                               .seconds = true,
                               .rate = true,
                               .utf8 = utf8};
    const int number = digits_of(event->epochs) * 2 + 1;
    if (table.of && number > table.epoch)
        table.epoch = number;
    if (any || table_width(&table, event) <= width)
        return table;
    table.rate = false;
    if (table_width(&table, event) > width)
        table.longest = SHORT_NAME;
    if (table_width(&table, event) > width)
        table.longest = LEAST_COLUMN;
    if (table_width(&table, event) > width)
        table.seconds = false;
    while (table.measures > 1 && table_width(&table, event) > width)
        table.measures--;
    return table;
}

bool mg_progress_table_equals(const mg_progress_table *a,
                              const mg_progress_table *b)
{
    return a->epoch == b->epoch && a->of == b->of &&
           a->measures == b->measures && a->val == b->val &&
           a->longest == b->longest && a->seconds == b->seconds &&
           a->rate == b->rate;
}

/* ---- Lines ---- */

static void put_name(mg_text *text, const mg_progress_table *table,
                     const mg_measure *measure, const char *prefix)
{
    const int width = name_width(table, measure, prefix);
    mg_text name;
    mg_text_init(&name, text->ctx);
    mg_text_printf(&name, "%s%s", prefix, measure->name);
    if ((int)mg_text_columns(mg_text_string(&name)) <= width)
        put_right(text, GAP + width, mg_text_string(&name));
    else
        mg_text_printf(text, "%*s%.*s%s", GAP, "", width - 1,
                       mg_text_string(&name), table->utf8 ? "…" : "~");
    mg_text_clear(&name);
}

void mg_progress_table_head(mg_text *text, const mg_progress_table *table,
                            const mg_train_event *event)
{
    put_right(text, table->epoch, "epoch");
    for (size_t i = 0; i < table->measures; i++)
        put_name(text, table, &event->measure[i], "");
    for (size_t i = 0; table->val && i < table->measures; i++)
        put_name(text, table, &event->measure[i], "val_");
    mg_text_puts(text, table->seconds ? "  seconds" : "");
    mg_text_puts(text, table->rate ? "  examples/s" : "");
    mg_text_puts(text, "\n");
}

void mg_progress_table_number(mg_text *text, const mg_progress_table *table,
                              int64_t epoch, int64_t epochs)
{
    char number[50];
    if (table->of)
        snprintf(number, sizeof number, "%lld/%lld", (long long)epoch,
                 (long long)epochs);
    else
        snprintf(number, sizeof number, "%lld", (long long)epoch);
    put_right(text, table->epoch, number);
}

void mg_progress_table_measure(mg_text *text, const mg_progress_table *table,
                               const mg_measure *measure, const char *prefix)
{
    put_number(text, mg_progress_table_measure_width(table, measure, prefix),
               measure->value);
}

void mg_progress_table_epoch(mg_text *text, const mg_progress_table *table,
                             const mg_train_event *event)
{
    mg_progress_table_number(text, table, event->epoch, event->epochs);
    for (size_t i = 0; i < table->measures; i++)
        mg_progress_table_measure(text, table, &event->measure[i], "");
    for (size_t i = 0; table->val && i < table->measures; i++)
        mg_progress_table_measure(text, table, &event->val_measure[i], "val_");
    if (table->seconds) {
        char seconds[40];
        snprintf(seconds, sizeof seconds, "%.*f",
                 event->seconds < 0.1   ? 4
                 : event->seconds < 100 ? 2
                                        : 0,
                 event->seconds);
        put_right(text, GAP + (int)strlen("seconds"), seconds);
    }
    if (table->rate)
        put_rate(text, GAP + (int)strlen("examples/s"),
                 event->examples_per_second);
}
