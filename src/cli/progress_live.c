/* progress_live: the line of the epoch that runs, below the table. Its numbers
 * stand in the table's columns, a bar takes the place of what is not known yet.
 * Where the table goes elsewhere, the line says itself what its numbers are.
 * Layer cli. */
#include "cli/progress.h"

#include "cli/quantity.h"

#include <math.h>
#include <string.h>

#define LONGEST_BAR 30
#define SHORTEST_BAR 8
#define SPARE 3         /* columns to the right, for what Ctrl-C prints */
#define BAR_ROOM 27     /* what measures leave for a bar and its numbers */
#define SHORT_EPOCH 1.0 /* seconds; a bar for less would only flicker */

/* How much of the whole training is done, 0 to 1. */
static double share_done(const mg_train_progress *progress,
                         const mg_train_event *event, int64_t epoch,
                         int64_t step)
{
    const double an_epoch = (double)event->steps_per_epoch;
    double all = an_epoch * (double)event->epochs;
    if (progress->max_steps > 0)
        all = fmin(all, (double)progress->max_steps);
    const double done = an_epoch * (double)(epoch - 1) + (double)step;
    return all > 0 ? fmin(done / all, 1) : 1;
}

/* The bar is that of the epoch, or of all of them if they are short. */
static double share_shown(const mg_train_progress *progress,
                          const mg_train_event *event, double all, int64_t step)
{
    const bool is_short = progress->epochs > 0 &&
                          mg_progress_epoch_seconds(progress) < SHORT_EPOCH;
    if (is_short || event->steps_per_epoch <= 0)
        return all;
    return (double)step / (double)event->steps_per_epoch;
}

/* ---- What stands to the right of the bar ---- */

static void put_left(mg_train_progress *progress, mg_text *text, double share)
{
    const double time = mg_progress_now();
    if (progress->clock == 0) {
        progress->clock = time;
        progress->begun = share;
    }
    const double gained = share - progress->begun;
    if (gained <= 0 || time - progress->clock < 0.5)
        return;
    mg_text_puts(text, "  ");
    mg_text_clock(text, (time - progress->clock) / gained * (1 - share));
    mg_text_puts(text, " left");
}

static void put_rate(mg_text *text, double rate)
{
    if (!(rate > 0))
        return;
    mg_text_puts(text, "  ");
    mg_text_count(text, rate);
    mg_text_puts(text, "/s");
}

/* ---- The bar ---- */

static void put_repeated(mg_text *text, int n, const char *sign)
{
    for (int i = 0; i < n; i++)
        mg_text_puts(text, sign);
}

static void put_bar(mg_text *text, const mg_stream *stream, int columns,
                    double share)
{
    const int halves = (int)(share * 2 * columns);
    const int full = halves / 2;
    const bool half = stream->utf8 && halves % 2;
    mg_text_puts(text, stream->colour ? "\x1b[36m" : "");
    put_repeated(text, full, stream->utf8 ? "━" : "#");
    mg_text_puts(text, half ? "╸" : "");
    mg_text_puts(text, stream->colour ? "\x1b[0;2m" : "");
    put_repeated(text, columns - full - half,
                 stream->utf8 ? (stream->colour ? "━" : "─") : ".");
    mg_text_puts(text, stream->colour ? "\x1b[0m" : "");
}

/* The bar and its numbers in `room` columns: what does not fit is left out,
 * the last piece first. */
static void put_rest(mg_train_progress *progress, mg_text *text, int room,
                     const mg_train_event *event, bool fresh)
{
    const int64_t step = fresh ? 0 : event->step;
    const int64_t epoch = event->epoch + (fresh ? 1 : 0);
    const double all = share_done(progress, event, epoch, step);
    const double share = share_shown(progress, event, all, step);
    mg_text tail;
    mg_text_init(&tail, text->ctx);
    size_t end[3];
    mg_text_printf(&tail, "%4.0f%%", floor(share * 100));
    end[0] = tail.length;
    put_left(progress, &tail, all);
    end[1] = tail.length;
    if (!fresh)
        put_rate(&tail, event->examples_per_second);
    end[2] = tail.length;
    int piece = 2;
    while (piece > 0 && room - 2 - (int)end[piece] < SHORTEST_BAR)
        piece--;
    const int columns = room - 2 - (int)end[piece];
    if (columns >= SHORTEST_BAR && tail.length > 0) {
        mg_text_puts(text, "  ");
        put_bar(text, &progress->cli->output.err,
                columns > LONGEST_BAR ? LONGEST_BAR : columns, share);
        mg_text_append(text, tail.data, end[piece]);
    }
    text->failed |= tail.failed;
    mg_text_clear(&tail);
}

/* ---- The line ---- */

/* "  loss 0.1234", or the number alone below the column's name. */
static void put_measure(mg_text *text, const mg_progress_table *table,
                        const mg_measure *measure, bool named)
{
    if (!named) {
        mg_progress_table_measure(text, table, measure, "");
        return;
    }
    mg_text_printf(text, "  %s ", measure->name);
    mg_text_measure(text, measure->value);
}

static void put_line(mg_train_progress *progress, mg_text *text,
                     const mg_train_event *event, bool fresh)
{
    const mg_output *output = &progress->cli->output;
    const bool named = !progress->header || !output->out.terminal;
    const int width = output->err.width - SPARE;
    const mg_progress_table *table = &progress->table;
    const int64_t epoch = event->epoch + (fresh ? 1 : 0);
    if (named)
        mg_text_printf(text, "epoch %lld/%lld", (long long)epoch,
                       (long long)event->epochs);
    else
        mg_progress_table_number(text, table, epoch, event->epochs);
    const size_t n = named ? event->n_measures : table->measures;
    for (size_t i = 0; !fresh && i < n; i++) {
        const size_t before = text->length;
        put_measure(text, table, &event->measure[i], named);
        if ((int)mg_text_columns(mg_text_string(text)) + BAR_ROOM <= width)
            continue;
        if (i > 0 && text->data) {
            text->length = before;
            text->data[before] = '\0';
        }
        break;
    }
    put_rest(progress, text, width - (int)mg_text_columns(mg_text_string(text)),
             event, fresh);
}

void mg_progress_draw(mg_train_progress *progress, const mg_train_event *event,
                      bool fresh)
{
    mg_text text;
    mg_text_init(&text, progress->cli->ctx);
    put_line(progress, &text, event, fresh);
    if (mg_text_status(&text) == MG_OK)
        mg_output_bar(&progress->cli->output, mg_text_string(&text));
    mg_text_clear(&text);
}
