/* command: what a subcommand is, and what it runs with. Layer cli. */
#ifndef MG_CLI_COMMAND_H
#define MG_CLI_COMMAND_H

#include "cli/arguments.h"
#include "cli/output.h"

/* What a command has at hand; ends with the program. */
typedef struct {
    mg_ctx *ctx;
    mg_arena arena; /* for the time of the command */
    mg_command_id id;
    mg_arguments arguments;
    mg_output output;
} mg_cli;

typedef struct {
    const char *name;
    const char *verb;    /* a word that stands before the operand, or NULL */
    const char *operand; /* "FILE", "RUN", "[FILE]" */
    mg_named named;      /* what it names */
    bool several;        /* operands; arguments have one a line */
    const char *summary; /* one line for the list of commands */
    const char *about;   /* a few sentences for its own help */
    const char *example;
    int (*run)(mg_cli *cli); /* returns the exit code */
} mg_command;

extern const mg_command mg_commands[MG_COMMAND_COUNT];

/* Exit codes: what a script can rely on. */
enum {
    MG_EXIT_DONE = 0,
    MG_EXIT_FILE = 1,
    MG_EXIT_USAGE = 2,
    MG_EXIT_FORMULA = 3,
    MG_EXIT_DIVERGED = 4,
    MG_EXIT_CHECK = 5,
    MG_EXIT_INTERRUPTED = 130,
};

/* The exit code of a failed library call. */
int mg_exit_code(mg_status status);

/* Prints the context's message as it stands for errors with a place, with the
 * command's name before it for others; returns the exit code. */
int mg_cli_report(mg_cli *cli, mg_status status);

/* A mistake in how the command was called, with the way to its help; returns
 * MG_EXIT_USAGE. The message is the context's. */
int mg_cli_usage(mg_cli *cli);

/* All values of an option that repeats, one a line, in the command's arena;
 * NULL: not given. */
mg_status mg_cli_lines(mg_cli *cli, mg_option_id id, const char **out);

/* The kernels that --precision asks for; MG_BAD_ARGUMENT where this machine has
 * none of that kind. */
mg_status mg_cli_kernels(mg_cli *cli, mg_kernels *out);

/* Whether results are wanted as JSON. */
bool mg_cli_json(const mg_cli *cli);

int mg_run_new(mg_cli *cli);
int mg_run_check(mg_cli *cli);
int mg_run_derive(mg_cli *cli);
int mg_run_explain(mg_cli *cli);
int mg_run_gradcheck(mg_cli *cli);
int mg_run_train(mg_cli *cli);
int mg_run_eval(mg_cli *cli);
int mg_run_predict(mg_cli *cli);
int mg_run_data(mg_cli *cli);
int mg_run_bench(mg_cli *cli);
int mg_run_completion(mg_cli *cli);

#endif
