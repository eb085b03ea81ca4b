/* Growing strings and their sticky failure. */
#include "base/text.h"
#include "support/memory.h"
#include "test.h"

#include <string.h>

static void text_grows_by_every_kind_of_append(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_text text;
    mg_text_init(&text, ctx);
    assert_string_equal(mg_text_string(&text), "");
    mg_text_append(&text, NULL, 0);
    mg_text_append(&text, "abc", 2);
    mg_text_puts(&text, "-");
    mg_text_printf(&text, "%d %s ", 42, "x");
    mg_text_real(&text, 0.5, 9);
    assert_int_equal(mg_text_status(&text), MG_OK);
    assert_string_equal(mg_text_string(&text), "ab-42 x 0.5");
    assert_int_equal(text.length, 11);
    for (int i = 0; i < 5000; i++)
        mg_text_printf(&text, "%03d", i % 1000);
    assert_int_equal(text.length, 15011);
    assert_int_equal(strlen(mg_text_string(&text)), 15011);
    mg_text_clear(&text);
    assert_string_equal(mg_text_string(&text), "");
    assert_int_equal(memory.live, 1);
    mg_ctx_destroy(ctx);
}

static void a_failed_append_sticks_and_keeps_what_was_there(void **state)
{
    (void)state;
    test_memory memory = {.refuse = 3};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_text text;
    mg_text_init(&text, ctx);
    mg_text_puts(&text, "ab");
    mg_text_printf(&text, "%0100d", 1);
    mg_text_puts(&text, "c");
    mg_fail(ctx, MG_BAD_DATA, "something else");
    assert_int_equal(mg_text_status(&text), MG_NO_MEMORY);
    assert_string_equal(mg_message(ctx), "out of memory");
    assert_string_equal(mg_text_string(&text), "ab");
    mg_text_clear(&text);
    assert_int_equal(mg_text_status(&text), MG_OK);
    mg_ctx_destroy(ctx);
}

static void an_impossible_length_fails_cleanly(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_text text;
    mg_text_init(&text, ctx);
    mg_text_append(&text, "", SIZE_MAX);
    assert_int_equal(mg_text_status(&text), MG_NO_MEMORY);
    mg_text_clear(&text);
    mg_ctx_destroy(ctx);
}

static mg_status write_text(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_text text;
    mg_text_init(&text, ctx);
    for (int i = 0; i < 100; i++) {
        mg_text_printf(&text, "%d", i);
        mg_text_real(&text, i / 7.0, 17);
        mg_text_puts(&text, "\n");
    }
    const mg_status status = mg_text_status(&text);
    mg_text_clear(&text);
    return status;
}

static void text_survives_every_refusal(void **state)
{
    (void)state;
    assert_true(test_every_refusal(write_text, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_by_every_kind_of_append),
        cmocka_unit_test(a_failed_append_sticks_and_keeps_what_was_there),
        cmocka_unit_test(an_impossible_length_fails_cleanly),
        cmocka_unit_test(text_survives_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
