/* completion_bash: one function with three questions: which command, which
 * value of the option before, which option or operand. Layer cli. */
#include "cli/completion.h"

/* bash cuts words at "=", and what the cursor stands in begins with the quote
 * that was typed; bash 3.2 has neither mapfile nor compopt. */
static const char head[] =
    "# Completion of matgrad for bash; `matgrad completion bash` makes it.\n"
    "\n"
    "_matgrad_add() {\n"
    "    local line\n"
    "    while IFS= read -r line; do\n"
    "        COMPREPLY+=(\"$line\")\n"
    "    done < <(compgen \"$@\" -- \"$current\")\n"
    "}\n"
    "\n"
    "_matgrad_words() {\n"
    "    _matgrad_add -W \"$1\"\n"
    "}\n"
    "\n"
    "# _matgrad_files ENDING...: such files, and folders.\n"
    "_matgrad_files() {\n"
    "    local ending\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    current=${current//\\\\/}\n"
    "    current=${current#[\\'\\\"]}\n"
    "    _matgrad_add -d\n"
    "    for ending; do\n"
    "        _matgrad_add -f -X \"!*.$ending\"\n"
    "    done\n"
    "}\n"
    "\n"
    "_matgrad() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]}\n"
    "    local option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command=${COMP_WORDS[1]}\n"
    "    COMPREPLY=()\n"
    "    if [[ $current == = ]]; then\n"
    "        current=\n"
    "    elif [[ $option == = && COMP_CWORD -gt 2 ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n";

/* The statement that completes a kind. */
static void put_named(mg_text *text, mg_named named)
{
    const mg_named_kind *kind = &mg_named_kinds[named];
    mg_text words, endings;
    mg_text_init(&words, text->ctx);
    mg_text_init(&endings, text->ctx);
    mg_named_words(&words, named);
    mg_named_endings(&endings, named);
    if (words.length > 0)
        mg_text_printf(text, "_matgrad_words '%s'", mg_text_string(&words));
    if (kind->files)
        mg_text_printf(text, "%s_matgrad_files%s%s", words.length ? "; " : "",
                       endings.length ? " " : "", mg_text_string(&endings));
    if (kind->files && endings.length == 0 && !kind->endings)
        mg_text_puts(text, "; _matgrad_add -f");
    text->failed |= words.failed || endings.failed;
    mg_text_clear(&words);
    mg_text_clear(&endings);
}

/* "train\ --out|predict\ --out|predict\ -o", and ")" */
static void put_patterns(mg_text *text, const mg_option *option)
{
    const char *bar = "";
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++) {
        if (!mg_option_is_of(option, (mg_command_id)i))
            continue;
        mg_text_printf(text, "%s%s\\ --%s", bar, mg_commands[i].name,
                       option->name);
        bar = "|";
        if (option->letter)
            mg_text_printf(text, "|%s\\ -%c", mg_commands[i].name,
                           option->letter);
    }
    mg_text_puts(text, ") ");
}

static void put_values(mg_text *text)
{
    mg_text_puts(text, "    case $command\\ $option in\n");
    for (size_t i = 0; i < MG_OPTION_COUNT; i++) {
        const mg_option *option = &mg_options[i];
        if (option->kind == MG_TAKES_NOTHING || option->commands == 0)
            continue;
        mg_text_puts(text, "    ");
        put_patterns(text, option);
        if (option->choices)
            mg_text_printf(text, "_matgrad_words '%s'", option->choices);
        else
            put_named(text, option->named);
        mg_text_puts(text, option->choices || option->named ? "; return ;;\n"
                                                            : "return ;;\n");
    }
    mg_text_puts(text, "    esac\n");
}

static void put_options(mg_text *text)
{
    mg_text_puts(text, "        case $command in\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++) {
        const char *blank = "";
        mg_text_printf(text, "        %s) _matgrad_words '",
                       mg_commands[i].name);
        for (size_t k = 0; k < MG_OPTION_COUNT; k++) {
            if (!mg_option_is_of(&mg_options[k], (mg_command_id)i))
                continue;
            mg_text_printf(text, "%s--%s", blank, mg_options[k].name);
            blank = " ";
        }
        mg_text_puts(text, "' ;;\n");
    }
    mg_text_puts(text, "        esac\n");
}

static void put_operands(mg_text *text)
{
    mg_text_puts(text, "    case $command in\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++) {
        mg_text_printf(text, "    %s) ", mg_commands[i].name);
        if (mg_commands[i].verb)
            mg_text_printf(text,
                           "if [[ COMP_CWORD -eq 2 ]]; then _matgrad_words %s; "
                           "return; fi; ",
                           mg_commands[i].verb);
        put_named(text, mg_commands[i].named);
        mg_text_puts(text, " ;;\n");
    }
    mg_text_puts(text, "    help) _matgrad_words \"$commands\" ;;\n"
                       "    esac\n");
}

void mg_completion_bash(mg_text *text)
{
    mg_text_puts(text, head);
    mg_text_puts(text, "    local commands='");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++)
        mg_text_printf(text, "%s%s", i ? " " : "", mg_commands[i].name);
    mg_text_puts(text, "'\n"
                       "    if [[ COMP_CWORD -eq 1 ]]; then\n"
                       "        _matgrad_words \"$commands help --help "
                       "--version\"\n"
                       "        return\n"
                       "    fi\n");
    put_values(text);
    mg_text_puts(text, "    if [[ $current == -* ]]; then\n");
    put_options(text);
    mg_text_puts(text, "        return\n    fi\n");
    put_operands(text);
    mg_text_puts(text, "}\n\ncomplete -F _matgrad matgrad\n");
}
