/* command: the subcommands, and what they share. Layer cli. */
#include "cli/command.h"

#include "data/file.h"

#include <string.h>

const mg_command mg_commands[MG_COMMAND_COUNT] = {
    [MG_NEW] = {.name = "new",
                .operand = "KIND",
                .named = MG_NAMES_TEMPLATE,
                .summary = "a commented formula file to start from",
                .about = "Prints a formula file to start from, or writes it. "
                         "KIND is lecture (the 2-2-1 network of the lecture), "
                         "mlp (a classifier of small pictures) or gpt (a small "
                         "language model). A file that exists is never "
                         "overwritten.",
                .example = "matgrad new lecture -o first.mg",
                .run = mg_run_new},
    [MG_CHECK] = {.name = "check",
                  .operand = "FILE",
                  .named = MG_NAMES_FORMULA,
                  .summary = "shapes, parameters, memory and operations of a "
                             "training step",
                  .about = "Reads a formula file and says what is in it, layer "
                           "by layer, or every mistake with its place.",
                  .example = "matgrad check xor.mg",
                  .run = mg_run_check},
    [MG_DERIVE] =
        {.name = "derive",
         .operand = "FILE",
         .named = MG_NAMES_FORMULA,
         .summary = "the derivative as matrix formulas",
         .about = "Writes the gradient of loss + penalty by every parameter as "
                  "matrix formulas, with named gradients on the way. Without a "
                  "loss, what becomes of the gradients of the outputs. Library "
                  "calls keep their names.",
         .example = "matgrad derive xor.mg --shapes",
         .run = mg_run_derive},
    [MG_EXPLAIN] =
        {.name = "explain",
         .operand = "FILE",
         .named = MG_NAMES_FORMULA,
         .summary = "one example through the graph: every value and gradient",
         .about = "Walks one example forward, back, and through the update: "
                  "every value, local derivative and gradient, and the "
                  "parameters after one step. Several examples are walked in "
                  "order, each step made before the next.",
         .example = "matgrad explain xor.mg --at x=1,0 --at y=1",
         .run = mg_run_explain},
    [MG_GRADCHECK] = {.name = "gradcheck",
                      .operand = "FILE",
                      .named = MG_NAMES_FORMULA,
                      .summary = "each gradient against central differences",
                      .about = "Compares the gradient of every parameter and "
                               "input with central differences, in double "
                               "precision. What --at does not give is drawn "
                               "from --seed.",
                      .example = "matgrad gradcheck xor.mg",
                      .run = mg_run_gradcheck},
    [MG_TRAIN] = {.name = "train",
                  .operand = "[FILE]",
                  .named = MG_NAMES_FORMULA,
                  .summary = "trains; writes a run folder with the best and "
                             "the last state",
                  .about =
                      "Trains the network of FILE. Options win over the "
                      "file's train block. The run folder holds the "
                      "network, weights and log; interrupted (Ctrl-C), "
                      "the state is saved and --resume goes on with it. After "
                      "an epoch, * says that it was the best so far.",
                  .example = "matgrad train mlp.mg --data fashion-mnist "
                             "--epochs 5 --out runs/first",
                  .run = mg_run_train},
    [MG_EVAL] = {.name = "eval",
                 .operand = "RUN",
                 .named = MG_NAMES_RUN,
                 .summary = "loss and metrics on data",
                 .about = "Measures a trained network. RUN is a run folder, a "
                          "weights file, or a formula file (with fresh "
                          "parameters).",
                 .example = "matgrad eval runs/first --min accuracy=0.85",
                 .run = mg_run_eval},
    [MG_PREDICT] = {.name = "predict",
                    .operand = "RUN",
                    .named = MG_NAMES_RUN,
                    .summary = "the outputs for data or for one example",
                    .about = "Computes the network's outputs for every example "
                             "of --data, or for those given by --at. RUN is a "
                             "run folder, a weights file, or a formula file "
                             "(with fresh parameters).",
                    .example = "matgrad predict runs/first --data "
                               "fashion-mnist --format csv",
                    .run = mg_run_predict},
    [MG_DATA] =
        {.name = "data",
         .verb = "info",
         .operand = "D...",
         .named = MG_NAMES_DATA,
         .several = true,
         .summary =
             "what a data set holds: columns, ranges, missing values, classes",
         .about = "Shows the columns of a data set: what they hold, their "
                  "range, mean and standard deviation, how many values are "
                  "missing, and how often each class occurs. Several files are "
                  "one data set, as several --data are for train.",
         .example = "matgrad data info 'iris.csv?target=species'",
         .run = mg_run_data},
    [MG_BENCH] = {.name = "bench",
                  .operand = "FILE",
                  .named = MG_NAMES_FORMULA,
                  .summary = "times a training step and a forward pass",
                  .about = "Times this very network on random data: the best "
                           "of five rounds.",
                  .example = "matgrad bench mlp.mg --batch 256",
                  .run = mg_run_bench},
    [MG_COMPLETION] =
        {.name = "completion",
         .operand = "SHELL",
         .named = MG_NAMES_SHELL,
         .summary = "the completion of a shell, bash or zsh",
         .about = "Prints what a shell needs to complete commands, options, "
                  "their values and files by their kind. An installed matgrad "
                  "has it where both shells look; else put the example into "
                  ".bashrc, or the same with zsh behind compinit in .zshrc.",
         .example = "source <(matgrad completion bash)",
         .run = mg_run_completion},
};

int mg_exit_code(mg_status status)
{
    static const int code[] = {
        [MG_OK] = MG_EXIT_DONE,
        [MG_BAD_FORMULA] = MG_EXIT_FORMULA,
        [MG_BAD_SHAPE] = MG_EXIT_FORMULA,
        [MG_BAD_ARGUMENT] = MG_EXIT_USAGE,
        [MG_BAD_FILE] = MG_EXIT_FILE,
        [MG_BAD_DATA] = MG_EXIT_FORMULA,
        [MG_NO_MEMORY] = MG_EXIT_FILE,
        [MG_DIVERGED] = MG_EXIT_DIVERGED,
        [MG_INTERRUPTED] = MG_EXIT_INTERRUPTED,
    };
    return code[status];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "FILE:LINE:..." as editors find it, which wants no word before it. */
static bool has_place(const char *message)
{
    const char *colon = strchr(message, ':');
    return colon && is_digit(colon[1]);
}

/* What goes wrong while a network runs is placed by "LINE:COLUMN:" alone. */
static void note_file(mg_cli *cli)
{
    const char *file = cli->arguments.operand;
    if (!file)
        file = mg_arguments_text(&cli->arguments, MG_OPTION_RESUME, "");
    mg_output_note(&cli->output, file);
    mg_output_note(&cli->output,
                   mg_file_is_folder(file) ? "/network.mg:" : ":");
}

int mg_cli_report(mg_cli *cli, mg_status status)
{
    const char *message = mg_message(cli->ctx);
    const bool placed = status == MG_BAD_FORMULA || has_place(message);
    if (placed && is_digit(message[0]) &&
        message[strspn(message, "0123456789")] == ':') {
        note_file(cli);
    } else if (!placed) {
        mg_output_note(&cli->output, "matgrad ");
        mg_output_note(&cli->output, mg_commands[cli->id].name);
        mg_output_note(&cli->output, ": ");
    }
    mg_output_note(&cli->output, message);
    const size_t length = strlen(message);
    if (length == 0 || message[length - 1] != '\n')
        mg_output_note(&cli->output, "\n");
    return mg_exit_code(status);
}

int mg_cli_usage(mg_cli *cli)
{
    mg_cli_report(cli, MG_BAD_ARGUMENT);
    mg_output_note(&cli->output, "  see: matgrad ");
    mg_output_note(&cli->output, mg_commands[cli->id].name);
    mg_output_note(&cli->output, " --help\n");
    return MG_EXIT_USAGE;
}

mg_status mg_cli_lines(mg_cli *cli, mg_option_id id, const char **out)
{
    const mg_arguments *arguments = &cli->arguments;
    mg_text text;
    if (!mg_arguments_find(arguments, id))
        return MG_OK;
    mg_text_init(&text, cli->ctx);
    for (size_t i = 0; i < arguments->n; i++) {
        const mg_given *given = &arguments->given[i];
        if (given->id != id)
            continue;
        mg_text_puts(&text, text.length > 0 ? "\n" : "");
        mg_text_puts(&text, given->text);
    }
    mg_status status = mg_text_status(&text);
    if (status == MG_OK) {
        *out = mg_arena_string(&cli->arena, mg_text_string(&text), text.length);
        status = *out ? MG_OK : MG_NO_MEMORY;
    }
    mg_text_clear(&text);
    return status;
}

bool mg_cli_json(const mg_cli *cli)
{
    return mg_arguments_find(&cli->arguments, MG_OPTION_JSON);
}

mg_status mg_cli_kernels(mg_cli *cli, mg_kernels *out)
{
    const char *const precision =
        mg_arguments_text(&cli->arguments, MG_OPTION_PRECISION, "f32");
    *out = MG_KERNELS_BEST;
    if (strcmp(precision, "bf16") != 0)
        return MG_OK;
    if (!mg_has_bf16())
        return mg_fail(cli->ctx, MG_BAD_ARGUMENT,
                       "--precision bf16: this processor, or this build "
                       "without oneDNN, has no products of bf16");
    *out = MG_KERNELS_BF16;
    return MG_OK;
}
