/* options: the table, and reading a command line by it. Layer cli. */
#include "cli/options.h"

#include "cli/command.h"
#include "cli/guess.h"

#include <math.h>
#include <string.h>

#define ON(command) (1u << (command))
#define ALL_COMMANDS (ON(MG_COMMAND_COUNT) - 1)
#define LARGEST_COUNT 9e15 /* below 2^53: exact as a double */
#define LARGEST_BATCH 1e9  /* more is more than memory */

const mg_option mg_options[MG_OPTION_COUNT] = {
    [MG_OPTION_AT] =
        {.name = "at",
         .kind = MG_TAKES_TEXT,
         .value = "NAME=LIST",
         .repeats = true,
         .commands = ON(MG_EXPLAIN) | ON(MG_GRADCHECK) | ON(MG_PREDICT),
         .help = "an input's or target's value: its numbers row by row, "
                 "x=1,0, or an array file, x=@file.npy; a name given again "
                 "starts the next example"},
    [MG_OPTION_TOGETHER] =
        {.name = "together",
         .commands = ON(MG_EXPLAIN),
         .help = "several examples as one batch, in matrix form"},
    [MG_OPTION_LR] = {.name = "lr",
                      .kind = MG_TAKES_REAL,
                      .value = "RATE",
                      .commands = ON(MG_EXPLAIN),
                      .help = "the step's size in W - lr * gradient (0.01)"},
    [MG_OPTION_TRAINING] =
        {.name = "training",
         .commands = ON(MG_EXPLAIN),
         .help = "layers behave as in training (dropout, batchnorm)"},
    [MG_OPTION_JACOBIANS] =
        {.name = "jacobians",
         .commands = ON(MG_EXPLAIN),
         .help = "the Jacobian of every operation of at most 64 elements, "
                 "beside the rule that avoids it"},
    [MG_OPTION_LAYOUT] = {.name = "layout",
                          .kind = MG_TAKES_CHOICE,
                          .value = "LAYOUT",
                          .choices = "library lecture",
                          .commands = ON(MG_EXPLAIN),
                          .help = "of Jacobians: J[m][n] = dy_m/dx_n "
                                  "(library), or its transpose, the lecture's "
                                  "J[n][m]"},
    [MG_OPTION_FROM] = {.name = "from",
                        .kind = MG_TAKES_PATH,
                        .value = "WEIGHTS",
                        .commands = ON(MG_EXPLAIN) | ON(MG_TRAIN),
                        .help = "parameters from a run folder or a weights "
                                "file"},
    [MG_OPTION_ELEMENTS] = {.name = "elements",
                            .kind = MG_TAKES_INTEGER,
                            .value = "N",
                            .least = 1,
                            .most = LARGEST_COUNT,
                            .commands = ON(MG_GRADCHECK),
                            .help = "at most N elements a name (100)"},
    [MG_OPTION_ALL] = {.name = "all",
                       .commands = ON(MG_GRADCHECK),
                       .help = "every element of every name"},
    [MG_OPTION_DATA] =
        {.name = "data",
         .kind = MG_TAKES_PATH,
         .value = "D",
         .commands = ON(MG_TRAIN) | ON(MG_EVAL) | ON(MG_PREDICT),
         .help = "the examples: a known name (fashion-mnist) or a folder of "
                 "IDX files, plain or .gz"},
    [MG_OPTION_TEST] = {.name = "test",
                        .later = ON(MG_TRAIN) | ON(MG_EVAL) | ON(MG_PREDICT)},
    [MG_OPTION_HTML] = {.name = "html", .later = ON(MG_EXPLAIN)},
    [MG_OPTION_RENAME] = {.name = "rename",
                          .kind = MG_TAKES_TEXT,
                          .value = "FROM=TO",
                          .repeats = true,
                          .commands = ON(MG_TRAIN),
                          .help = "of the weights of --from, those named FROM "
                                  "are taken as TO; each * in TO is what the * "
                                  "in FROM stood for: 'encoder.*=h.*'"},
    [MG_OPTION_FREEZE] = {.name = "freeze",
                          .kind = MG_TAKES_TEXT,
                          .value = "PATTERN",
                          .repeats = true,
                          .commands = ON(MG_TRAIN),
                          .help = "parameters that stay as they are, by path; "
                                  "* is any text: 'h.*'"},
    [MG_OPTION_ACCUMULATE] =
        {.name = "accumulate",
         .kind = MG_TAKES_INTEGER,
         .value = "N",
         .least = 1,
         .most = LARGEST_BATCH,
         .commands = ON(MG_TRAIN),
         .help = "N batches make one step, as one N times as large would, in "
                 "the memory of one (1)"},
    [MG_OPTION_PART] = {.name = "part",
                        .kind = MG_TAKES_CHOICE,
                        .value = "PART",
                        .choices = "train test",
                        .commands = ON(MG_EVAL) | ON(MG_PREDICT),
                        .help = "which part of the data (test, where there is "
                                "one)"},
    [MG_OPTION_EPOCHS] = {.name = "epochs",
                          .kind = MG_TAKES_INTEGER,
                          .value = "N",
                          .least = 1,
                          .most = LARGEST_COUNT,
                          .commands = ON(MG_TRAIN),
                          .help = "passes over the training examples"},
    [MG_OPTION_BATCH] = {.name = "batch",
                         .kind = MG_TAKES_INTEGER,
                         .value = "N",
                         .least = 1,
                         .most = LARGEST_BATCH,
                         .commands = ON(MG_CHECK) | ON(MG_TRAIN) | ON(MG_BENCH),
                         .help = "examples a step"},
    [MG_OPTION_OPTIMISER] = {.name = "optimiser",
                             .kind = MG_TAKES_TEXT,
                             .value = "RULE",
                             .commands = ON(MG_TRAIN),
                             .help =
                                 "as in a formula file: 'adam(lr = 0.001)'"},
    [MG_OPTION_MAX_STEPS] = {.name = "max-steps",
                             .kind = MG_TAKES_INTEGER,
                             .value = "N",
                             .least = 1,
                             .most = LARGEST_COUNT,
                             .commands = ON(MG_TRAIN),
                             .help = "ends after N steps"},
    [MG_OPTION_VAL] = {.name = "val",
                       .kind = MG_TAKES_REAL,
                       .value = "FRACTION",
                       .least = 0,
                       .most = 1,
                       .below = true,
                       .commands = ON(MG_TRAIN),
                       .help = "the share of the examples that is held out "
                               "to choose the best weights"},
    [MG_OPTION_PATIENCE] = {.name = "patience",
                            .kind = MG_TAKES_INTEGER,
                            .value = "N",
                            .least = 1,
                            .most = LARGEST_COUNT,
                            .commands = ON(MG_TRAIN),
                            .help = "ends after N epochs without a better "
                                    "loss"},
    [MG_OPTION_SET] = {.name = "set",
                       .kind = MG_TAKES_TEXT,
                       .value = "KEY=VALUE",
                       .repeats = true,
                       .commands = ON(MG_TRAIN),
                       .help = "any key of the file's train block"},
    [MG_OPTION_OUT] = {.name = "out",
                       .kind = MG_TAKES_PATH,
                       .value = "DIR",
                       .commands = ON(MG_TRAIN),
                       .help = "the run folder, new (runs/NAME-N)"},
    [MG_OPTION_OUT_FILE] = {.name = "out",
                            .letter = 'o',
                            .kind = MG_TAKES_PATH,
                            .value = "FILE",
                            .commands = ON(MG_NEW) | ON(MG_PREDICT),
                            .help = "where to write (standard output)"},
    [MG_OPTION_RESUME] = {.name = "resume",
                          .kind = MG_TAKES_PATH,
                          .value = "RUN",
                          .commands = ON(MG_TRAIN),
                          .help = "goes on with an interrupted run; FILE and "
                                  "options are then the run's own"},
    [MG_OPTION_MIN] = {.name = "min",
                       .kind = MG_TAKES_TEXT,
                       .value = "METRIC=VALUE",
                       .repeats = true,
                       .commands = ON(MG_EVAL),
                       .help = "a check: exit code 5 if the metric is less"},
    [MG_OPTION_FORMAT] = {.name = "format",
                          .kind = MG_TAKES_CHOICE,
                          .value = "FORMAT",
                          .choices = "json csv npy",
                          .commands = ON(MG_PREDICT),
                          .help = "how outputs are written (json: an object "
                                  "a line)"},
    [MG_OPTION_NOTATION] = {.name = "format",
                            .kind = MG_TAKES_CHOICE,
                            .value = "FORMAT",
                            .choices = "text mg latex",
                            .commands = ON(MG_DERIVE),
                            .help = "text, a formula file with the gradients "
                                    "as values (mg), or a LaTeX document"},
    [MG_OPTION_WRT] = {.name = "wrt",
                       .kind = MG_TAKES_TEXT,
                       .value = "NAME",
                       .commands = ON(MG_DERIVE),
                       .help = "by this input, parameter or named value "
                               "(every parameter)"},
    [MG_OPTION_SHAPES] = {.name = "shapes",
                          .commands = ON(MG_DERIVE),
                          .help = "the shape of every factor"},
    [MG_OPTION_UNFOLD] = {.name = "unfold",
                          .commands = ON(MG_DERIVE),
                          .help = "library calls written out instead of by "
                                  "their names"},
    [MG_OPTION_SEED] = {.name = "seed",
                        .kind = MG_TAKES_INTEGER,
                        .value = "N",
                        .least = 0,
                        .most = LARGEST_COUNT,
                        .commands = ALL_COMMANDS & ~ON(MG_NEW) & ~ON(MG_CHECK) &
                                    ~ON(MG_DERIVE) & ~ON(MG_BENCH),
                        .help = "where random numbers start (1)"},
    [MG_OPTION_DTYPE] = {.name = "dtype",
                         .kind = MG_TAKES_CHOICE,
                         .value = "TYPE",
                         .choices = "f32 f64",
                         .commands = ON(MG_EXPLAIN) | ON(MG_TRAIN),
                         .help = "the precision of real numbers (f32)"},
    [MG_OPTION_THREADS] = {.name = "threads",
                           .kind = MG_TAKES_INTEGER,
                           .value = "N",
                           .least = 1,
                           .most = 1024,
                           .commands = ON(MG_TRAIN) | ON(MG_EVAL) |
                                       ON(MG_PREDICT) | ON(MG_BENCH),
                           .help = "computing threads (one a core)"},
    [MG_OPTION_JSON] = {.name = "json",
                        .commands = ALL_COMMANDS,
                        .help = "results as JSON on standard output"},
    [MG_OPTION_HELP] = {.name = "help",
                        .letter = 'h',
                        .commands = ALL_COMMANDS,
                        .help = "this help"},
    [MG_OPTION_VERSION] = {.name = "version",
                           .commands = ALL_COMMANDS,
                           .help = "the version"},
};

static bool takes(mg_command_id command, const mg_option *option)
{
    return option->commands & ON(command);
}

static mg_status unknown_option(mg_ctx *ctx, mg_command_id command,
                                const char *name, size_t length)
{
    mg_guess guess;
    mg_guess_init(&guess, name, length);
    for (size_t i = 0; i < MG_OPTION_COUNT; i++) {
        if (takes(command, &mg_options[i]))
            mg_guess_consider(&guess, mg_options[i].name);
    }
    if (guess.best)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "unknown option --%.*s\n  help: did you mean --%s?",
                       (int)length, name, guess.best);
    return mg_fail(ctx, MG_BAD_ARGUMENT, "unknown option --%.*s", (int)length,
                   name);
}

static bool is_named(const mg_option *option, const char *name, size_t length)
{
    return strlen(option->name) == length &&
           memcmp(option->name, name, length) == 0;
}

static mg_status find_option(mg_ctx *ctx, mg_command_id command,
                             const char *name, size_t length, mg_option_id *out)
{
    const mg_option *other = NULL; /* of that name, but not this command's */
    for (size_t i = 0; i < MG_OPTION_COUNT; i++) {
        const mg_option *option = &mg_options[i];
        if (!is_named(option, name, length))
            continue;
        if (takes(command, option)) {
            *out = (mg_option_id)i;
            return MG_OK;
        }
        other = option;
    }
    if (!other)
        return unknown_option(ctx, command, name, length);
    if (other->later & ON(command))
        return mg_fail(ctx, MG_BAD_ARGUMENT, "--%s is not in this version yet",
                       other->name);
    return mg_fail(ctx, MG_BAD_ARGUMENT, "%s takes no option --%s",
                   mg_commands[command].name, other->name);
}

static bool in_range(const mg_option *option, double value)
{
    if (option->least == 0 && option->most == 0)
        return isfinite(value);
    return value >= option->least && value <= option->most &&
           !(option->below && value == option->most);
}

/* "a whole number from 1" or "a number from 0 to below 1". */
static mg_status wrong_number(mg_ctx *ctx, const mg_option *option,
                              const char *text)
{
    char least[MG_REAL_SIZE], most[MG_REAL_SIZE];
    mg_format_real(least, option->least, 17);
    mg_format_real(most, option->most, 17);
    const bool any = option->least == 0 && option->most == 0;
    const bool open = option->most >= LARGEST_COUNT;
    return mg_fail(ctx, MG_BAD_ARGUMENT,
                   "--%s: \"%s\" is not a%s number%s%s%s%s", option->name, text,
                   option->kind == MG_TAKES_INTEGER ? " whole" : "",
                   any ? "" : " from ", any ? "" : least,
                   any || open     ? ""
                   : option->below ? " to below "
                                   : " to ",
                   any || open ? "" : most);
}

static mg_status read_number(mg_ctx *ctx, const mg_option *option,
                             mg_given *given)
{
    const size_t length = strlen(given->text);
    size_t used;
    if (option->kind == MG_TAKES_INTEGER) {
        used = mg_parse_int(given->text, length, &given->integer);
        given->real = (double)given->integer;
    } else {
        used = mg_parse_real(given->text, length, &given->real);
    }
    if (used == 0 || used != length || !in_range(option, given->real))
        return wrong_number(ctx, option, given->text);
    return MG_OK;
}

/* choices: words with one blank between them. */
static bool is_choice(const char *choices, const char *text)
{
    const size_t length = strlen(text);
    for (const char *word = choices; word; word = strchr(word, ' ')) {
        word += *word == ' ';
        if (strcspn(word, " ") == length && memcmp(word, text, length) == 0)
            return true;
    }
    return false;
}

static mg_status read_value(mg_ctx *ctx, const mg_option *option,
                            mg_given *given)
{
    if (*given->text == '\0')
        return mg_fail(ctx, MG_BAD_ARGUMENT, "--%s: the value is empty",
                       option->name);
    if (option->kind == MG_TAKES_INTEGER || option->kind == MG_TAKES_REAL)
        return read_number(ctx, option, given);
    if (option->kind == MG_TAKES_CHOICE &&
        !is_choice(option->choices, given->text))
        return mg_fail(ctx, MG_BAD_ARGUMENT, "--%s: \"%s\" is none of: %s",
                       option->name, given->text, option->choices);
    return MG_OK;
}

/* The argument at *index is the option `name`, perhaps with "=value"; else its
 * value may be the next argument. */
static mg_status read_option(mg_ctx *ctx, mg_command_id command,
                             const char *name, int argc, char *const argv[],
                             int *index, mg_arguments *out)
{
    const size_t length = strcspn(name, "=");
    const bool joined = name[length] == '=';
    mg_given given = {0};
    MG_TRY(find_option(ctx, command, name, length, &given.id));
    const mg_option *option = &mg_options[given.id];
    if (!option->repeats && mg_arguments_find(out, given.id))
        return mg_fail(ctx, MG_BAD_ARGUMENT, "--%s is given twice",
                       option->name);
    if (option->kind == MG_TAKES_NOTHING && joined)
        return mg_fail(ctx, MG_BAD_ARGUMENT, "--%s takes no value",
                       option->name);
    if (option->kind != MG_TAKES_NOTHING) {
        const bool next =
            *index + 1 < argc && strncmp(argv[*index + 1], "--", 2) != 0;
        if (!joined && !next)
            return mg_fail(ctx, MG_BAD_ARGUMENT, "--%s needs a value: --%s %s",
                           option->name, option->name, option->value);
        given.text = joined ? name + length + 1 : argv[++*index];
        MG_TRY(read_value(ctx, option, &given));
    }
    out->given[out->n++] = given;
    return MG_OK;
}

static mg_status read_operand(mg_ctx *ctx, mg_command_id command,
                              const char *text, mg_arguments *out)
{
    if (*text == '\0')
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "an empty argument where %s was "
                       "expected",
                       mg_commands[command].operand);
    if (out->operand)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "\"%s\" is one argument too many (%s is \"%s\")", text,
                       mg_commands[command].operand, out->operand);
    out->operand = text;
    return MG_OK;
}

/* The command's option of that letter ("-o"), or NULL. */
static const mg_option *find_letter(mg_command_id command, const char *text)
{
    if (text[0] != '-' || text[1] == '\0' || text[2] != '\0')
        return NULL;
    for (size_t i = 0; i < MG_OPTION_COUNT; i++)
        if (mg_options[i].letter == text[1] &&
            (mg_options[i].commands & ON(command)))
            return &mg_options[i];
    return NULL;
}

static mg_status read_argument(mg_ctx *ctx, mg_command_id command, int argc,
                               char *const argv[], int *index,
                               mg_arguments *out)
{
    const char *text = argv[*index];
    const mg_option *option = find_letter(command, text);
    if (option)
        return read_option(ctx, command, option->name, argc, argv, index, out);
    if (strncmp(text, "--", 2) == 0)
        return read_option(ctx, command, text + 2, argc, argv, index, out);
    if (*text == '-' && text[1] != '\0')
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "unknown option %s: options begin with two dashes",
                       text);
    return read_operand(ctx, command, text, out);
}

mg_status mg_arguments_parse(mg_arena *arena, mg_command_id command, int argc,
                             char *const argv[], mg_arguments *out)
{
    mg_arguments arguments = {0};
    arguments.given =
        mg_arena_alloc(arena, (size_t)argc + 1, sizeof *arguments.given);
    if (!arguments.given)
        return MG_NO_MEMORY;
    bool options_end = false;
    for (int i = 0; i < argc; i++) {
        if (options_end) {
            MG_TRY(read_operand(arena->ctx, command, argv[i], &arguments));
        } else if (strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else {
            MG_TRY(
                read_argument(arena->ctx, command, argc, argv, &i, &arguments));
        }
        if (mg_arguments_find(&arguments, MG_OPTION_HELP) ||
            mg_arguments_find(&arguments, MG_OPTION_VERSION))
            break;
    }
    *out = arguments;
    return MG_OK;
}

const mg_given *mg_arguments_find(const mg_arguments *arguments,
                                  mg_option_id id)
{
    for (size_t i = 0; i < arguments->n; i++) {
        if (arguments->given[i].id == id)
            return &arguments->given[i];
    }
    return NULL;
}

const char *mg_arguments_text(const mg_arguments *arguments, mg_option_id id,
                              const char *otherwise)
{
    const mg_given *given = mg_arguments_find(arguments, id);
    return given ? given->text : otherwise;
}

int64_t mg_arguments_integer(const mg_arguments *arguments, mg_option_id id,
                             int64_t otherwise)
{
    const mg_given *given = mg_arguments_find(arguments, id);
    return given ? given->integer : otherwise;
}

double mg_arguments_real(const mg_arguments *arguments, mg_option_id id,
                         double otherwise)
{
    const mg_given *given = mg_arguments_find(arguments, id);
    return given ? given->real : otherwise;
}
