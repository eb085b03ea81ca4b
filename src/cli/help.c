/* help: usage, options, examples. Layer cli. */
#include "cli/help.h"

#include <string.h>

#define INDENT 26 /* where the words about an option begin */
#define WIDEST 100

void mg_help(mg_text *text)
{
    mg_text_puts(text,
                 "matgrad " MATGRAD_VERSION
                 ": networks as matrix formulas, with their derivatives\n\n"
                 "usage: matgrad COMMAND [FILE] [options]\n\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++)
        mg_text_printf(text, "  %-10s %s\n", mg_commands[i].name,
                       mg_commands[i].summary);
    mg_text_puts(text,
                 "\nA first look, with a file that describes a network:\n\n"
                 "  matgrad check xor.mg\n"
                 "  matgrad explain xor.mg --at x=1,0 --at y=1\n\n"
                 "matgrad COMMAND --help shows a command's options; "
                 "matgrad --version.\n\n"
                 "Exit codes: 0 done, 1 a file could not be read or written, "
                 "2 wrong usage,\n"
                 "3 an error in a formula file or in data, 4 training "
                 "diverged, 5 a check\n"
                 "failed, 130 interrupted and saved.\n");
}

/* Words from `column` on, in lines of at most width that begin at indent. */
static void wrap(mg_text *text, const char *words, size_t column, size_t indent,
                 size_t width)
{
    for (bool first = true; *words != '\0'; first = false) {
        const size_t length = strcspn(words, " ");
        if (!first && column + 1 + length > width) {
            mg_text_printf(text, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            mg_text_puts(text, " ");
            column++;
        }
        mg_text_append(text, words, length);
        column += length;
        words += length;
        words += strspn(words, " ");
    }
    mg_text_puts(text, "\n");
}

static void put_choices(mg_text *text, const char *choices)
{
    for (; *choices != '\0'; choices++)
        mg_text_append(text, *choices == ' ' ? "|" : choices, 1);
}

static void put_option(mg_text *text, const mg_option *option, size_t width)
{
    const size_t start = text->length;
    mg_text_puts(text, "  ");
    if (option->letter)
        mg_text_printf(text, "-%c, ", option->letter);
    mg_text_printf(text, "--%s", option->name);
    if (option->kind == MG_TAKES_CHOICE) {
        mg_text_puts(text, " ");
        put_choices(text, option->choices);
    } else if (option->kind != MG_TAKES_NOTHING) {
        mg_text_printf(text, " %s", option->value);
    }
    const size_t used = text->length - start;
    if (used + 2 > INDENT)
        mg_text_printf(text, "\n%*s", INDENT, "");
    else
        mg_text_printf(text, "%*s", (int)(INDENT - used), "");
    wrap(text, option->help, INDENT, INDENT, width);
}

void mg_help_command(mg_text *text, mg_command_id id, int width)
{
    const mg_command *command = &mg_commands[id];
    const size_t columns = (size_t)(width < WIDEST ? width : WIDEST);
    mg_text_printf(text, "usage: matgrad %s %s [options]\n\n", command->name,
                   command->operand);
    wrap(text, command->about, 0, 0, columns);
    mg_text_puts(text, "\n");
    for (size_t i = 0; i < MG_OPTION_COUNT; i++) {
        if (mg_options[i].commands & (1u << id))
            put_option(text, &mg_options[i], columns);
    }
    mg_text_printf(text, "\nexample: %s\n", command->example);
}
