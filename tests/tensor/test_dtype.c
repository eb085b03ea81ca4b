/* Element types. */
#include "tensor/tensor.h"
#include "test.h"

#include <string.h>

static void every_type_is_found_by_its_name(void **state)
{
    (void)state;
    static const struct {
        mg_dtype dtype;
        const char *name;
        size_t size;
        bool real, integer;
    } expected[] = {
        {MG_F32, "f32", 4, true, false},    {MG_F64, "f64", 8, true, false},
        {MG_I32, "i32", 4, false, true},    {MG_I64, "i64", 8, false, true},
        {MG_BOOL, "bool", 1, false, false}, {MG_U8, "u8", 1, false, true},
    };
    for (size_t i = 0; i < 6; i++) {
        const mg_dtype dtype = expected[i].dtype;
        mg_dtype found = dtype == MG_F32 ? MG_U8 : MG_F32;
        assert_string_equal(mg_dtype_name(dtype), expected[i].name);
        assert_true(
            mg_dtype_find(expected[i].name, strlen(expected[i].name), &found));
        assert_int_equal(found, dtype);
        assert_int_equal(mg_dtype_size(dtype), expected[i].size);
        assert_int_equal(mg_dtype_is_real(dtype), expected[i].real);
        assert_int_equal(mg_dtype_is_integer(dtype), expected[i].integer);
    }
}

static void another_name_is_not_found(void **state)
{
    (void)state;
    mg_dtype found = MG_I32;
    assert_false(mg_dtype_find("f16", 3, &found));
    assert_false(mg_dtype_find("f3", 2, &found));
    assert_false(mg_dtype_find("f32x", 4, &found));
    assert_false(mg_dtype_find("", 0, &found));
    assert_int_equal(found, MG_I32);
    assert_true(mg_dtype_find("u8[3]", 2, &found));
    assert_int_equal(found, MG_U8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_found_by_its_name),
        cmocka_unit_test(another_name_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
