/* print_manual: writes matgrad.1 and a page for each command, such as
 * matgrad-train.1, into a folder, in the man macros, from the tables that the
 * command itself reads. Linked to its objects; the build calls it
 * (cmake/manual.cmake). */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 78
#define DATE "2026-11-25" /* when the pages last said something new */

static const mg_help_entry environment[] = {
    {"COLUMNS", "The width of the terminal, where it is not what it says."},
    {"LC_ALL, LC_CTYPE, LANG", "On a terminal whose locale is not UTF-8, signs "
                               "are spelt in ASCII. Numbers have a point in "
                               "every locale."},
    {"MATGRAD_DATA", "A folder in which data sets with a name of their own "
                     "(fashion-mnist) are looked for, after the place where "
                     "Debian's packages put them."},
    {"NO_COLOR", "If set to anything, nothing is coloured."},
    {"OMP_NUM_THREADS", "How many threads compute, where --threads does not "
                        "say it."},
    {"TERM", "If unset or \"dumb\", a terminal is written to as a file would "
             "be: no colours, no bar, a line an epoch."},
};

static const mg_help_entry files[] = {
    {"RUN/network.mg", "The formula that was trained."},
    {"RUN/best.safetensors", "The weights of the epoch with the lowest loss on "
                             "what was held out. Evaluation and prediction use "
                             "these."},
    {"RUN/last.safetensors", "The whole state of training at its end, or at "
                             "the last save; --resume goes on from it."},
    {"RUN/log.jsonl", "Loss and metrics of every epoch, an object a line."},
};

/* What D may be; docs/data.md says it at length. */
static const mg_help_entry data[] = {
    {"fashion-mnist", "A known name. See MATGRAD_DATA."},
    {"FOLDER", "IDX files as MNIST has them, plain or .gz; t10k-... are its "
               "test part."},
    {"FILE.csv", "A table, a row an example."},
    {"FILE.npy, FILE.npz", "Arrays whose first axis counts the examples."},
    {"FILE.txt", "A text, for language models."},
    {"NAME?KEY=VALUE&KEY=VALUE",
     "How it is read: target, drop (columns, with commas), header (yes, no), "
     "separator, decimal, missing (error, drop, mean or a number), standardise "
     "(yes), classes (texts in order, with bars)."},
};

/* Text of a page: what the formatter would take for itself is escaped. */
static void put_escaped(mg_text *text, const char *words)
{
    for (const char *at = words; *at != '\0'; at++) {
        const bool begins = at == words || at[-1] == ' ';
        if (*at == '\\')
            mg_text_puts(text, "\\e");
        else if (*at == '-')
            mg_text_puts(text, "\\-");
        else if (*at == '\'')
            mg_text_puts(text, "\\(aq");
        else if (*at == '.' && begins)
            mg_text_puts(text, "\\&.");
        else
            mg_text_append(text, at, 1);
    }
}

/* A sentence a line, as formatters want it. */
static void put_words(mg_text *text, const char *words)
{
    while (*words != '\0') {
        const char *end = strstr(words, ". ");
        const size_t length = end ? (size_t)(end - words) + 1 : strlen(words);
        mg_text sentence, escaped;
        mg_text_init(&sentence, text->ctx);
        mg_text_init(&escaped, text->ctx);
        mg_text_append(&sentence, words, length);
        put_escaped(&escaped, mg_text_string(&sentence));
        mg_text_wrap(text, mg_text_string(&escaped), 0, 0, WIDTH);
        text->failed |= sentence.failed | escaped.failed;
        mg_text_clear(&sentence);
        mg_text_clear(&escaped);
        words += length + strspn(words + length, " ");
    }
}

static void put_list(mg_text *text, const char *title, size_t n,
                     const mg_help_entry entry[])
{
    mg_text_printf(text, ".SH %s\n", title);
    for (size_t i = 0; i < n; i++) {
        mg_text_puts(text, ".TP\n.B ");
        put_escaped(text, entry[i].name);
        mg_text_puts(text, "\n");
        put_words(text, entry[i].text);
    }
}

static void put_title(mg_text *text, const char *name)
{
    mg_text_puts(text, ".\\\" Made by print_manual from the command's tables.\n"
                       ".TH MATGRAD");
    for (; *name != '\0'; name++)
        mg_text_printf(text, "%c",
                       *name >= 'a' && *name <= 'z' ? *name - 'a' + 'A'
                                                    : *name);
    mg_text_puts(text,
                 " 1 " DATE " \"matgrad " MATGRAD_VERSION "\"\n.nh\n.ad l\n");
}

/* "\fB\-o\fR, \fB\-\-out\fR \fIFILE\fR" */
static void put_option(mg_text *text, const mg_option *option)
{
    mg_text_puts(text, ".TP\n");
    if (option->letter)
        mg_text_printf(text, "\\fB\\-%c\\fR, ", option->letter);
    mg_text_puts(text, "\\fB\\-\\-");
    put_escaped(text, option->name);
    mg_text_puts(text, "\\fR");
    if (option->choices) {
        const char *bar = " ";
        for (const char *word = option->choices; *word != '\0';) {
            const size_t length = strcspn(word, " ");
            mg_text_printf(text, "%s\\fB%.*s\\fR", bar, (int)length, word);
            bar = "|";
            word += length + strspn(word + length, " ");
        }
    } else if (option->value) {
        mg_text_printf(text, " \\fI%s\\fR", option->value);
    }
    mg_text_puts(text, "\n");
    put_words(text, option->help);
    if (option->repeats)
        mg_text_puts(text, "(may be given several times)\n");
}

static void put_command_page(mg_text *text, mg_command_id id)
{
    const mg_command *command = &mg_commands[id];
    char name[64];
    snprintf(name, sizeof name, "-%s", command->name);
    put_title(text, name);
    mg_text_printf(text, ".SH NAME\nmatgrad\\-%s \\- ", command->name);
    put_words(text, command->summary);
    mg_text_printf(text, ".SH SYNOPSIS\n.B matgrad %s%s%s\n", command->name,
                   command->verb ? " " : "",
                   command->verb ? command->verb : "");
    mg_text_printf(text, ".I %s\n[\\fIoptions\\fR]\n.SH DESCRIPTION\n",
                   command->operand);
    put_words(text, command->about);
    mg_text_puts(text, ".SH OPTIONS\n");
    for (size_t i = 0; i < MG_OPTION_COUNT; i++)
        if (mg_option_is_of(&mg_options[i], id))
            put_option(text, &mg_options[i]);
    mg_text_puts(text, ".SH EXAMPLES\n.EX\n");
    put_escaped(text, command->example);
    mg_text_puts(text, "\n.EE\n.SH SEE ALSO\n.BR matgrad (1)\n");
}

static void put_main_page(mg_text *text)
{
    put_title(text, "");
    mg_text_puts(text, ".SH NAME\nmatgrad \\- networks as matrix formulas, "
                       "with their derivatives\n.SH SYNOPSIS\n.B matgrad\n"
                       ".I COMMAND\n[\\fIFILE\\fR]\n[\\fIoptions\\fR]\n"
                       ".SH DESCRIPTION\n");
    put_words(text,
              "matgrad reads a network from a file of matrix formulas; shows "
              "its derivatives, as formulas and in numbers; trains it, and "
              "uses what was trained. Results go to standard output, progress "
              "and messages to standard error; with --json every result is an "
              "object a line. A bar is drawn on a terminal only.");
    mg_text_puts(text, ".SH COMMANDS\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++) {
        mg_text_printf(text, ".TP\n.BR matgrad\\-%s (1)\n",
                       mg_commands[i].name);
        put_words(text, mg_commands[i].summary);
    }
    put_list(text, "DATA", sizeof data / sizeof *data, data);
    put_list(text, "EXIT STATUS", MG_EXIT_TEXT_COUNT, mg_exit_texts);
    put_list(text, "ENVIRONMENT", sizeof environment / sizeof *environment,
             environment);
    put_list(text, "FILES", sizeof files / sizeof *files, files);
    mg_text_puts(text, ".SH EXAMPLES\n.EX\n");
    put_escaped(text, mg_commands[MG_NEW].example);
    mg_text_puts(text, "\nmatgrad check first.mg\n"
                       "matgrad explain first.mg \\-\\-at x=1,0 \\-\\-at y=1\n"
                       ".EE\n.SH SEE ALSO\n");
    for (size_t i = 0; i < MG_COMMAND_COUNT; i++)
        mg_text_printf(text, ".BR matgrad\\-%s (1)%s\n", mg_commands[i].name,
                       i + 1 < MG_COMMAND_COUNT ? "," : "");
}

/* Writes the page of a command, or the main one, and empties the text. */
static bool write_page(const char *folder, const char *command, mg_text *text)
{
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/matgrad%s%s.1", folder,
                                *command ? "-" : "", command);
    if (mg_text_status(text) != MG_OK || length >= (int)sizeof path)
        return false;
    FILE *file = fopen(path, "w");
    const bool written = file && fputs(mg_text_string(text), file) >= 0;
    text->length = 0;
    const bool closed = file && fclose(file) == 0;
    if (!written || !closed)
        perror(path);
    return written && closed;
}

static bool write_pages(const char *folder, mg_text *text)
{
    put_main_page(text);
    bool good = write_page(folder, "", text);
    for (size_t i = 0; good && i < MG_COMMAND_COUNT; i++) {
        put_command_page(text, (mg_command_id)i);
        good = write_page(folder, mg_commands[i].name, text);
    }
    return good;
}

int main(int argc, char *argv[])
{
    mg_ctx *ctx = NULL;
    mg_text text;
    if (argc != 2) {
        fputs("usage: print_manual FOLDER\n", stderr);
        return 2;
    }
    if (mg_ctx_create(NULL, &ctx) != MG_OK)
        return 1;
    mg_text_init(&text, ctx);
    const bool good = write_pages(argv[1], &text);
    mg_text_clear(&text);
    mg_ctx_destroy(ctx);
    return good ? 0 : 1;
}
