/* A text for language models, as bytes and as its most frequent characters. */
#include "tests/fuzz/data.h"

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    static const char *const formulas[] = {
        "input t[4] int 256\ntarget n[4] int 256\noutput p = t\n",
        "input t[3] int 8\ntarget n[3] int 8\noutput p = t\n",
        NULL,
    };
    fuzz_data(ctx, "txt", text, length, formulas);
}
