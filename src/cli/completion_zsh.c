/* completion_zsh: the tables as _arguments of zsh takes them. Layer cli. */
#include "cli/completion.h"

#include <string.h>

/* Text inside single quotes; what _arguments would read is escaped. */
static void put_quoted(mg_text *text, const char *words)
{
    for (; *words != '\0'; words++) {
        if (strchr(":[]\\", *words))
            mg_text_puts(text, "\\");
        if (*words == '\'')
            mg_text_puts(text, "'\\''");
        else
            mg_text_append(text, words, 1);
    }
}

/* "*.mg", "*.(safetensors|mg)": brackets without a bar would be qualifiers. */
static void put_pattern(mg_text *text, const char *endings)
{
    const bool several = strchr(endings, ' ');
    mg_text_puts(text, several ? "*.(" : "*.");
    for (; *endings != '\0'; endings++)
        mg_text_append(text, *endings == ' ' ? "|" : endings, 1);
    mg_text_puts(text, several ? ")" : "");
}

/* An action of _alternative for the files of a kind. */
static void put_files(mg_text *text, mg_named named)
{
    const mg_named_kind *kind = &mg_named_kinds[named];
    mg_text endings;
    mg_text_init(&endings, text->ctx);
    mg_named_endings(&endings, named);
    mg_text_puts(text, " 'files:file:_files");
    if (endings.length > 0) {
        mg_text_puts(text, " -g \"");
        put_pattern(text, mg_text_string(&endings));
        mg_text_puts(text, "\"");
    } else if (kind->endings) {
        mg_text_puts(text, " -/");
    }
    mg_text_puts(text, "'");
    text->failed |= endings.failed;
    mg_text_clear(&endings);
}

/* A function for each kind of thing. */
static void put_kinds(mg_text *text)
{
    for (int i = MG_NAMES_NOTHING + 1; i < MG_NAMES_COUNT; i++) {
        const mg_named_kind *kind = &mg_named_kinds[i];
        mg_text words;
        mg_text_init(&words, text->ctx);
        mg_named_words(&words, (mg_named)i);
        mg_text_printf(text, "_matgrad_%s() {\n    _alternative",
                       kind->function);
        if (words.length > 0)
            mg_text_printf(text, " 'words:%s:(%s)'", kind->function,
                           mg_text_string(&words));
        if (kind->files)
            put_files(text, (mg_named)i);
        mg_text_puts(text, "\n}\n\n");
        text->failed |= words.failed;
        mg_text_clear(&words);
    }
}

/* '*--min=[a check: ...]:METRIC=VALUE:action' */
static void put_option(mg_text *text, const mg_option *option)
{
    const bool value = option->kind != MG_TAKES_NOTHING;
    mg_text_puts(text, " \\\n            ");
    if (option->letter)
        mg_text_printf(text, "'(-%c --%s)'{-%c,--%s%s}'", option->letter,
                       option->name, option->letter, option->name,
                       value ? "=" : "");
    else
        mg_text_printf(text, "'%s--%s%s", option->repeats ? "*" : "",
                       option->name, value ? "=" : "");
    mg_text_puts(text, "[");
    put_quoted(text, option->help);
    mg_text_puts(text, "]");
    if (value) {
        mg_text_puts(text, ":");
        put_quoted(text, option->value);
        mg_text_puts(text, ":");
    }
    if (option->choices)
        mg_text_printf(text, "(%s)", option->choices);
    else if (value && option->named == MG_NAMES_NOTHING)
        mg_text_puts(text, " ");
    else if (value)
        mg_text_printf(text, "_matgrad_%s",
                       mg_named_kinds[option->named].function);
    mg_text_puts(text, "'");
}

static void put_command(mg_text *text, mg_command_id id)
{
    const mg_command *command = &mg_commands[id];
    mg_text_printf(text, "        %s)\n            _arguments -S",
                   command->name);
    for (size_t i = 0; i < MG_OPTION_COUNT; i++)
        if (mg_option_is_of(&mg_options[i], id))
            put_option(text, &mg_options[i]);
    if (command->verb)
        mg_text_printf(text, " \\\n            '1:verb:(%s)'", command->verb);
    mg_text_printf(text, " \\\n            '%s:",
                   command->several ? "*"
                   : command->verb  ? "2"
                                    : "1");
    put_quoted(text, command->operand);
    mg_text_printf(text, ":_matgrad_%s' ;;\n",
                   mg_named_kinds[command->named].function);
}

static void put_commands(mg_text *text)
{
    mg_text_puts(text, "    commands=(\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++) {
        mg_text_printf(text, "        '%s:", mg_commands[i].name);
        put_quoted(text, mg_commands[i].summary);
        mg_text_puts(text, "'\n");
    }
    mg_text_puts(text, "    )\n");
}

void mg_completion_zsh(mg_text *text)
{
    mg_text_puts(text, "#compdef matgrad\n"
                       "# Completion of matgrad for zsh; `matgrad completion "
                       "zsh` makes it.\n\n");
    put_kinds(text);
    mg_text_puts(text, "_matgrad() {\n"
                       "    local curcontext=$curcontext state line\n"
                       "    local -a commands\n");
    put_commands(text);
    mg_text_puts(text,
                 "    _arguments -C '(- *)'{-h,--help}'[the commands]' \\\n"
                 "        '(- *)--version[the version]' \\\n"
                 "        '1:command:->command' '*::argument:->argument'\n"
                 "    case $state in\n"
                 "    command) _describe -t commands command commands ;;\n"
                 "    argument)\n"
                 "        curcontext=${curcontext%:*:*}:matgrad-$words[1]:\n"
                 "        case $words[1] in\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++)
        put_command(text, (mg_command_id)i);
    mg_text_puts(text,
                 "        help) _describe -t commands command commands ;;\n"
                 "        esac ;;\n"
                 "    esac\n"
                 "}\n\n"
                 "# Loaded by its name it is called; read as a script it is "
                 "announced.\n"
                 "if [[ $funcstack[1] == _matgrad ]]; then\n"
                 "    _matgrad \"$@\"\n"
                 "else\n"
                 "    compdef _matgrad matgrad\n"
                 "fi\n");
}
