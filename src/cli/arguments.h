/* arguments: a command line taken apart. Numbers are checked here, so that
 * commands find values that they can take. Layer cli. */
#ifndef MG_CLI_ARGUMENTS_H
#define MG_CLI_ARGUMENTS_H

#include "base/arena.h"
#include "cli/options.h"

/* An option as it was given. */
typedef struct {
    mg_option_id id;
    const char *text; /* its value, NULL if it takes none */
    int64_t integer;
    double real;
} mg_given;

typedef struct {
    const char *operand; /* FILE or RUN, several one a line; NULL: not given */
    size_t n;
    mg_given *given; /* in the order of the command line */
} mg_arguments;

/* Reads what follows the command. On failure MG_BAD_ARGUMENT and a message
 * that says how it should be. A given --help or
 * --version ends the reading. */
mg_status mg_arguments_parse(mg_arena *arena, mg_command_id command, int argc,
                             char *const argv[], mg_arguments *out);

/* The option as given (the first of several), or NULL. */
const mg_given *mg_arguments_find(const mg_arguments *arguments,
                                  mg_option_id id);
/* Its value, or what stands in when it was not given. */
const char *mg_arguments_text(const mg_arguments *arguments, mg_option_id id,
                              const char *otherwise);
int64_t mg_arguments_integer(const mg_arguments *arguments, mg_option_id id,
                             int64_t otherwise);
double mg_arguments_real(const mg_arguments *arguments, mg_option_id id,
                         double otherwise);

#endif
