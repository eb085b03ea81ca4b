/* help: usage, options, examples. Layer cli. */
#include "cli/help.h"

#include <string.h>

#define INDENT 26 /* where the words about an option begin */
#define WIDEST 100

const mg_help_entry mg_exit_texts[MG_EXIT_TEXT_COUNT] = {
    {"0", "done"},
    {"1", "a file could not be read or written"},
    {"2", "wrong usage"},
    {"3", "an error in a formula file or in data"},
    {"4", "training diverged"},
    {"5", "a check failed"},
    {"130", "interrupted and saved"},
};

void mg_text_wrap(mg_text *text, const char *words, size_t column,
                  size_t indent, size_t width)
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

static void put_exit_codes(mg_text *text)
{
    mg_text words;
    mg_text_init(&words, text->ctx);
    for (size_t i = 0; i < MG_EXIT_TEXT_COUNT; i++)
        mg_text_printf(&words, "%s%s %s",
                       i ? ", " : "Exit codes: ", mg_exit_texts[i].name,
                       mg_exit_texts[i].text);
    mg_text_puts(&words, ".");
    mg_text_wrap(text, mg_text_string(&words), 0, 0, 80);
    text->failed |= words.failed;
    mg_text_clear(&words);
}

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
                 "matgrad --version.\n\n");
    put_exit_codes(text);
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
    mg_text_wrap(text, option->help, INDENT, INDENT, width);
}

void mg_help_command(mg_text *text, mg_command_id id, int width)
{
    const mg_command *command = &mg_commands[id];
    const size_t columns = (size_t)(width < WIDEST ? width : WIDEST);
    mg_text_printf(text, "usage: matgrad %s%s%s %s [options]\n\n",
                   command->name, command->verb ? " " : "",
                   command->verb ? command->verb : "", command->operand);
    mg_text_wrap(text, command->about, 0, 0, columns);
    mg_text_puts(text, "\n");
    for (size_t i = 0; i < MG_OPTION_COUNT; i++) {
        if (mg_option_is_of(&mg_options[i], id))
            put_option(text, &mg_options[i], columns);
    }
    mg_text_printf(text, "\nexample: %s\n", command->example);
}
