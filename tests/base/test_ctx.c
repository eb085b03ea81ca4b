/* Contexts: options, messages that quote themselves, messages too long. */
#include "base/ctx.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

static mg_ctx *make(void)
{
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    return ctx;
}

static void a_new_context_has_no_message_and_a_thread(void **state)
{
    (void)state;
    mg_ctx *ctx = make();
    assert_string_equal(mg_message(ctx), "");
    assert_true(ctx->threads >= 1);
    mg_ctx_destroy(ctx);
    mg_ctx_destroy(NULL);
}

static void no_context_has_the_empty_message(void **state)
{
    (void)state;
    assert_string_equal(mg_message(NULL), "");
    assert_int_equal(mg_fail(NULL, MG_BAD_DATA, "%d", 1), MG_BAD_DATA);
}

static void a_negative_thread_count_is_refused(void **state)
{
    (void)state;
    const mg_ctx_options options = {.threads = -1};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_BAD_ARGUMENT);
    assert_null(ctx);
}

static void a_refused_context_leaves_out_untouched(void **state)
{
    (void)state;
    test_memory memory = {.refuse = 1};
    assert_null(test_memory_ctx(&memory));
    assert_int_equal(memory.live, 0);
}

static void a_failure_sets_status_and_message_at_once(void **state)
{
    (void)state;
    mg_ctx *ctx = make();
    assert_int_equal(mg_fail(ctx, MG_BAD_SHAPE, "matmul: %d and %d", 3, 4),
                     MG_BAD_SHAPE);
    assert_string_equal(mg_message(ctx), "matmul: 3 and 4");
    mg_prefix_message(ctx, "line %d", 7);
    assert_string_equal(mg_message(ctx), "line 7: matmul: 3 and 4");
    mg_ctx_destroy(ctx);
}

static void a_message_may_quote_the_message_before(void **state)
{
    (void)state;
    mg_ctx *ctx = make();
    mg_fail(ctx, MG_BAD_FILE, "inner");
    mg_fail(ctx, MG_BAD_FILE, "outer (%s)", mg_message(ctx));
    assert_string_equal(mg_message(ctx), "outer (inner)");
    mg_ctx_destroy(ctx);
}

/* "é" is two bytes; an odd number of bytes before them puts the cut within. */
static void a_long_message_is_cut_between_characters(void **state)
{
    (void)state;
    static char text[2 * MG_MESSAGE_SIZE + 1];
    for (size_t i = 0; i < MG_MESSAGE_SIZE; i++)
        memcpy(text + 2 * i, "\xC3\xA9", 2);
    mg_ctx *ctx = make();
    mg_fail(ctx, MG_BAD_DATA, "%s", text);
    assert_int_equal(strlen(mg_message(ctx)), MG_MESSAGE_SIZE - 2);
    mg_fail(ctx, MG_BAD_DATA, "x%s", text);
    assert_int_equal(strlen(mg_message(ctx)), MG_MESSAGE_SIZE - 1);
    mg_prefix_message(ctx, "y");
    assert_int_equal(strlen(mg_message(ctx)), MG_MESSAGE_SIZE - 2);
    assert_memory_equal(mg_message(ctx), "y: x\xC3\xA9", 6);
    mg_ctx_destroy(ctx);
}

static void note_line(void *user, const char *line)
{
    strncpy(user, line, 31);
}

static void log_lines_reach_the_hook_and_keep_the_message(void **state)
{
    (void)state;
    char line[32] = "";
    const mg_ctx_options options = {.log = note_line, .log_user = line};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    mg_fail(ctx, MG_BAD_DATA, "kept");
    mg_log_line(ctx, "epoch %d", 3);
    assert_string_equal(line, "epoch 3");
    assert_string_equal(mg_message(ctx), "kept");
    mg_ctx_destroy(ctx);
    ctx = make();
    mg_log_line(ctx, "dropped");
    mg_ctx_destroy(ctx);
}

static void messages_hold_no_commands_for_terminals(void **state)
{
    mg_ctx *ctx = NULL;
    (void)state;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_fail(ctx, MG_BAD_DATA, "%s",
            "a\x1b[31m\tb\n\x7f\xc2\x9b\xc2\xb5\xce\xb1");
    assert_string_equal(mg_message(ctx), "a?[31m\tb\n???\xc2\xb5\xce\xb1");
    mg_fail(ctx, MG_BAD_DATA, "%s", "cut \xc2");
    assert_string_equal(mg_message(ctx), "cut \xc2");
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_context_has_no_message_and_a_thread),
        cmocka_unit_test(no_context_has_the_empty_message),
        cmocka_unit_test(a_negative_thread_count_is_refused),
        cmocka_unit_test(a_refused_context_leaves_out_untouched),
        cmocka_unit_test(a_failure_sets_status_and_message_at_once),
        cmocka_unit_test(a_message_may_quote_the_message_before),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(log_lines_reach_the_hook_and_keep_the_message),
        cmocka_unit_test(messages_hold_no_commands_for_terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
