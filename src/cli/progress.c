/* progress: a table with a line an epoch, and below it, on a terminal, a bar.
 * Layer cli. */
#define _POSIX_C_SOURCE 200809L
#include "cli/progress.h"

#include "cli/measures.h"
#include "cli/quantity.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define LONGEST_BAR 30
#define SHORTEST_BAR 8
#define SPARE 3 /* columns to the right, for what Ctrl-C prints */

/* ---- The table ---- */

static int column_width(const char *name)
{
    const int length = (int)mg_text_columns(name);
    return (length < 8 ? 8 : length) + 2;
}

static void put_right(mg_text *text, int width, const char *cell)
{
    const int blanks = width - (int)mg_text_columns(cell);
    mg_text_printf(text, "%*s%s", blanks > 0 ? blanks : 0, "", cell);
}

/* Eight columns whatever the size; the process is in the locale "C". */
static void put_number(mg_text *text, int width, double value)
{
    char number[40];
    const double size = fabs(value);
    if (value == 0 || (size >= 0.001 && size < 1000))
        snprintf(number, sizeof number, "%.4f", value);
    else if (size >= 1000 && size < 1e7)
        snprintf(number, sizeof number, "%.0f", value);
    else
        snprintf(number, sizeof number, "%.2e", value);
    put_right(text, width, number);
}

static void put_names(mg_text *text, const mg_measure *measure, size_t n,
                      const char *prefix)
{
    for (size_t i = 0; i < n; i++) {
        char name[100];
        snprintf(name, sizeof name, "%s%s", prefix, measure[i].name);
        put_right(text, column_width(name), name);
    }
}

static void put_values(mg_text *text, const mg_measure *measure, size_t n,
                       const char *prefix)
{
    for (size_t i = 0; i < n; i++) {
        char name[100];
        snprintf(name, sizeof name, "%s%s", prefix, measure[i].name);
        put_number(text, column_width(name), measure[i].value);
    }
}

static void put_header(mg_train_progress *progress, mg_text *text,
                       const mg_train_event *event)
{
    if (progress->header)
        return;
    mg_text_puts(text, "epoch");
    put_names(text, event->measure, event->n_measures, "");
    if (event->val_measure)
        put_names(text, event->val_measure, event->n_measures, "val_");
    mg_text_puts(text, "  seconds\n");
    progress->header = true;
}

static void put_epoch(mg_text *text, const mg_train_event *event)
{
    mg_text_printf(text, "%5lld", (long long)event->epoch);
    put_values(text, event->measure, event->n_measures, "");
    if (event->val_measure)
        put_values(text, event->val_measure, event->n_measures, "val_");
    char seconds[40];
    snprintf(seconds, sizeof seconds, "%.*f", event->seconds < 10 ? 2 : 1,
             event->seconds);
    put_right(text, 9, seconds);
    mg_text_puts(text, "\n");
}

/* Names in one line, what each is told behind it. */
static void put_list(mg_text *text, const char *head, size_t n,
                     const char *const name[], const char *const reason[])
{
    if (n == 0)
        return;
    mg_text_printf(text, "%s", head);
    for (size_t i = 0; i < n; i++) {
        mg_text_printf(text, "%s%s", i ? ", " : "", name[i]);
        if (reason)
            mg_text_printf(text, " (%s)", reason[i]);
    }
    mg_text_puts(text, "\n");
}

static void put_transfer(mg_text *text, const mg_train_transfer *transfer)
{
    if (!transfer)
        return;
    mg_text_printf(text, "from      %s\n", transfer->from);
    put_list(text, "  taken   ", transfer->n_taken, transfer->taken, NULL);
    put_list(text, "  left    ", transfer->n_left, transfer->left,
             transfer->reason);
    if (transfer->n_optimiser > 0)
        mg_text_printf(text, "  left    %zu state%s of its optimiser\n",
                       transfer->n_optimiser,
                       transfer->n_optimiser == 1 ? "" : "s");
    put_list(text, "  fresh   ", transfer->n_fresh, transfer->fresh, NULL);
}

static void put_start(const mg_train_progress *progress, mg_text *text,
                      const mg_train_event *event)
{
    mg_text_printf(text, "network   %s%s", progress->file ? progress->file : "",
                   progress->file ? ": " : "");
    mg_text_count(text, (double)event->parameters);
    mg_text_printf(text, " parameter%s, seed %llu\nexamples  ",
                   event->parameters == 1 ? "" : "s",
                   (unsigned long long)event->seed);
    mg_text_count(text, (double)event->train);
    mg_text_puts(text, " to learn from");
    if (event->val > 0) {
        mg_text_puts(text, ", ");
        mg_text_count(text, (double)event->val);
        mg_text_puts(text, " held out");
    }
    mg_text_puts(text, "\n");
    put_transfer(text, event->transfer);
    mg_text_printf(text, "run       %s, on %d thread%s\n\n",
                   event->run ? event->run : "", event->threads,
                   event->threads == 1 ? "" : "s");
}

static void put_done(mg_text *text, const mg_train_event *event)
{
    if (event->stopped_early)
        mg_text_puts(text, "\nno better loss for a while: stopped early");
    mg_text_printf(text, "\nbest epoch: %lld", (long long)event->best_epoch);
    if (event->run)
        mg_text_printf(text, "; saved in %s\n", event->run);
    else
        mg_text_puts(text, "\n");
}

/* ---- The bar ---- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* How much of the whole training is done, 0 to 1. */
static double share_done(const mg_train_progress *progress,
                         const mg_train_event *event)
{
    const double an_epoch = (double)event->steps_per_epoch;
    double all = an_epoch * (double)event->epochs;
    if (progress->max_steps > 0)
        all = fmin(all, (double)progress->max_steps);
    const double done =
        an_epoch * (double)(event->epoch - 1) + (double)event->step;
    return all > 0 ? fmin(done / all, 1) : 1;
}

static void put_rest(mg_train_progress *progress, mg_text *text,
                     const mg_train_event *event)
{
    const double share = share_done(progress, event), time = now();
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

static void put_blocks(mg_text *text, int columns, double share, bool utf8)
{
    const int full = (int)(share * columns);
    for (int i = 0; i < columns; i++)
        mg_text_puts(text, i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "."));
}

static void draw_bar(mg_train_progress *progress, mg_text *text,
                     const mg_train_event *event)
{
    mg_output *output = &progress->cli->output;
    mg_text tail;
    mg_text_init(&tail, progress->cli->ctx);
    mg_text_printf(text, "epoch %lld/%lld  ", (long long)event->epoch,
                   (long long)event->epochs);
    mg_text_printf(&tail, "  %lld/%lld", (long long)event->step,
                   (long long)event->steps_per_epoch);
    if (event->n_measures > 0) {
        mg_text_printf(&tail, "  %s ", event->measure[0].name);
        put_number(&tail, 0, event->measure[0].value);
    }
    const size_t least = tail.length;
    if (event->examples_per_second > 0) {
        mg_text_puts(&tail, "  ");
        mg_text_count(&tail, event->examples_per_second);
        mg_text_puts(&tail, " examples/s");
    }
    put_rest(progress, &tail, event);
    const int room = output->err.width - SPARE - (int)text->length;
    if (room - (int)mg_text_columns(mg_text_string(&tail)) < SHORTEST_BAR &&
        tail.length > least) {
        tail.length = least;
        tail.data[least] = '\0';
    }
    int columns = room - (int)mg_text_columns(mg_text_string(&tail));
    columns = columns > LONGEST_BAR ? LONGEST_BAR : columns;
    if (columns >= SHORTEST_BAR)
        put_blocks(text, columns,
                   (double)event->step / (double)event->steps_per_epoch,
                   output->err.utf8);
    mg_text_puts(text,
                 mg_text_string(&tail) + (columns >= SHORTEST_BAR ? 0 : 2));
    if (mg_text_status(text) == MG_OK && mg_text_status(&tail) == MG_OK)
        mg_output_bar(output, mg_text_string(text));
    mg_text_clear(&tail);
}

/* ---- JSON ---- */

static void json_names(mg_text *text, const char *key, size_t n,
                       const char *const name[])
{
    mg_text_printf(text, ", \"%s\": [", key);
    for (size_t i = 0; i < n; i++) {
        mg_text_puts(text, i ? ", " : "");
        mg_json_string(text, name[i]);
    }
    mg_text_puts(text, "]");
}

static void json_transfer(mg_text *text, const mg_train_transfer *transfer)
{
    if (!transfer)
        return;
    mg_text_puts(text, ", \"from\": {\"path\": ");
    mg_json_string(text, transfer->from);
    json_names(text, "taken", transfer->n_taken, transfer->taken);
    mg_text_puts(text, ", \"left\": {");
    for (size_t i = 0; i < transfer->n_left; i++) {
        mg_text_puts(text, i ? ", " : "");
        mg_json_string(text, transfer->left[i]);
        mg_text_puts(text, ": ");
        mg_json_string(text, transfer->reason[i]);
    }
    mg_text_printf(text, "}, \"left_of_optimiser\": %zu",
                   transfer->n_optimiser);
    json_names(text, "fresh", transfer->n_fresh, transfer->fresh);
    mg_text_puts(text, "}");
}

static void json_start(mg_text *text, const mg_train_event *event)
{
    mg_text_printf(text,
                   "{\"schema\": 1, \"event\": \"start\", \"parameters\": "
                   "%lld, \"train\": %lld, \"val\": %lld, \"threads\": %d, "
                   "\"seed\": %llu",
                   (long long)event->parameters, (long long)event->train,
                   (long long)event->val, event->threads,
                   (unsigned long long)event->seed);
    json_transfer(text, event->transfer);
    mg_text_puts(text, "}\n");
}

static void json_epoch(mg_text *text, const mg_train_event *event)
{
    bool finite = true;
    mg_text_printf(text,
                   "{\"schema\": 1, \"event\": \"epoch\", \"epoch\": "
                   "%lld",
                   (long long)event->epoch);
    mg_measures_json(text, event->measure, event->n_measures, "", &finite);
    if (event->val_measure)
        mg_measures_json(text, event->val_measure, event->n_measures, "val_",
                         &finite);
    mg_text_puts(text, ", \"seconds\": ");
    mg_text_real(text, event->seconds, 6);
    mg_text_puts(text, ", \"examples_per_second\": ");
    mg_text_real(text, event->examples_per_second, 6);
    mg_text_puts(text, finite ? "}\n" : ", \"nonfinite\": true}\n");
}

static void json_end(mg_text *text, const mg_train_event *event)
{
    mg_text_printf(text, "{\"schema\": 1, \"event\": \"%s\", \"run\": ",
                   event->interrupted ? "interrupted" : "done");
    mg_json_string(text, event->run ? event->run : "");
    mg_text_printf(text, ", \"best_epoch\": %lld}\n",
                   (long long)event->best_epoch);
}

/* ---- Events ---- */

static void put_event(mg_train_progress *progress, mg_text *text,
                      const mg_train_event *event)
{
    const bool json = mg_cli_json(progress->cli);
    if (event->kind == MG_EVENT_START && json) {
        json_start(text, event);
    } else if (event->kind == MG_EVENT_START) {
        put_start(progress, text, event);
    } else if (event->kind == MG_EVENT_EPOCH && json) {
        json_epoch(text, event);
    } else if (event->kind == MG_EVENT_EPOCH) {
        put_header(progress, text, event);
        put_epoch(text, event);
    } else if (json) {
        json_end(text, event);
    } else if (!event->interrupted) {
        put_done(text, event);
    }
}

static void keep_run(mg_train_progress *progress, const char *run)
{
    if (run && !progress->run)
        progress->run =
            mg_arena_string(&progress->cli->arena, run, strlen(run));
}

void mg_train_progress_event(void *data, const mg_train_event *event)
{
    mg_train_progress *progress = data;
    mg_output *output = &progress->cli->output;
    mg_text text;
    mg_text_init(&text, progress->cli->ctx);
    keep_run(progress, event->run);
    if (event->kind == MG_EVENT_STEP) {
        if (output->err.terminal)
            draw_bar(progress, &text, event);
    } else {
        put_event(progress, &text, event);
        mg_output_puts(output, mg_text_string(&text));
        mg_output_flush(output);
    }
    mg_text_clear(&text);
}
