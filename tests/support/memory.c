#include "support/memory.h"
#include "test.h"

#include <stdlib.h>

static void *resize(void *user, void *block, size_t size)
{
    test_memory *memory = user;
    if (size == 0) {
        memory->live -= block ? 1 : 0;
        free(block);
        return NULL;
    }
    memory->requests++;
    if (memory->requests == memory->refuse ||
        (memory->for_good && memory->requests > memory->refuse))
        return NULL;
    void *larger = realloc(block, size);
    if (larger && !block)
        memory->live++;
    return larger;
}

mg_ctx *test_memory_ctx(test_memory *memory)
{
    const mg_ctx_options options = {
        .resize = resize, .resize_user = memory, .threads = 1};
    mg_ctx *ctx = NULL;
    memory->live = 0;
    memory->requests = 0;
    return mg_ctx_create(&options, &ctx) == MG_OK ? ctx : NULL;
}

size_t test_many_refusals(test_call *call, void *data, size_t first,
                          size_t stride, bool for_good)
{
    /* The context itself is request 1. */
    for (size_t refuse = first + 1;; refuse += stride) {
        test_memory memory = {.refuse = refuse, .for_good = for_good};
        mg_ctx *ctx = test_memory_ctx(&memory);
        assert_non_null(ctx);
        const mg_status status = call(ctx, data);
        const bool refused = memory.requests >= refuse;
        assert_int_equal(status, refused ? MG_NO_MEMORY : MG_OK);
        if (refused)
            assert_string_not_equal(mg_message(ctx), "");
        assert_int_equal(memory.live, 1);
        mg_ctx_destroy(ctx);
        assert_int_equal(memory.live, 0);
        if (!refused)
            return refuse - 2;
    }
}

size_t test_every_refusal(test_call *call, void *data)
{
    return test_many_refusals(call, data, 1, 1, false);
}
