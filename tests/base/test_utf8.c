/* UTF-8: every character there and back, and nothing else. */
#include "base/utf8.h"
#include "test.h"

#include <string.h>

static void every_character_is_written_and_read_back(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x110000; code++) {
        const int valid = code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
        char bytes[MG_UTF8_SIZE];
        uint32_t back = 0;
        const size_t n = mg_utf8_encode(code, bytes);
        if ((n > 0) != valid)
            fail_msg("U+%04X: %zu bytes", (unsigned)code, n);
        if (n == 0)
            continue;
        if (mg_utf8_decode(bytes, n, &back) != n || back != code)
            fail_msg("U+%04X is read as U+%04X", (unsigned)code,
                     (unsigned)back);
        if (n > 1 && mg_utf8_decode(bytes, n - 1, &back) != 0)
            fail_msg("U+%04X is read without its end", (unsigned)code);
    }
}

static void what_is_no_character_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xEF\xBF",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80",
        "\xFF",
        "\xC3(",
        "\xE2\x82(",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t code = 7;
        if (mg_utf8_decode(bad[i], strlen(bad[i]), &code) != 0)
            fail_msg("case %zu is read as U+%04X", i, (unsigned)code);
        assert_int_equal(code, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_written_and_read_back),
        cmocka_unit_test(what_is_no_character_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
