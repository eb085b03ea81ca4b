/* An array file as a data set: read whole or row by row. */
#include "tests/fuzz/data.h"

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    static const char *const formulas[] = {
        "input input[2]\noutput p = sum(input)\n",
        "target input class 3\ninput x[2]\noutput p = sum(x)\n",
        NULL,
    };
    fuzz_data(ctx, "npy", text, length, formulas);
}
