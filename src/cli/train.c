/* train: options to a training request, events to progress. Layer cli. */
#include "cli/formula_file.h"
#include "cli/profile.h"
#include "cli/progress.h"
#include "cli/stop.h"

#include <math.h>
#include <string.h>

/* ---- Options that win over the file's train block ---- */

/* In the order in which they are handed on, so that a resumed run compares
 * equal however its options were typed. */
static const struct {
    mg_option_id option;
    const char *key;
} keys[] = {
    {MG_OPTION_OPTIMISER, "optimiser"},
    {MG_OPTION_EPOCHS, "epochs"},
    {MG_OPTION_BATCH, "batch"},
    {MG_OPTION_SEED, "seed"},
    {MG_OPTION_VAL, "val"},
    {MG_OPTION_PATIENCE, "patience"},
};
#define KEY_COUNT (sizeof keys / sizeof *keys)

static void put_key(mg_text *text, const char *key, size_t length)
{
    if (text->length > 0)
        mg_text_puts(text, "; ");
    mg_text_append(text, key, length);
    mg_text_puts(text, " = ");
}

static void put_value(mg_text *text, const mg_given *given)
{
    const mg_option_kind kind = mg_options[given->id].kind;
    if (kind == MG_TAKES_INTEGER)
        mg_text_printf(text, "%lld", (long long)given->integer);
    else if (kind == MG_TAKES_REAL)
        mg_text_real(text, given->real, 17);
    else
        mg_text_puts(text, given->text);
}

/* A value is one expression: what would begin another statement, end the
 * train block or comment the rest away is no part of it. */
static mg_status check_expression(mg_cli *cli, const char *option,
                                  const char *value)
{
    const size_t length = strcspn(value, ";{}#\n\r");
    if (value[length] == '\0')
        return MG_OK;
    return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                   "--%s: a line break or one of ; { } # in the value", option);
}

/* A key, or `optimiser` and a pattern over parameters behind a blank. */
static bool is_key(const char *text, size_t length)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    const size_t word = strspn(text, letters);
    if (word == 0 || word >= length)
        return word == length && length > 0;
    return text[word] == ' ' &&
           !memchr(text + word + 1, ' ', length - word - 1);
}

/* The length of KEY in "KEY = VALUE", without the blanks behind it. */
static size_t key_length(const char *set)
{
    size_t length = strcspn(set, "=");
    while (length > 0 && set[length - 1] == ' ')
        length--;
    return length;
}

/* Whether another option or --set before this one gives the same key. */
static bool key_is_given(const mg_cli *cli, const mg_given *set, size_t length)
{
    const mg_arguments *arguments = &cli->arguments;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strlen(keys[i].key) == length &&
            memcmp(keys[i].key, set->text, length) == 0)
            return mg_arguments_find(arguments, keys[i].option);
    }
    for (const mg_given *other = arguments->given; other < set; other++) {
        if (other->id == MG_OPTION_SET && key_length(other->text) == length &&
            memcmp(other->text, set->text, length) == 0)
            return true;
    }
    return false;
}

static mg_status put_set(mg_cli *cli, const mg_given *set, mg_text *text)
{
    const size_t length = key_length(set->text);
    const char *value = set->text + strcspn(set->text, "=");
    if (*value != '=' || !is_key(set->text, length) || value[1] == '\0')
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--set %s: write KEY=VALUE, for example clip_norm=1",
                       set->text);
    if (key_is_given(cli, set, length))
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT, "--set: %.*s is given twice",
                       (int)length, set->text);
    MG_TRY(check_expression(cli, "set", value + 1));
    put_key(text, set->text, length);
    mg_text_puts(text, value + 1);
    return MG_OK;
}

static mg_status put_overrides(mg_cli *cli, mg_text *text)
{
    const mg_arguments *arguments = &cli->arguments;
    MG_TRY(check_expression(
        cli, "optimiser",
        mg_arguments_text(arguments, MG_OPTION_OPTIMISER, "")));
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const mg_given *given = mg_arguments_find(arguments, keys[i].option);
        if (given) {
            put_key(text, keys[i].key, strlen(keys[i].key));
            put_value(text, given);
        }
    }
    for (size_t i = 0; i < arguments->n; i++) {
        if (arguments->given[i].id == MG_OPTION_SET)
            MG_TRY(put_set(cli, &arguments->given[i], text));
    }
    return mg_text_status(text);
}

/* ---- The request ---- */

static mg_status check_arguments(mg_cli *cli)
{
    const mg_arguments *arguments = &cli->arguments;
    const char *resume = mg_arguments_text(arguments, MG_OPTION_RESUME, NULL);
    const char *out = mg_arguments_text(arguments, MG_OPTION_OUT, NULL);
    if (!resume && !arguments->operand)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT, "FILE is missing");
    MG_TRY(mg_formula_file_refuse_data(cli));
    if (!resume && !mg_arguments_find(arguments, MG_OPTION_DATA))
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--data is missing: which examples to learn from");
    if (resume && out && strcmp(resume, out) != 0)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--out: a resumed run goes on in its own folder, %s",
                       resume);
    return MG_OK;
}

static mg_status fill_request(mg_cli *cli, mg_train_request *request)
{
    const mg_arguments *arguments = &cli->arguments;
    MG_TRY(mg_cli_lines(cli, MG_OPTION_DATA, &request->data));
    MG_TRY(mg_cli_lines(cli, MG_OPTION_TEST, &request->test));
    request->class_weights =
        mg_arguments_text(arguments, MG_OPTION_CLASS_WEIGHTS, NULL);
    request->resume = mg_arguments_text(arguments, MG_OPTION_RESUME, NULL);
    if (!request->resume)
        request->out = mg_arguments_text(arguments, MG_OPTION_OUT, NULL);
    request->max_steps =
        mg_arguments_integer(arguments, MG_OPTION_MAX_STEPS, 0);
    request->accumulate =
        mg_arguments_integer(arguments, MG_OPTION_ACCUMULATE, 0);
    request->real =
        strcmp(mg_arguments_text(arguments, MG_OPTION_DTYPE, "f32"), "f64") == 0
            ? MG_F64
            : MG_F32;
    MG_TRY(mg_cli_kernels(cli, &request->kernels));
    request->from = mg_arguments_text(arguments, MG_OPTION_FROM, NULL);
    MG_TRY(mg_cli_lines(cli, MG_OPTION_RENAME, &request->rename));
    MG_TRY(mg_cli_lines(cli, MG_OPTION_FREEZE, &request->freeze));
    request->stop = &mg_stop_requested;
    if (!arguments->operand)
        return MG_OK;
    mg_formula_file file;
    MG_TRY(mg_formula_file_read(cli, &file));
    request->file = file.path;
    request->source = file.source;
    request->source_length = file.length;
    return MG_OK;
}

/* A formula that is right by itself was spoilt by the options. */
static bool formula_is_right(mg_cli *cli, const mg_train_request *request)
{
    mg_network *network = NULL;
    const mg_network_options options = {.training = true,
                                        .file = request->file};
    if (!request->source || !request->overrides || !*request->overrides ||
        mg_network_create(cli->ctx, request->source, request->source_length,
                          &options, &network) != MG_OK)
        return false;
    mg_network_destroy(network);
    return true;
}

/* With the command that goes on. */
static int report_interruption(mg_cli *cli, const char *run)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    if (cli->output.err.terminal)
        mg_output_bar(&cli->output, ""); /* over the ^C that it shows */
    mg_text_puts(&text, "matgrad train: interrupted; the state is saved, go "
                        "on with\n  matgrad train --resume ");
    mg_text_shell(&text, run);
    mg_text_puts(&text, "\n");
    mg_output_note(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return MG_EXIT_INTERRUPTED;
}

static int report(mg_cli *cli, const mg_train_request *request,
                  mg_status status)
{
    const int code = mg_cli_report(cli, status);
    return status == MG_BAD_FORMULA && formula_is_right(cli, request)
               ? MG_EXIT_USAGE
               : code;
}

/* What is told while it trains, and what is told behind that. */
typedef struct {
    mg_train_progress progress;
    mg_text profile;
} telling;

/* Standard output that takes no more ends the training as Ctrl-C does. */
static void see_event(void *user, const mg_train_event *event)
{
    telling *const t = user;
    mg_cli *const cli = t->progress.cli;
    mg_train_progress_event(&t->progress, event);
    if (event->profile && mg_cli_json(cli))
        mg_text_profile_json(&t->profile, event->profile);
    else if (event->profile)
        mg_text_profile(&t->profile, event->profile);
    if (cli->output.failed)
        mg_stop_requested = 1;
}

static mg_status run(mg_cli *cli, mg_train_request *request, telling *t)
{
    mg_train_progress_init(&t->progress, cli);
    mg_text_init(&t->profile, cli->ctx);
    t->progress.file = request->file ? request->file : request->resume;
    t->progress.max_steps = request->max_steps;
    request->profile =
        mg_arguments_find(&cli->arguments, MG_OPTION_PROFILE) != NULL;
    request->event = see_event;
    request->user = t;
    mg_stop_catch();
    const mg_status end = mg_train(cli->ctx, request);
    mg_train_progress_end(&t->progress);
    mg_train_progress_clear(&t->progress);
    mg_output_puts(&cli->output, mg_text_string(&t->profile));
    mg_text_clear(&t->profile);
    return end;
}

static int train(mg_cli *cli, const char *overrides)
{
    mg_train_request request = {0};
    telling t;
    const mg_status status = fill_request(cli, &request);
    if (status != MG_OK)
        return mg_cli_report(cli, status);
    request.overrides = overrides;
    const mg_status end = run(cli, &request, &t);
    if (end == MG_INTERRUPTED && t.progress.run)
        return report_interruption(cli, t.progress.run);
    return end == MG_OK ? MG_EXIT_DONE : report(cli, &request, end);
}

int mg_run_train(mg_cli *cli)
{
    mg_text overrides;
    mg_text_init(&overrides, cli->ctx);
    mg_status status = check_arguments(cli);
    if (status == MG_OK)
        status = put_overrides(cli, &overrides);
    int code;
    if (status == MG_OK)
        code = train(cli, mg_text_string(&overrides));
    else
        code = status == MG_BAD_ARGUMENT ? mg_cli_usage(cli)
                                         : mg_cli_report(cli, status);
    mg_text_clear(&overrides);
    return code;
}
