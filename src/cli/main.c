/* main: finds the command and runs it. Layer cli. */
#include "cli/help.h"
#include "cli/guess.h"

#include <stdlib.h>
#include <string.h>

/* Commands that the documentation knows and later versions bring. */
static const char *const later[] = {"show", "export", "import"};

/* The library's warnings, as lines of standard error. */
static void log_line(void *user, const char *line)
{
    mg_cli *cli = user;
    mg_output_note(&cli->output, line);
    mg_output_note(&cli->output, "\n");
}

static int unknown_command(mg_cli *cli, const char *name)
{
    mg_output *output = &cli->output;
    mg_guess guess;
    mg_output_note(output, "matgrad: ");
    mg_output_note(output, name);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (strcmp(later[i], name) == 0) {
            mg_output_note(output, " is not in this version yet\n");
            return MG_EXIT_USAGE;
        }
    }
    mg_output_note(output, " is not a command\n");
    mg_guess_init(&guess, name, strlen(name));
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++)
        mg_guess_consider(&guess, mg_commands[i].name);
    if (guess.best) {
        mg_output_note(output, "  help: did you mean ");
        mg_output_note(output, guess.best);
        mg_output_note(output, "?\n");
    } else {
        mg_output_note(output, "  see: matgrad --help\n");
    }
    return MG_EXIT_USAGE;
}

static bool find_command(const char *name, mg_command_id *out)
{
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++) {
        if (strcmp(mg_commands[i].name, name) == 0) {
            *out = (mg_command_id)i;
            return true;
        }
    }
    return false;
}

/* Prints a help text, to standard error where it answers a mistake. */
static int show(mg_cli *cli, mg_text *text, bool mistake)
{
    int code = mistake ? MG_EXIT_USAGE : MG_EXIT_DONE;
    if (mg_text_status(text) != MG_OK)
        code = MG_EXIT_FILE;
    else if (mistake)
        mg_output_note(&cli->output, mg_text_string(text));
    else
        mg_output_puts(&cli->output, mg_text_string(text));
    mg_text_clear(text);
    return code;
}

static int show_help(mg_cli *cli, bool mistake)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    mg_help(&text);
    return show(cli, &text, mistake);
}

static int show_command_help(mg_cli *cli)
{
    mg_text text;
    mg_text_init(&text, cli->ctx);
    mg_help_command(&text, cli->id, cli->output.out.width);
    return show(cli, &text, false);
}

static int show_version(mg_cli *cli)
{
    mg_output_puts(&cli->output, "matgrad " MATGRAD_VERSION "\n");
    return MG_EXIT_DONE;
}

/* Takes the word that must follow the command's name, if there must be one;
 * options alone (--help) need none. */
static mg_status take_verb(mg_cli *cli, int *argc, char *const **argv)
{
    const char *verb = mg_commands[cli->id].verb;
    if (!verb || (*argc > 0 && **argv[0] == '-'))
        return MG_OK;
    if (*argc == 0)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT, "%s is missing", verb);
    if (strcmp((*argv)[0], verb) != 0)
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "\"%s\" where %s was expected", (*argv)[0], verb);
    (*argc)--;
    (*argv)++;
    return MG_OK;
}

/* argv begins behind the command's name. */
static int run_command(mg_cli *cli, int argc, char *const argv[])
{
    if (take_verb(cli, &argc, &argv) != MG_OK)
        return mg_cli_usage(cli);
    const mg_status status =
        mg_arguments_parse(&cli->arena, cli->id, argc, argv, &cli->arguments);
    if (status == MG_BAD_ARGUMENT)
        return mg_cli_usage(cli);
    if (status != MG_OK)
        return mg_cli_report(cli, status);
    if (mg_arguments_find(&cli->arguments, MG_OPTION_HELP))
        return show_command_help(cli);
    if (mg_arguments_find(&cli->arguments, MG_OPTION_VERSION))
        return show_version(cli);
    const mg_command *command = &mg_commands[cli->id];
    if (!cli->arguments.operand && command->operand[0] != '[') {
        mg_fail(cli->ctx, MG_BAD_ARGUMENT, "%s is missing", command->operand);
        return mg_cli_usage(cli);
    }
    cli->ctx->threads = (int)mg_arguments_integer(
        &cli->arguments, MG_OPTION_THREADS, cli->ctx->threads);
    return command->run(cli);
}

static int dispatch(mg_cli *cli, int argc, char *const argv[])
{
    if (argc < 2)
        return show_help(cli, true);
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0)
        return show_version(cli);
    const bool help = strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0 ||
                      strcmp(name, "help") == 0;
    if (help && argc == 2)
        return show_help(cli, false);
    if (help)
        name = argv[2];
    if (!find_command(name, &cli->id))
        return unknown_command(cli, name);
    return help ? show_command_help(cli) : run_command(cli, argc - 2, argv + 2);
}

int main(int argc, char *argv[])
{
    mg_cli cli = {0};
    mg_output_init(&cli.output);
    const mg_ctx_options options = {.log = log_line, .log_user = &cli};
    if (mg_ctx_create(&options, &cli.ctx) != MG_OK) {
        mg_output_note(&cli.output, "matgrad: no memory\n");
        return MG_EXIT_FILE;
    }
    cli.output.ctx = cli.ctx;
    mg_arena_init(&cli.arena, cli.ctx);
    const int code = dispatch(&cli, argc, argv);
    mg_arena_clear(&cli.arena);
    cli.output.ctx = NULL;
    mg_ctx_destroy(cli.ctx);
    return mg_output_finish(&cli.output, code);
}
