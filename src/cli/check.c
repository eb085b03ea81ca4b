/* check: what a formula file holds, what a training step costs, and what is
 * hardly meant. Layer cli. */
#include "cli/formula_file.h"
#include "explain/summary.h"

static mg_status print(mg_cli *cli, const mg_network *network)
{
    mg_summary *summary = NULL;
    const int64_t batch =
        mg_arguments_integer(&cli->arguments, MG_OPTION_BATCH, 0);
    MG_TRY(mg_summary_create(network, batch, &summary));
    mg_text text;
    mg_text_init(&text, cli->ctx);
    if (mg_cli_json(cli))
        mg_summary_json(summary, &text);
    else
        mg_summary_text(summary, &text);
    mg_summary_destroy(summary);
    if (text.length > 0 && text.data[text.length - 1] != '\n')
        mg_text_puts(&text, "\n");
    const mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

int mg_run_check(mg_cli *cli)
{
    mg_network *network = NULL;
    const mg_network_options options = {0};
    mg_status status = mg_formula_file_network(cli, options, &network);
    if (status == MG_OK)
        status = print(cli, network);
    mg_network_destroy(network);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
