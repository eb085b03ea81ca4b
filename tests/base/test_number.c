/* Numbers as text and back, under whatever locale the program runs in. */
#include "base/text.h"
#include "base/philox.h"
#include "test.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static double parse(const char *text)
{
    double value = NAN;
    assert_int_equal(mg_parse_real(text, strlen(text), &value), strlen(text));
    return value;
}

static void check_written(double value, int digits, const char *expected)
{
    char out[MG_REAL_SIZE];
    assert_int_equal(mg_format_real(out, value, digits), strlen(expected));
    assert_string_equal(out, expected);
}

static void numbers_are_written_shortest_with_a_point(void **state)
{
    (void)state;
    check_written(0.1, 17, "0.1");
    check_written((double)0.1f, 9, "0.1");
    check_written((double)0.1f, 17, "0.10000000149011612");
    check_written(1.0 / 3, 17, "0.3333333333333333");
    check_written(1.0 / 3, 6, "0.333333");
    check_written(-2.5, 9, "-2.5");
    check_written(0, 9, "0");
    check_written(-0.0, 9, "-0");
    check_written(100, 9, "100");
    check_written(16777216, 9, "16777216");
    check_written(1e15, 17, "1000000000000000");
    check_written(1e22, 17, "1e+22");
    check_written(1.5e-7, 9, "1.5e-07");
    check_written((double)FLT_MAX, 9, "3.4028235e+38");
    check_written(DBL_MAX, 17, "1.7976931348623157e+308");
    check_written(5e-324, 17, "5e-324");
    check_written(1.25e300, 9, "1.25e+300");
}

static void what_is_not_finite_has_a_name(void **state)
{
    (void)state;
    check_written((double)NAN, 9, "nan");
    check_written((double)INFINITY, 17, "inf");
    check_written((double)-INFINITY, 17, "-inf");
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void random_doubles_read_back_bit_by_bit(void **state)
{
    (void)state;
    const mg_stream stream = {.seed = 11};
    for (uint64_t i = 0; i < 20000; i++) {
        const double value = from_bits(mg_random_below(&stream, i, UINT64_MAX));
        char out[MG_REAL_SIZE];
        if (!isfinite(value))
            continue;
        mg_format_real(out, value, 17);
        const double back = parse(out);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void random_floats_read_back_bit_by_bit(void **state)
{
    (void)state;
    const mg_stream stream = {.seed = 12};
    for (uint64_t i = 0; i < 20000; i++) {
        const float value =
            float_from_bits((uint32_t)mg_random_below(&stream, i, UINT32_MAX));
        char out[MG_REAL_SIZE];
        if (!isfinite(value))
            continue;
        assert_true(mg_format_real(out, (double)value, 9) <= 15);
        const float back = (float)parse(out);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void reals_are_read_in_all_their_forms(void **state)
{
    (void)state;
    assert_true(parse("3") == 3);
    assert_true(parse("+3.25") == 3.25);
    assert_true(parse("-.5") == -0.5);
    assert_true(parse("5.") == 5);
    assert_true(parse("1e3") == 1000);
    assert_true(parse("1.5E-2") == 0.015);
    assert_true(parse("0.1") == 0.1);
    assert_true(parse("000.000") == 0);
    assert_true(signbit(parse("-0")));
    assert_true(parse("0e999999999999999999999") == 0);
    assert_true(parse("1e99999999999999999999") == (double)INFINITY);
    assert_true(parse("-1e400") == (double)-INFINITY);
    assert_true(parse("1e-400") == 0);
}

static void check_used(const char *text, size_t used)
{
    double value = 7;
    assert_int_equal(mg_parse_real(text, strlen(text), &value), used);
    if (used == 0)
        assert_true(value == 7);
}

static void reading_stops_where_the_number_does(void **state)
{
    (void)state;
    check_used("1,5", 1);
    check_used("1.5.2", 3);
    check_used("2e", 1);
    check_used("2e+", 1);
    check_used("2e+x", 1);
    check_used("12abc", 2);
    check_used("0x10", 1);
    check_used("", 0);
    check_used(".", 0);
    check_used("-", 0);
    check_used("e5", 0);
    check_used("nan", 0);
    check_used("inf", 0);
    check_used(" 1", 0);
    double value = 0;
    assert_int_equal(mg_parse_real("123456", 3, &value), 3);
    assert_true(value == 123);
}

/* The cases that separate correct rounding from almost: halfway between two
 * doubles, and just above, decided by a digit very far back. */
static void rounding_is_correct_however_long_the_number(void **state)
{
    (void)state;
    assert_true(parse("9007199254740993") == 9007199254740992.0);
    assert_true(parse("9007199254740993.0000000000000001") ==
                9007199254740994.0);
    char text[3000];
    const int whole = snprintf(text, sizeof text, "9007199254740993.");
    memset(text + whole, '0', 2000);
    strcpy(text + whole + 2000, "1");
    assert_true(parse(text) == 9007199254740994.0);
    strcpy(text + whole + 2000, "0");
    assert_true(parse(text) == 9007199254740992.0);
    assert_true(parse("2.2250738585072011e-308") ==
                from_bits(UINT64_C(0x000FFFFFFFFFFFFF)));
    memcpy(text, "0.", 2);
    memset(text + 2, '0', 1000);
    strcpy(text + 1002, "25e1001");
    assert_true(parse(text) == 2.5);
}

static size_t parse_int(const char *text, int64_t *out)
{
    return mg_parse_int(text, strlen(text), out);
}

static void integers_are_read_up_to_their_limits(void **state)
{
    (void)state;
    int64_t value = 7;
    assert_int_equal(parse_int("9223372036854775807", &value), 19);
    assert_true(value == INT64_MAX);
    assert_int_equal(parse_int("-9223372036854775808", &value), 20);
    assert_true(value == INT64_MIN);
    value = 7;
    assert_int_equal(parse_int("9223372036854775808", &value), 0);
    assert_int_equal(parse_int("-9223372036854775809", &value), 0);
    assert_int_equal(parse_int("", &value), 0);
    assert_int_equal(parse_int("+", &value), 0);
    assert_int_equal(parse_int("x1", &value), 0);
    assert_int_equal(value, 7);
    assert_int_equal(parse_int("+12,", &value), 3);
    assert_int_equal(value, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_shortest_with_a_point),
        cmocka_unit_test(what_is_not_finite_has_a_name),
        cmocka_unit_test(random_doubles_read_back_bit_by_bit),
        cmocka_unit_test(random_floats_read_back_bit_by_bit),
        cmocka_unit_test(reals_are_read_in_all_their_forms),
        cmocka_unit_test(reading_stops_where_the_number_does),
        cmocka_unit_test(rounding_is_correct_however_long_the_number),
        cmocka_unit_test(integers_are_read_up_to_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
