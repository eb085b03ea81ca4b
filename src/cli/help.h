/* help: the table of options and commands as text for people. Layer cli. */
#ifndef MG_CLI_HELP_H
#define MG_CLI_HELP_H

#include "cli/command.h"

/* All commands, one line each. */
void mg_help(mg_text *text);

/* One command: usage, options, an example; lines of at most `width`. */
void mg_help_command(mg_text *text, mg_command_id id, int width);

#endif
