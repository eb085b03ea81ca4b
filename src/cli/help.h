/* help: the table of options and commands as text for people. Layer cli. */
#ifndef MG_CLI_HELP_H
#define MG_CLI_HELP_H

#include "cli/command.h"

/* A line of a list of what there is. */
typedef struct {
    const char *name;
    const char *text;
} mg_help_entry;

#define MG_EXIT_TEXT_COUNT 7
extern const mg_help_entry mg_exit_texts[MG_EXIT_TEXT_COUNT];

/* Words from `column` on, in lines of at most `width` that begin at indent,
 * and a line break. */
void mg_text_wrap(mg_text *text, const char *words, size_t column,
                  size_t indent, size_t width);

/* All commands, one line each. */
void mg_help(mg_text *text);

/* One command: usage, options, an example; lines of at most `width`. */
void mg_help_command(mg_text *text, mg_command_id id, int width);

#endif
