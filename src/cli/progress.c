/* progress: what is said at the start of a training, after an epoch and at its
 * end. Layer cli. */
#define _POSIX_C_SOURCE 200809L
#include "cli/progress.h"

#include "cli/help.h"
#include "cli/quantity.h"

#include <string.h>
#include <time.h>

/* A terminal gets no more lines than one in so long, but so many in all. */
#define LINE_SECONDS 0.2
#define LEAST_LINES 50

void mg_train_progress_init(mg_train_progress *progress, mg_cli *cli)
{
    *progress = (mg_train_progress){.cli = cli, .stride = 1};
    mg_text_init(&progress->left_out, cli->ctx);
    mg_text_init(&progress->best, cli->ctx);
}

void mg_train_progress_clear(mg_train_progress *progress)
{
    mg_text_clear(&progress->left_out);
    mg_text_clear(&progress->best);
}

double mg_progress_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double mg_progress_epoch_seconds(const mg_train_progress *progress)
{
    if (progress->epochs == 0)
        return 0;
    return (mg_progress_now() - progress->start) / (double)progress->epochs;
}

/* ---- Start ---- */

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
    mg_text_printf(text, "run       %s, on %d thread%s",
                   event->run ? event->run : "", event->threads,
                   event->threads == 1 ? "" : "s");
    if (event->epoch > 0)
        mg_text_printf(text, ", going on after epoch %lld",
                       (long long)event->epoch);
    mg_text_puts(text, "\n\n");
}

/* ---- Epochs ---- */

/* Prints the table's head, again where the terminal's width asks for other
 * columns. */
static void put_head(mg_train_progress *progress, mg_text *text,
                     const mg_train_event *event)
{
    const mg_stream *out = &progress->cli->output.out;
    const mg_progress_table table =
        mg_progress_table_fit(event, out->terminal ? out->width : 0, out->utf8);
    if (progress->header && mg_progress_table_equals(&table, &progress->table))
        return;
    progress->table = table;
    progress->header = true;
    mg_text_puts(text, out->colour ? "\x1b[2m" : "");
    mg_progress_table_head(text, &table, event);
    mg_text_puts(text, out->colour ? "\x1b[0m" : "");
}

/* "val_loss 0.1234, val_accuracy 0.9" */
static void put_measures(mg_text *text, const char *prefix, size_t n,
                         const mg_measure measure[])
{
    for (size_t i = 0; i < n; i++) {
        mg_text_printf(text, "%s%s%s ", i ? ", " : "", prefix, measure[i].name);
        mg_text_measure(text, measure[i].value);
    }
}

static void keep_best(mg_train_progress *progress, const mg_train_event *event)
{
    const bool val = event->val_measure;
    progress->best.length = 0;
    put_measures(&progress->best, val ? "val_" : "", event->n_measures,
                 val ? event->val_measure : event->measure);
}

/* 1, 2, 5, 10, 20, 50, ... */
static int64_t next_stride(int64_t stride)
{
    int64_t lead = stride;
    while (lead >= 10)
        lead /= 10;
    return lead == 2 ? stride / 2 * 5 : stride * 2;
}

/* Whether the epoch has a line of its own: on a terminal, while epochs end
 * faster than lines can be read, only those of round numbers have. */
static bool is_shown(mg_train_progress *progress, const mg_train_event *event)
{
    progress->epochs++;
    const double each = mg_progress_epoch_seconds(progress);
    if (!progress->cli->output.out.terminal)
        return true;
    while (progress->epochs > 1 &&
           each * (double)progress->stride < LINE_SECONDS &&
           next_stride(progress->stride) * LEAST_LINES <= event->epochs)
        progress->stride = next_stride(progress->stride);
    return event->epoch == 1 || event->epoch % progress->stride == 0 ||
           event->epoch == event->epochs;
}

static void put_left_out(mg_train_progress *progress, mg_text *text)
{
    mg_text *line = &progress->left_out;
    mg_text_append(text, mg_text_string(line), line->length);
    text->failed |= line->failed;
    line->length = 0;
}

static void put_epoch(mg_train_progress *progress, mg_text *text,
                      const mg_train_event *event)
{
    const mg_output *output = &progress->cli->output;
    const bool best = event->best_epoch == event->epoch;
    mg_text *line = &progress->left_out;
    put_head(progress, text, event);
    if (best)
        keep_best(progress, event);
    line->length = 0;
    mg_progress_table_epoch(line, &progress->table, event);
    if (best)
        mg_text_puts(line, output->out.colour ? "  \x1b[32m*\x1b[0m" : "  *");
    mg_text_puts(line, "\n");
    if (is_shown(progress, event))
        put_left_out(progress, text);
}

/* ---- End ---- */

void mg_text_shell(mg_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_./,:@%+-";
    if (*word != '\0' && word[strspn(word, plain)] == '\0') {
        mg_text_puts(text, word);
        return;
    }
    mg_text_puts(text, "'");
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            mg_text_puts(text, "'\\''");
        else
            mg_text_append(text, word, 1);
    }
    mg_text_puts(text, "'");
}

/* "  matgrad eval runs/first": what one can go on with. */
static void put_next(const mg_train_progress *progress, mg_text *text,
                     const char *command)
{
    mg_text_printf(text, "  matgrad %s ", command);
    mg_text_shell(text, progress->run);
    mg_text_puts(text, "\n");
}

/* Words in lines of the terminal's width. */
static void put_wrapped(const mg_train_progress *progress, mg_text *text,
                        const mg_text *words)
{
    const mg_stream *out = &progress->cli->output.out;
    mg_text_wrap(text, mg_text_string(words), 0, 2,
                 out->terminal ? (size_t)out->width : SIZE_MAX);
    text->failed |= words->failed;
}

static void put_best(const mg_train_progress *progress, mg_text *text,
                     const mg_train_event *event)
{
    mg_text words;
    mg_text_init(&words, text->ctx);
    mg_text_printf(&words, "best epoch %lld", (long long)event->best_epoch);
    if (progress->best.length > 0)
        mg_text_printf(&words, ": %s", mg_text_string(&progress->best));
    put_wrapped(progress, text, &words);
    if (event->test_measure) {
        words.length = 0;
        mg_text_puts(&words, "test set: ");
        put_measures(&words, "", event->n_measures, event->test_measure);
        put_wrapped(progress, text, &words);
    }
    mg_text_clear(&words);
}

static void put_done(mg_train_progress *progress, mg_text *text,
                     const mg_train_event *event)
{
    put_left_out(progress, text);
    mg_text_puts(text, "\n");
    if (event->stopped_early)
        mg_text_puts(text, "no better loss for a while: stopped early\n");
    put_best(progress, text, event);
    if (!progress->run)
        return;
    mg_text_printf(text, "saved in %s", progress->run);
    if (progress->stride > 1 ||
        (progress->header && progress->table.measures < event->n_measures))
        mg_text_puts(text, "; its log.jsonl has every epoch and metric");
    mg_text_puts(text, "\n\n");
    put_next(progress, text, "eval");
    put_next(progress, text, "predict");
}

/* ---- Events ---- */

static void put_event(mg_train_progress *progress, mg_text *text,
                      const mg_train_event *event)
{
    if (mg_cli_json(progress->cli))
        mg_progress_json(text, event);
    else if (event->kind == MG_EVENT_START)
        put_start(progress, text, event);
    else if (event->kind == MG_EVENT_EPOCH)
        put_epoch(progress, text, event);
    else if (event->kind == MG_EVENT_STEP)
        put_head(progress, text, event);
    else if (!event->interrupted)
        put_done(progress, text, event);
}

/* Whether the line of the running epoch follows the event, and without
 * numbers. Where epochs are short it waits for the next step. */
static bool is_drawn(const mg_train_progress *progress,
                     const mg_train_event *event, bool *fresh)
{
    *fresh = event->kind != MG_EVENT_STEP;
    if (!progress->cli->output.err.terminal || event->kind == MG_EVENT_DONE)
        return false;
    if (progress->cli->output.out.pipe)
        return false; /* whose reader may write to the terminal too */
    if (!*fresh)
        return true;
    return event->epoch < event->epochs &&
           (progress->epochs == 0 ||
            mg_progress_epoch_seconds(progress) >= LINE_SECONDS);
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
    if (event->kind == MG_EVENT_START)
        progress->start = mg_progress_now();
    mg_output_look_again(output);
    /* A step has something to say to a terminal alone. */
    if (event->kind != MG_EVENT_STEP ||
        (output->out.terminal && !mg_cli_json(progress->cli)))
        put_event(progress, &text, event);
    if (text.length > 0) {
        mg_output_puts(output, mg_text_string(&text));
        mg_output_flush(output);
    }
    bool fresh = false;
    if (is_drawn(progress, event, &fresh))
        mg_progress_draw(progress, event, fresh);
    mg_text_clear(&text);
}

void mg_train_progress_end(mg_train_progress *progress)
{
    mg_text text;
    mg_text_init(&text, progress->cli->ctx);
    put_left_out(progress, &text);
    mg_output_clear_bar(&progress->cli->output);
    mg_output_puts(&progress->cli->output, mg_text_string(&text));
    mg_text_clear(&text);
}
