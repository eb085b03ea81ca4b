/* measured_data: RUN and --data of eval and predict. Layer cli. */
#include "cli/measured_data.h"

#include <string.h>

mg_status mg_model_of_command(mg_cli *cli, mg_model **out)
{
    const mg_model_options options = {.seed = (uint64_t)mg_arguments_integer(
                                          &cli->arguments, MG_OPTION_SEED, 0)};
    return mg_model_open(cli->ctx, cli->arguments.operand, &options, out);
}

static mg_data_part choose_part(const mg_cli *cli, const char *data)
{
    const char *name = mg_arguments_text(&cli->arguments, MG_OPTION_PART, NULL);
    if (name)
        return strcmp(name, "train") == 0 ? MG_PART_TRAIN : MG_PART_TEST;
    return mg_data_has_part(cli->ctx, data, MG_PART_TEST) ? MG_PART_TEST
                                                          : MG_PART_TRAIN;
}

mg_status mg_data_of_command(mg_cli *cli, mg_data_part *part, mg_dataset **out)
{
    const char *data = mg_arguments_text(&cli->arguments, MG_OPTION_DATA, NULL);
    *part = choose_part(cli, data);
    return mg_data_open(cli->ctx, data, *part, out);
}

const char *mg_part_name(mg_data_part part)
{
    return part == MG_PART_TRAIN ? "train" : "test";
}
