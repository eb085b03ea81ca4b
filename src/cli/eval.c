/* eval: loss and metrics on data, and as a check. Layer cli. */
#include "cli/measured_data.h"
#include "cli/measures.h"
#include "cli/guess.h"

#include <math.h>
#include <string.h>

/* --min NAME=VALUE */
typedef struct {
    const char *name;
    size_t length;
    double least;
} minimum;

static mg_status read_minimum(mg_cli *cli, const char *text, minimum *out)
{
    minimum m = {.name = text, .length = strcspn(text, "=")};
    const char *value = text + m.length;
    const size_t length = *value == '=' ? strlen(value + 1) : 0;
    if (m.length == 0 || length == 0 ||
        mg_parse_real(value + 1, length, &m.least) != length ||
        !isfinite(m.least))
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--min %s: write METRIC=NUMBER, for example "
                       "accuracy=0.85",
                       text);
    *out = m;
    return MG_OK;
}

static bool is_named(const minimum *m, const char *name)
{
    return strlen(name) == m->length && memcmp(name, m->name, m->length) == 0;
}

static mg_status unknown_metric(mg_cli *cli, const mg_network *network,
                                const minimum *m)
{
    mg_guess guess;
    mg_text text;
    mg_text_init(&text, cli->ctx);
    mg_guess_init(&guess, m->name, m->length);
    mg_text_printf(&text, "--min %.*s: the network has no metric of that name",
                   (int)m->length, m->name);
    mg_text_puts(&text, network->n_metrics > 0 ? " (it has" : "");
    for (size_t i = 0; i < network->n_metrics; i++) {
        mg_guess_consider(&guess, network->metric[i].name);
        mg_text_printf(&text, "%s %s", i > 0 ? "," : "",
                       network->metric[i].name);
    }
    mg_text_puts(&text, network->n_metrics > 0 ? ")" : "");
    if (guess.best)
        mg_text_printf(&text, "\n  help: did you mean %s?", guess.best);
    const mg_status status =
        mg_fail(cli->ctx, MG_BAD_ARGUMENT, "%s", mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* Before the data is read: names are known already. */
static mg_status check_minimum(mg_cli *cli, const mg_network *network,
                               const minimum *m)
{
    for (size_t i = 0; i < network->n_metrics; i++) {
        if (is_named(m, network->metric[i].name))
            return MG_OK;
    }
    if (network->loss.id != 0 && is_named(m, "loss"))
        return MG_OK;
    return unknown_metric(cli, network, m);
}

/* All that are asked for; *out is in the command's arena. */
static mg_status read_minima(mg_cli *cli, const mg_network *network,
                             const minimum **out, size_t *n)
{
    const mg_arguments *arguments = &cli->arguments;
    minimum *minima =
        mg_arena_alloc(&cli->arena, arguments->n + 1, sizeof *minima);
    size_t count = 0;
    if (!minima)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < arguments->n; i++) {
        if (arguments->given[i].id != MG_OPTION_MIN)
            continue;
        MG_TRY(read_minimum(cli, arguments->given[i].text, &minima[count]));
        MG_TRY(check_minimum(cli, network, &minima[count++]));
    }
    *out = minima;
    *n = count;
    return MG_OK;
}

/* ---- Results ---- */

typedef struct {
    mg_cli *cli;
    mg_measured_data data;
    int64_t rows;
    size_t n;
    const mg_measure *measure;
} result;

static void put_text(const result *r, mg_text *text)
{
    int width = 0;
    for (size_t i = 0; i < r->n; i++) {
        const int length = (int)mg_text_columns(r->measure[i].name);
        width = length > width ? length : width;
    }
    mg_text_puts(text, r->data.names);
    if (!r->data.one_part)
        mg_text_printf(text, ", %s part", r->data.part);
    mg_text_printf(text, ": %lld example%s\n", (long long)r->rows,
                   r->rows == 1 ? "" : "s");
    for (size_t i = 0; i < r->n; i++) {
        const int length = (int)mg_text_columns(r->measure[i].name);
        mg_text_printf(text, "%s%*s  ", r->measure[i].name, width - length, "");
        mg_text_real(text, r->measure[i].value, 6);
        mg_text_puts(text, "\n");
    }
    if (r->n == 0)
        mg_text_puts(text, "the network has neither a loss nor a metric\n");
}

static void put_json(const result *r, mg_text *text)
{
    bool finite = true;
    mg_text_puts(text, "{\"schema\": 1, \"data\": ");
    mg_json_string(text, r->data.names);
    mg_text_printf(text, ", \"part\": \"%s\", \"examples\": %lld", r->data.part,
                   (long long)r->rows);
    mg_measures_json(text, r->measure, r->n, "", &finite);
    mg_text_puts(text, finite ? "}\n" : ", \"nonfinite\": true}\n");
}

static mg_status print(const result *r)
{
    mg_text text;
    mg_text_init(&text, r->cli->ctx);
    if (mg_cli_json(r->cli))
        put_json(r, &text);
    else
        put_text(r, &text);
    const mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        mg_output_puts(&r->cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* A line for a minimum that is missed. A value that is not finite misses
 * every one. */
static bool is_met(const result *r, const minimum *m)
{
    char value[MG_REAL_SIZE], least[MG_REAL_SIZE], line[300];
    const mg_measure *measure = r->measure;
    while (!is_named(m, measure->name))
        measure++;
    if (isfinite(measure->value) && measure->value >= m->least)
        return true;
    mg_format_real(value, measure->value, 9);
    mg_format_real(least, m->least, 9);
    snprintf(line, sizeof line, "matgrad eval: %s is %s, less than %s\n",
             measure->name, value, least);
    if (!isfinite(measure->value))
        snprintf(line, sizeof line,
                 "matgrad eval: %s is %s, not a number of at least %s\n",
                 measure->name, value, least);
    mg_output_note(&r->cli->output, line);
    return false;
}

static mg_status measure(mg_cli *cli, mg_model *model, bool *met)
{
    result r = {.cli = cli};
    const minimum *minima = NULL;
    size_t n = 0;
    MG_TRY(read_minima(cli, model->network, &minima, &n));
    MG_TRY(mg_data_of_command(cli, model, &r.data));
    mg_status status = mg_model_count(model, r.data.data, true, &r.rows);
    if (status == MG_OK)
        status = mg_model_measure(model, r.data.data, &r.measure, &r.n);
    mg_dataset_destroy(r.data.data);
    if (status == MG_OK)
        status = print(&r);
    for (size_t i = 0; status == MG_OK && i < n; i++)
        *met = is_met(&r, &minima[i]) && *met;
    return status;
}

int mg_run_eval(mg_cli *cli)
{
    bool met = true;
    mg_model *model = NULL;
    mg_status status = mg_model_of_command(cli, &model);
    if (status == MG_OK)
        status = measure(cli, model, &met);
    mg_model_destroy(model);
    if (status != MG_OK)
        return mg_cli_report(cli, status);
    return met ? MG_EXIT_DONE : MG_EXIT_CHECK;
}
