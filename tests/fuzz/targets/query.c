/* The name of a data set with its keys. */
#include "data/query.h"
#include "tests/fuzz/fuzz.h"

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_arena arena;
    mg_query query = {0};
    bool flag = false;
    (void)length;
    mg_arena_init(&arena, ctx);
    if (fuzz_worked(ctx, mg_query_parse(&arena, text, &query))) {
        for (size_t i = 0; i < query.n; i++)
            fuzz_require(mg_query_text(&query, query.pair[i].key) ==
                             query.pair[i].value,
                         "a key gives its own value");
        fuzz_worked(ctx,
                    mg_query_flag(ctx, &query, "standardise", false, &flag));
    }
    mg_arena_clear(&arena);
}
