/* arguments: reading a command line by the table of options. Layer cli. */
#include "cli/arguments.h"

#include "cli/command.h"
#include "cli/guess.h"

#include <math.h>
#include <string.h>

static mg_status unknown_option(mg_ctx *ctx, mg_command_id command,
                                const char *name, size_t length)
{
    mg_guess guess;
    mg_guess_init(&guess, name, length);
    for (size_t i = 0; i < MG_OPTION_COUNT; i++) {
        if (mg_option_is_of(&mg_options[i], command))
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
        if (mg_option_is_of(option, command)) {
            *out = (mg_option_id)i;
            return MG_OK;
        }
        other = option;
    }
    if (!other)
        return unknown_option(ctx, command, name, length);
    if (other->later & (1u << command))
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
    const bool open = option->most >= MG_LARGEST_COUNT;
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

/* The operands so far and one more, one a line. */
static mg_status add_operand(mg_arena *arena, const char *text,
                             mg_arguments *out)
{
    const size_t before = strlen(out->operand), more = strlen(text) + 1;
    char *all = mg_arena_alloc(arena, before + 1 + more, 1);
    if (!all)
        return MG_NO_MEMORY;
    memcpy(all, out->operand, before);
    all[before] = '\n';
    memcpy(all + before + 1, text, more);
    out->operand = all;
    return MG_OK;
}

static mg_status read_operand(mg_arena *arena, mg_command_id command,
                              const char *text, mg_arguments *out)
{
    mg_ctx *ctx = arena->ctx;
    if (*text == '\0')
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "an empty argument where %s was "
                       "expected",
                       mg_commands[command].operand);
    if (out->operand && mg_commands[command].several)
        return add_operand(arena, text, out);
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
            mg_option_is_of(&mg_options[i], command))
            return &mg_options[i];
    return NULL;
}

static mg_status read_argument(mg_arena *arena, mg_command_id command, int argc,
                               char *const argv[], int *index,
                               mg_arguments *out)
{
    mg_ctx *ctx = arena->ctx;
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
    return read_operand(arena, command, text, out);
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
            MG_TRY(read_operand(arena, command, argv[i], &arguments));
        } else if (strcmp(argv[i], "--") == 0) {
            options_end = true;
        } else {
            MG_TRY(read_argument(arena, command, argc, argv, &i, &arguments));
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
