/* What data meant, as JSON: what is read prints to a text that reads back to
 * the same, and its symbols make a vocabulary or an error. */
#include "data/schema.h"
#include "data/vocabulary.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void make_vocabulary(mg_ctx *ctx, const mg_schema_input *input)
{
    int32_t symbol[4];
    size_t written = 0;
    mg_vocabulary *vocabulary = NULL;
    if (!fuzz_worked(ctx, mg_vocabulary_create(ctx, input->n_symbols,
                                               input->symbol, &vocabulary)))
        return;
    mg_vocabulary_encode(vocabulary, "a\xce\xb1", 3, symbol, 4, &written);
    fuzz_require(written == 2, "two characters are two symbols");
    mg_vocabulary_destroy(vocabulary);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_arena arena;
    mg_text first, second;
    mg_schema schema, copy;
    mg_arena_init(&arena, ctx);
    mg_text_init(&first, ctx);
    mg_text_init(&second, ctx);
    if (fuzz_worked(ctx, mg_schema_parse(&arena, text, length, &schema))) {
        mg_schema_print(&first, &schema);
        if (!fuzz_worked(
                ctx, mg_schema_parse(&arena, first.data, first.length, &copy)))
            fuzz_require(false, mg_message(ctx));
        mg_schema_print(&second, &copy);
        fuzz_require(strcmp(first.data, second.data) == 0,
                     "a schema reads back to the same");
        for (size_t i = 0; i < schema.n; i++)
            make_vocabulary(ctx, &schema.input[i]);
    }
    mg_text_clear(&second);
    mg_text_clear(&first);
    mg_arena_clear(&arena);
}
