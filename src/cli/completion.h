/* completion: the tables of commands and options as a shell's script.
 * Layer cli. */
#ifndef MG_CLI_COMPLETION_H
#define MG_CLI_COMPLETION_H

#include "cli/command.h"

/* What stands where something of that kind is wanted. */
typedef struct {
    const char *function; /* how scripts call it */
    bool files;           /* files and the folders on the way */
    const char *endings;  /* of those files: "mg safetensors"; "": folders
                           * alone; NULL: any, or not known here */
    const char *words;    /* beside them, or NULL */
} mg_named_kind;

extern const mg_named_kind mg_named_kinds[MG_NAMES_COUNT];

/* The words of a kind, and the endings of its files ("": any), a blank between
 * two. */
void mg_named_words(mg_text *text, mg_named named);
void mg_named_endings(mg_text *text, mg_named named);

void mg_completion_bash(mg_text *text);
void mg_completion_zsh(mg_text *text);

#endif
