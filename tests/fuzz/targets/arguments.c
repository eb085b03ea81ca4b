/* A command line: a word a line, the first of which names the command by its
 * number. */
#include "cli/command.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define WORDS_MOST 64

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    char *word[WORDS_MOST];
    int count = 0;
    mg_arena arena;
    mg_arguments arguments = {0};
    mg_arena_init(&arena, ctx);
    char *const copy = mg_arena_string(&arena, text, length);
    if (copy && length > 0) {
        const unsigned id = (unsigned char)copy[0] % MG_COMMAND_COUNT;
        for (char *at = strchr(copy, '\n'); at && count < WORDS_MOST;
             at = strchr(at, '\n')) {
            *at++ = '\0';
            word[count++] = at;
        }
        fuzz_worked(ctx, mg_arguments_parse(&arena, (mg_command_id)id, count,
                                            word, &arguments));
    }
    mg_arena_clear(&arena);
}
