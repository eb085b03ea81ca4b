/* guess: which known name somebody may have meant. Layer cli. */
#ifndef MG_CLI_GUESS_H
#define MG_CLI_GUESS_H

#include <stddef.h>

typedef struct {
    const char *typed;
    size_t length;
    const char *best; /* NULL: nothing near enough */
    size_t distance;
} mg_guess;

void mg_guess_init(mg_guess *guess, const char *typed, size_t length);

/* Takes the name if it is nearer than all before it. */
void mg_guess_consider(mg_guess *guess, const char *name);

#endif
