/* An archive of arrays. */
#include "tests/fuzz/data.h"

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    static const char *const formulas[] = {
        "input x[2]\ntarget y class 3\noutput p = sum(x)\n",
        "input a[1,2]\ntarget b\noutput p = sum(a)\n",
        NULL,
    };
    fuzz_data(ctx, "npz", text, length, formulas);
}
