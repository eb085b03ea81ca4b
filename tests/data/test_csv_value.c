/* csv_value: every number as the C library reads it, and everything else by
 * what it looks like. */
#include "data/csv_value.h"
#include "base/philox.h"
#include "base/text.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void numbers_round_as_the_general_reader_rounds(void **state)
{
    (void)state;
    const mg_stream random = {.seed = 7};
    for (uint64_t i = 0; i < 1000; i++) {
        char text[80], digits[MG_REAL_SIZE];
        const double scale =
            pow(10, floor(mg_random_uniform(&random, 4 * i) * 40 - 20));
        const double v = (mg_random_uniform(&random, 4 * i + 1) - 0.5) * scale;
        mg_format_real(digits, v,
                       3 + (int)(mg_random_uniform(&random, 4 * i + 2) * 15));
        snprintf(text, sizeof text, "%s", digits);
        double a = 0, b = 1;
        assert_int_equal(mg_parse_real(text, strlen(text), &a), strlen(text));
        assert_true(mg_csv_number(text, strlen(text), '.', &b));
        assert_true(a == b);
        char *point = strchr(text, '.');
        if (point)
            *point = ',';
        assert_true(mg_csv_number(text, strlen(text), ',', &b));
        assert_true(a == b);
    }
}

static void numbers_at_the_borders_of_the_fast_way_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0},
        {"-0", -0.0},
        {"+5", 5},
        {"5.", 5},
        {".5", 0.5},
        {"9007199254740992", 9007199254740992.0},
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740995", 9007199254740996.0},
        {"9999999999999999999", 1e19},
        {"18446744073709551616", 18446744073709551616.0},
        {"0.1", 0.1},
        {"0.30000000000000004", 0.30000000000000004},
        {"123456789012345678901234567890", 1.2345678901234568e29},
        {"0.0000000000000000000001", 1e-22},
        {"0.00000000000000000000012345", 1.2345e-22},
        {"1e22", 1e22},
        {"1E-5", 1e-5},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"1e-400", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 99;
        assert_true(
            mg_csv_number(cases[i].text, strlen(cases[i].text), '.', &value));
        assert_true(value == cases[i].value);
        assert_int_equal(signbit(value), signbit(cases[i].value));
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"",      "-",   ".",   "1e",     "1e+",
                                        "1.2.3", "1 2", "0x1", "1,5",    "nan",
                                        "inf",   "1-",  "--1", "1.5e3x", "e5"};
    double value;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_false(mg_csv_number(cases[i], strlen(cases[i]), '.', &value));
    assert_false(mg_csv_number("1.5", 3, ',', &value));
    assert_false(mg_csv_number("1.234,5", 7, ',', &value));
    assert_false(mg_csv_number("1.2e5", 5, ',', &value));
}

static void everything_looks_like_what_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mg_csv_look look;
    } cases[] = {
        {"2024-01-31", MG_CSV_DATE},
        {"2024-01-31T12:00:00Z", MG_CSV_DATE},
        {"2024-01-31 12:00", MG_CSV_DATE},
        {"31.1.2024", MG_CSV_DATE},
        {"31.01.24", MG_CSV_DATE},
        {"1/31/2024", MG_CSV_DATE},
        {"1/31/24 3:05 PM", MG_CSV_DATE},
        {"2024/1/31", MG_CSV_DATE},
        {"2024-01", MG_CSV_DATE},
        {"12:30", MG_CSV_DATE},
        {"1,234", MG_CSV_THOUSANDS},
        {"-1,234,567.8", MG_CSV_THOUSANDS},
        {"1.234.567", MG_CSV_THOUSANDS},
        {"1 234", MG_CSV_THOUSANDS},
        {"1'234", MG_CSV_THOUSANDS},
        {"1\xC2\xA0"
         "234",
         MG_CSV_THOUSANDS},
        {"1,5", MG_CSV_COMMA},
        {"-0,25e3", MG_CSV_COMMA},
        {"12%", MG_CSV_PERCENT},
        {"12.5 %", MG_CSV_PERCENT},
        {"$5", MG_CSV_CURRENCY},
        {"-$5.50", MG_CSV_CURRENCY},
        {"5 \xE2\x82\xAC", MG_CSV_CURRENCY},
        {"1.200,00 \xE2\x82\xAC", MG_CSV_CURRENCY},
        {"0x1F", MG_CSV_HEX},
        {"inf", MG_CSV_INFINITY},
        {"-Infinity", MG_CSV_INFINITY},
        {"5 cm", MG_CSV_UNIT},
        {"5kg", MG_CSV_UNIT},
        {"3.1 m/s", MG_CSV_UNIT},
        {"20 \xC2\xB0"
         "C",
         MG_CSV_UNIT},
        {"\xE2\x88\x92"
         "5",
         MG_CSV_MINUS},
        {"5.1 3.5 1.4", MG_CSV_BLANKS},
        {"abc", MG_CSV_WORD},
        {"-", MG_CSV_WORD},
        {"%", MG_CSV_WORD},
        {"$", MG_CSV_WORD},
        {"10.0.0.1", MG_CSV_WORD},
        {"1.2.34", MG_CSV_WORD},
        {"555-1234", MG_CSV_WORD},
        {"7F3K", MG_CSV_WORD},
        {"information", MG_CSV_WORD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const mg_csv_look look =
            mg_csv_look_at(cases[i].text, strlen(cases[i].text), '.');
        if (look != cases[i].look)
            fail_msg("\"%s\" %s", cases[i].text, mg_csv_look_words(look));
        assert_true(strlen(mg_csv_look_words(look)) > 10);
    }
    assert_int_equal(mg_csv_look_at("1.5", 3, ','), MG_CSV_POINT);
}

static void some_words_stand_for_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {"",    "NA",   "N/A",  "NaN",
                                        "nan", "null", "NULL", "?"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(mg_csv_is_missing(words[i], strlen(words[i])));
    assert_false(mg_csv_is_missing("0", 1));
    assert_false(mg_csv_is_missing("none", 4));
    assert_false(mg_csv_is_missing("NAs", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_round_as_the_general_reader_rounds),
        cmocka_unit_test(numbers_at_the_borders_of_the_fast_way_are_exact),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(everything_looks_like_what_it_is),
        cmocka_unit_test(some_words_stand_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
