/* Shapes: editing, limits, broadcasting, text. */
#include "tensor/tensor.h"
#include "test.h"

#include <string.h>

/* "2, 3" as a shape. */
static mg_shape shape(const char *text)
{
    mg_shape result = {0};
    while (*text) {
        int64_t dim = 0;
        text += mg_parse_int(text, strlen(text), &dim);
        text += strspn(text, ", ");
        mg_shape_append(&result, dim);
    }
    return result;
}

static void check_text(const mg_shape s, const char *expected)
{
    char buffer[MG_SHAPE_TEXT_SIZE];
    assert_string_equal(mg_shape_text(&s, buffer), expected);
}

static void shapes_are_written_as_lists(void **state)
{
    (void)state;
    check_text((mg_shape){0}, "[]");
    check_text(shape("28, 28"), "[28, 28]");
    mg_shape longest = {0};
    for (int i = 0; i < MG_MAX_RANK; i++)
        mg_shape_append(&longest, INT64_MIN);
    char buffer[MG_SHAPE_TEXT_SIZE];
    assert_int_equal(strlen(mg_shape_text(&longest, buffer)), 8 * 20 + 16);
}

static void text_takes_a_shape(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_text text;
    mg_text_init(&text, ctx);
    const mg_shape column = shape("3, 1");
    mg_text_shape(&text, &column);
    assert_string_equal(mg_text_string(&text), "[3, 1]");
    mg_text_clear(&text);
    mg_ctx_destroy(ctx);
}

static void axes_are_inserted_and_removed_from_both_ends(void **state)
{
    (void)state;
    mg_shape s = shape("2, 3");
    mg_shape_append(&s, 4);
    check_text(s, "[2, 3, 4]");
    mg_shape_insert(&s, 0, 9);
    check_text(s, "[9, 2, 3, 4]");
    mg_shape_insert(&s, -1, 8);
    check_text(s, "[9, 2, 3, 4, 8]");
    mg_shape_insert(&s, -2, 7);
    check_text(s, "[9, 2, 3, 4, 7, 8]");
    mg_shape_remove(&s, -2);
    check_text(s, "[9, 2, 3, 4, 8]");
    mg_shape_remove(&s, 0);
    check_text(s, "[2, 3, 4, 8]");
    assert_int_equal(mg_dim(&s, 1), 3);
    assert_int_equal(mg_dim(&s, -1), 8);
    assert_int_equal(mg_shape_size(&s), 192);
    assert_true(s.dim[4] == 0 && s.dim[5] == 0);
}

static void equality_is_of_rank_and_sizes(void **state)
{
    (void)state;
    const mg_shape a = shape("2, 3"), b = shape("2, 3"), c = shape("3, 2");
    const mg_shape d = shape("2, 3, 1");
    assert_true(mg_shape_equal(&a, &b));
    assert_false(mg_shape_equal(&a, &c));
    assert_false(mg_shape_equal(&a, &d));
}

static mg_status check(mg_shape s, const char *part)
{
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    const mg_status status = mg_shape_check(ctx, &s);
    assert_non_null(strstr(mg_message(ctx), part));
    mg_ctx_destroy(ctx);
    return status;
}

static void limits_are_refused_with_the_shape(void **state)
{
    (void)state;
    assert_int_equal(check((mg_shape){0}, ""), MG_OK);
    assert_int_equal(check(shape("1048576, 1048576"), ""), MG_OK);
    assert_int_equal(
        check(shape("1048576, 1048576, 2"), "[1048576, 1048576, 2] has more"),
        MG_BAD_SHAPE);
    assert_int_equal(check(shape("0, 9223372036854775807, 9"), "2^40"),
                     MG_BAD_SHAPE);
    assert_int_equal(check(shape("3, 0"), ""), MG_OK);
    assert_int_equal(check(shape("3, -1"), "[3, -1] has a negative size"),
                     MG_BAD_SHAPE);
}

static void too_many_axes_are_remembered_until_the_check(void **state)
{
    (void)state;
    mg_shape s = shape("1, 2, 3, 4, 5, 6, 7, 8");
    assert_int_equal(check(s, ""), MG_OK);
    mg_shape_append(&s, 9);
    mg_shape_append(&s, 10);
    mg_shape_insert(&s, 0, 11);
    mg_shape_remove(&s, 0);
    assert_int_equal(check(s, "more than 8 axes"), MG_BAD_SHAPE);
    check_text(s, "[1, 2, 3, 4, 5, 6, 7, 8, ...]");
    mg_shape out;
    assert_false(mg_shape_broadcast(&s, &s, &out));
    const int64_t dim[9] = {0};
    assert_int_equal(check(mg_shape_of(9, dim), "axes"), MG_BAD_SHAPE);
}

static void check_broadcast(mg_shape a, mg_shape b, const char *expected)
{
    mg_shape ab = shape("77"), ba = shape("77");
    const bool fits = mg_shape_broadcast(&a, &b, &ab);
    assert_int_equal(mg_shape_broadcast(&b, &a, &ba), fits);
    assert_true(mg_shape_equal(&ab, &ba));
    check_text(ab, fits ? expected : "[77]");
    assert_int_equal(fits, expected != NULL);
}

static void broadcasting_follows_numpy(void **state)
{
    (void)state;
    const mg_shape number = {0};
    check_broadcast(number, number, "[]");
    check_broadcast(number, shape("2, 3"), "[2, 3]");
    check_broadcast(shape("3"), shape("2, 3"), "[2, 3]");
    check_broadcast(shape("2, 1"), shape("3"), "[2, 3]");
    check_broadcast(shape("4, 1, 5"), shape("3, 1"), "[4, 3, 5]");
    check_broadcast(shape("1"), shape("0"), "[0]");
    check_broadcast(shape("2"), shape("3"), NULL);
    check_broadcast(shape("2, 3"), shape("2"), NULL);
    check_broadcast(shape("0"), shape("2"), NULL);
}

static void the_result_may_replace_an_operand(void **state)
{
    (void)state;
    mg_shape a = shape("2, 1");
    const mg_shape b = shape("4, 1, 3");
    assert_true(mg_shape_broadcast(&a, &b, &a));
    check_text(a, "[4, 2, 3]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_are_written_as_lists),
        cmocka_unit_test(text_takes_a_shape),
        cmocka_unit_test(axes_are_inserted_and_removed_from_both_ends),
        cmocka_unit_test(equality_is_of_rank_and_sizes),
        cmocka_unit_test(limits_are_refused_with_the_shape),
        cmocka_unit_test(too_many_axes_are_remembered_until_the_check),
        cmocka_unit_test(broadcasting_follows_numpy),
        cmocka_unit_test(the_result_may_replace_an_operand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
