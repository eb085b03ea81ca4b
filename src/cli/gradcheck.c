/* gradcheck: gradients against central differences, as a check. Layer cli. */
#include "cli/example.h"
#include "cli/formula_file.h"
#include "explain/gradcheck.h"

static mg_status print(mg_cli *cli, const mg_gradcheck *check)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    if (mg_cli_json(cli))
        mg_gradcheck_json(check, &text);
    else
        mg_gradcheck_text(check, &text);
    if (text.length > 0 && text.data[text.length - 1] != '\n')
        mg_text_puts(&text, "\n");
    const mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* One example at most: what it leaves out is drawn. */
static mg_status take_example(mg_cli *cli, const mg_network *network,
                              mg_gradcheck_options *options)
{
    mg_given_examples examples;
    MG_TRY(mg_given_examples_read(cli, network, &examples));
    if (examples.count > 1)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--at: one example is checked, %zu are given",
                       examples.count);
    if (examples.count == 1)
        options->example = examples.example[0];
    return MG_OK;
}

static mg_status check_gradients(mg_cli *cli, const mg_network *network,
                                 mg_weights *weights, bool *pass)
{
    const mg_arguments *arguments = &cli->arguments;
    mg_gradcheck_options options = {
        .seed = (uint64_t)mg_arguments_integer(arguments, MG_OPTION_SEED,
                                               network->train.seed),
        .elements =
            mg_arguments_find(arguments, MG_OPTION_ALL)
                ? -1
                : mg_arguments_integer(arguments, MG_OPTION_ELEMENTS, 0)};
    mg_gradcheck *check = NULL;
    if (network->loss.id == 0)
        return mg_fail(cli->ctx, MG_BAD_FORMULA,
                       "%s: error: there is no loss to take gradients of; add "
                       "a line like loss = mse(z, y)",
                       arguments->operand);
    MG_TRY(take_example(cli, network, &options));
    MG_TRY(mg_weights_from_network(weights, network, options.seed));
    MG_TRY(mg_gradcheck_create(network, weights, &options, &check));
    const mg_status status = print(cli, check);
    *pass = check->pass;
    mg_gradcheck_destroy(check);
    return status;
}

int mg_run_gradcheck(mg_cli *cli)
{
    if (mg_arguments_find(&cli->arguments, MG_OPTION_ALL) &&
        mg_arguments_find(&cli->arguments, MG_OPTION_ELEMENTS)) {
        mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                "--all and --elements contradict each other");
        return mg_cli_usage(cli);
    }
    bool pass = true;
    mg_weights weights;
    mg_network *network = NULL;
    const mg_network_options options = {.real = MG_F64};
    mg_weights_init(&weights, cli->ctx);
    mg_status status = mg_formula_file_network(cli, options, &network);
    if (status == MG_OK)
        status = check_gradients(cli, network, &weights, &pass);
    mg_weights_clear(&weights);
    mg_network_destroy(network);
    if (status != MG_OK)
        return mg_cli_report(cli, status);
    return pass ? MG_EXIT_DONE : MG_EXIT_CHECK;
}
