/* An array file: what is read has the size that its header says, and reads
 * back from the header that we write. */
#include "data/npy.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void round_trip(mg_arena *arena, const mg_tensor *tensor)
{
    mg_text text;
    mg_tensor copy = {0};
    const size_t bytes = mg_type_bytes(&tensor->type);
    mg_text_init(&text, arena->ctx);
    mg_npy_header(&text, &tensor->type);
    mg_text_append(&text, tensor->data, bytes);
    if (!text.failed &&
        fuzz_worked(arena->ctx, mg_npy_parse(arena, "copy.npy", text.data,
                                             text.length, &copy))) {
        fuzz_require(copy.type.dtype == tensor->type.dtype &&
                         mg_shape_equal(&copy.type.shape, &tensor->type.shape),
                     "the header that we write says the same");
        fuzz_require(bytes == 0 || memcmp(copy.data, tensor->data, bytes) == 0,
                     "the elements stay");
    }
    mg_text_clear(&text);
}

void fuzz_target(mg_ctx *ctx, const char *text, size_t length)
{
    mg_arena arena;
    mg_tensor tensor;
    mg_arena_init(&arena, ctx);
    if (fuzz_worked(ctx,
                    mg_npy_parse(&arena, "input.npy", text, length, &tensor)))
        round_trip(&arena, &tensor);
    mg_arena_clear(&arena);
}
