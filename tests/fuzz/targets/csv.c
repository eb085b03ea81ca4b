/* A CSV file: a table with texts as classes, one of numbers, and names. */
#include "tests/fuzz/data.h"

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    static const char *const formulas[] = {
        "input x[2]\ntarget y class 3\noutput p = sum(x)\n",
        "input a\ninput b int 10\ntarget y\noutput p = a\n",
        NULL,
    };
    fuzz_data(ctx, "csv", text, length, formulas);
}
