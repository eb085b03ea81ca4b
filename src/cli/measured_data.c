/* measured_data: RUN and --data of eval and predict. Layer cli. */
#include "cli/measured_data.h"
#include "cli/formula_file.h"

#include <string.h>

mg_status mg_model_of_command(mg_cli *cli, mg_model **out)
{
    const mg_model_options options = {.seed = (uint64_t)mg_arguments_integer(
                                          &cli->arguments, MG_OPTION_SEED, 0)};
    MG_TRY(mg_formula_file_refuse_data(cli));
    return mg_model_open(cli->ctx, cli->arguments.operand, &options, out);
}

const char *mg_part_of_command(const mg_cli *cli)
{
    return mg_arguments_text(&cli->arguments, MG_OPTION_PART, NULL);
}

mg_data_part mg_part_choose(mg_cli *cli, const char *part, const char *names)
{
    if (part)
        return strcmp(part, "train") == 0 ? MG_PART_TRAIN : MG_PART_TEST;
    return mg_data_has_part(cli->ctx, names, MG_PART_TEST) ? MG_PART_TEST
                                                           : MG_PART_TRAIN;
}

const char *mg_lines_joined(mg_cli *cli, const char *lines)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    for (; *lines != '\0'; lines++) {
        if (*lines == '\n')
            mg_text_puts(&text, ", ");
        else
            mg_text_append(&text, lines, 1);
    }
    const char *joined =
        mg_text_status(&text) == MG_OK
            ? mg_arena_string(&cli->arena, mg_text_string(&text), text.length)
            : NULL;
    mg_text_clear(&text);
    return joined;
}

static mg_status open_part(mg_cli *cli, const char *names, mg_data_part part,
                           bool test, mg_measured_data *out)
{
    out->names = mg_lines_joined(cli, names);
    out->part = test || part == MG_PART_TEST ? "test" : "train";
    out->one_part = !test && !mg_data_has_part(cli->ctx, names, MG_PART_TEST);
    if (!out->names)
        return MG_NO_MEMORY;
    return mg_data_open(cli->ctx, names, part, &out->data);
}

/* Its path is as it was typed where the run began. */
static mg_status explain_own(mg_cli *cli, mg_status status)
{
    const char *message = mg_message(cli->ctx);
    message = mg_arena_string(&cli->arena, message, strlen(message));
    if (status != MG_BAD_FILE || !message)
        return status;
    return mg_fail(cli->ctx, status,
                   "%s\n  help: the run was trained with it; --data says "
                   "where it is now",
                   message);
}

static mg_status open_own(mg_cli *cli, const mg_model *model,
                          mg_measured_data *out)
{
    const mg_run_settings *settings = &model->settings;
    const char *part = mg_part_of_command(cli);
    const char *data = settings->data ? settings->data : "";
    const bool test = settings->test && *settings->test != '\0' &&
                      !(part && strcmp(part, "train") == 0);
    if (!test && *data == '\0')
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--data is missing: %s knows no data of its own",
                       cli->arguments.operand);
    const char *names = test ? settings->test : data;
    const mg_data_part which = mg_part_choose(cli, test ? NULL : part, names);
    const mg_status status = open_part(cli, names, which, test, out);
    out->one_part = out->one_part && !(settings->test && *settings->test);
    return status == MG_OK ? MG_OK : explain_own(cli, status);
}

mg_status mg_data_of_command(mg_cli *cli, const mg_model *model,
                             mg_measured_data *out)
{
    const char *names = NULL;
    *out = (mg_measured_data){0};
    MG_TRY(mg_cli_lines(cli, MG_OPTION_DATA, &names));
    if (!names)
        return open_own(cli, model, out);
    const mg_data_part part =
        mg_part_choose(cli, mg_part_of_command(cli), names);
    return open_part(cli, names, part, false, out);
}
