/* derive: the network's derivative as formulas. Layer cli. */
#include "explain/derive/derivation.h"
#include "cli/formula_file.h"
#include "cli/guess.h"

#include <string.h>

/* The name that --wrt may have meant. */
static mg_status unknown_name(mg_cli *cli, const mg_network *n,
                              const char *name)
{
    mg_guess guess;
    mg_guess_init(&guess, name, strlen(name));
    for (size_t i = 0; i < n->n_inputs; i++)
        mg_guess_consider(&guess, n->input[i].name);
    for (size_t i = 0; i < n->n_params; i++)
        mg_guess_consider(&guess, n->param[i].name);
    for (size_t i = 0; i < n->n_values; i++)
        mg_guess_consider(&guess, n->value[i].name);
    return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                   "--wrt %s: no input, parameter or value has that name%s%s%s",
                   name, guess.best ? "\n  help: did you mean " : "",
                   guess.best ? guess.best : "", guess.best ? "?" : "");
}

static bool is_known(const mg_network *n, const char *name)
{
    return mg_network_find_input(n, name) || mg_network_find_param(n, name) ||
           mg_network_find_value(n, name);
}

static const char *notation_of(const mg_cli *cli)
{
    return mg_arguments_text(&cli->arguments, MG_OPTION_NOTATION, "text");
}

static mg_status write(mg_cli *cli, const mg_derivation *derivation,
                       mg_text *text)
{
    const mg_arguments *arguments = &cli->arguments;
    const char *notation = notation_of(cli);
    const bool shapes = mg_arguments_find(arguments, MG_OPTION_SHAPES);
    const mg_derivation_text_options options = {.ascii = !cli->output.out.utf8,
                                                .shapes = shapes};
    if (mg_cli_json(cli))
        mg_derivation_json(derivation, text);
    else if (strcmp(notation, "mg") == 0)
        MG_TRY(mg_derivation_formula(derivation, text));
    else if (strcmp(notation, "latex") == 0)
        mg_derivation_latex(derivation, shapes, text);
    else
        mg_derivation_text(derivation, &options, text);
    return mg_text_status(text);
}

static mg_status derive(mg_cli *cli, const mg_network *network)
{
    const char *wrt = mg_arguments_text(&cli->arguments, MG_OPTION_WRT, NULL);
    const mg_derivation_options options = {
        .wrt = wrt,
        .unfold = mg_arguments_find(&cli->arguments, MG_OPTION_UNFOLD),
        .exact = strcmp(notation_of(cli), "mg") == 0};
    mg_derivation *derivation = NULL;
    if (wrt && !is_known(network, wrt))
        return unknown_name(cli, network, wrt);
    MG_TRY(mg_derivation_create(network, &options, &derivation));
    mg_text text;
    mg_text_init(&text, cli->ctx);
    const mg_status status = write(cli, derivation, &text);
    if (status == MG_OK)
        mg_output_puts(&cli->output, mg_text_string(&text));
    mg_text_clear(&text);
    mg_derivation_destroy(derivation);
    return status;
}

int mg_run_derive(mg_cli *cli)
{
    mg_network *network = NULL;
    const mg_network_options options = {.real = MG_F64};
    mg_status status = mg_formula_file_network(cli, options, &network);
    if (status == MG_OK)
        status = derive(cli, network);
    mg_network_destroy(network);
    return status == MG_OK ? MG_EXIT_DONE : mg_cli_report(cli, status);
}
