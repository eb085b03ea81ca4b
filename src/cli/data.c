/* data: `data info`, what a data set holds. Layer cli. */
#include "cli/data_info.h"
#include "cli/measured_data.h"

static mg_status print(mg_cli *cli, const mg_data_info *info)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    if (mg_cli_json(cli))
        mg_data_info_json(&text, info);
    else
        mg_data_info_text(&text, info, &cli->output.out);
    const mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

static mg_status describe(mg_cli *cli)
{
    const char *names = cli->arguments.operand;
    const char *asked = mg_part_of_command(cli);
    const mg_data_part part = mg_part_choose(cli, asked, names);
    mg_data_info info = {.names = mg_lines_joined(cli, names)};
    mg_dataset *data = NULL;
    if (!info.names)
        return MG_NO_MEMORY;
    /* What is learned from is what one asks for first. */
    info.both = !asked && part == MG_PART_TEST;
    info.part = part == MG_PART_TEST && !info.both ? "test" : "train";
    MG_TRY(
        mg_data_open(cli->ctx, names, info.both ? MG_PART_TRAIN : part, &data));
    mg_status status = mg_data_describe(data, &cli->arena, &info.facts);
    if (status == MG_OK)
        status = print(cli, &info);
    mg_dataset_destroy(data); /* the facts have its names */
    return status;
}

int mg_run_data(mg_cli *cli)
{
    const mg_status status = describe(cli);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
