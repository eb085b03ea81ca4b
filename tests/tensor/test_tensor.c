/* Tensors: strides, single elements of every type, copies between views. */
#include "tensor/tensor.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
#include <string.h>

static mg_type type_of(mg_dtype dtype, int rank, const int64_t dim[])
{
    return (mg_type){dtype, mg_shape_of(rank, dim)};
}

static const int64_t two_three[] = {2, 3};

static void a_dense_tensor_counts_in_c_order(void **state)
{
    (void)state;
    const int64_t dim[] = {2, 3, 4};
    float data[24];
    for (int i = 0; i < 24; i++)
        data[i] = (float)i;
    const mg_tensor t = mg_tensor_dense(type_of(MG_F32, 3, dim), data);
    assert_true(t.stride[0] == 12 && t.stride[1] == 4 && t.stride[2] == 1);
    assert_true(mg_tensor_is_dense(&t));
    assert_int_equal(mg_type_bytes(&t.type), 96);
    for (int64_t i = 0; i < 24; i++) {
        assert_int_equal(mg_tensor_offset(&t, i), i);
        assert_true(mg_tensor_get(&t, i) == (double)i);
    }
}

static void transposed_and_flipped_views_are_read_by_strides(void **state)
{
    (void)state;
    double data[] = {0, 1, 2, 3, 4, 5};
    const int64_t dim[] = {3, 2};
    mg_tensor t = {.type = type_of(MG_F64, 2, dim), .stride = {1, 3}};
    t.data = data;
    const double transposed[] = {0, 3, 1, 4, 2, 5};
    for (int64_t i = 0; i < 6; i++)
        assert_true(mg_tensor_get(&t, i) == transposed[i]);
    assert_false(mg_tensor_is_dense(&t));
    mg_tensor flipped =
        mg_tensor_dense(type_of(MG_F64, 1, (int64_t[]){6}), data + 5);
    flipped.stride[0] = -1;
    for (int64_t i = 0; i < 6; i++)
        assert_true(mg_tensor_get(&flipped, i) == (double)(5 - i));
    mg_tensor_set(&flipped, 0, 50);
    assert_true(data[5] == 50);
}

static void density_ignores_axes_of_length_one_and_empty_tensors(void **state)
{
    (void)state;
    const int64_t dim[] = {1, 3};
    mg_tensor t = mg_tensor_dense(type_of(MG_U8, 2, dim), NULL);
    t.stride[0] = 77;
    assert_true(mg_tensor_is_dense(&t));
    t.stride[1] = 2;
    assert_false(mg_tensor_is_dense(&t));
    t.type.shape.dim[0] = 0;
    assert_true(mg_tensor_is_dense(&t));
}

static void broadcast_views_repeat_with_stride_zero(void **state)
{
    (void)state;
    int32_t data[] = {10, 20};
    const int64_t small[] = {2, 1}, large[] = {2, 2, 3};
    const mg_tensor t = mg_tensor_dense(type_of(MG_I32, 2, small), data);
    const mg_shape shape = mg_shape_of(3, large);
    const mg_tensor view = mg_tensor_broadcast(&t, &shape);
    assert_true(mg_shape_equal(&view.type.shape, &shape));
    for (int64_t i = 0; i < 12; i++)
        assert_true(mg_tensor_get(&view, i) == (i / 3 % 2 == 0 ? 10 : 20));
}

static double through(mg_dtype dtype, double value)
{
    int64_t room = -1;
    const mg_tensor t = mg_tensor_dense((mg_type){.dtype = dtype}, &room);
    mg_tensor_set(&t, 0, value);
    return mg_tensor_get(&t, 0);
}

static void setting_converts_to_the_type(void **state)
{
    (void)state;
    assert_true(through(MG_F64, 0.1) == 0.1);
    assert_true(through(MG_F32, 0.1) == (double)0.1f);
    assert_true(isinf(through(MG_F32, 1e300)));
    assert_true(isnan(through(MG_F32, (double)NAN)));
    assert_true(through(MG_I32, -2.9) == -2);
    assert_true(through(MG_U8, 7.9) == 7);
    assert_true(through(MG_BOOL, 0.25) == 1);
    assert_true(through(MG_BOOL, -0.0) == 0);
    assert_true(through(MG_I64, 0x1p53) == 0x1p53);
}

static void setting_what_does_not_fit_takes_the_nearest(void **state)
{
    (void)state;
    assert_true(through(MG_U8, 300) == 255);
    assert_true(through(MG_U8, 256) == 255);
    assert_true(through(MG_U8, -1) == 0);
    assert_true(through(MG_I32, 1e10) == INT32_MAX);
    assert_true(through(MG_I32, -1e10) == INT32_MIN);
    assert_true(through(MG_I64, 1e30) == 0x1p63);
    assert_true(through(MG_I64, 0x1p63) == 0x1p63);
    assert_true(through(MG_I64, -1e30) == -0x1p63);
    assert_true(through(MG_I64, (double)INFINITY) == 0x1p63);
    assert_true(through(MG_I64, (double)NAN) == 0);
}

static void copies_go_between_any_strides_and_types(void **state)
{
    (void)state;
    uint8_t source[] = {0, 1, 2, 3, 4, 250};
    double target[6] = {0};
    const mg_tensor x = mg_tensor_dense(type_of(MG_U8, 2, two_three), source);
    mg_tensor y = {.type = type_of(MG_F64, 2, two_three),
                   .stride = {1, 2},
                   .data = target};
    mg_tensor_copy(&x, &y);
    const double expected[] = {0, 3, 1, 4, 2, 250};
    assert_memory_equal(target, expected, sizeof expected);
    uint8_t back[6] = {0};
    const mg_tensor z = mg_tensor_dense(type_of(MG_U8, 2, two_three), back);
    mg_tensor_copy(&y, &z);
    assert_memory_equal(back, source, sizeof source);
}

static void copies_of_one_type_keep_every_bit(void **state)
{
    (void)state;
    const int64_t values[] = {INT64_MAX, INT64_MIN, (INT64_C(1) << 53) + 1};
    int64_t source[6], target[6] = {0};
    for (int i = 0; i < 6; i++)
        source[i] = values[i % 3] - i / 3 * (values[i % 3] > 0);
    const mg_tensor dense =
        mg_tensor_dense(type_of(MG_I64, 2, two_three), source);
    mg_tensor flipped = {
        .type = dense.type, .stride = {3, -1}, .data = target + 2};
    mg_tensor_copy(&dense, &flipped);
    for (int i = 0; i < 6; i++)
        assert_true(target[i / 3 * 3 + 2 - i % 3] == source[i]);
    const mg_tensor whole = mg_tensor_dense(dense.type, target);
    mg_tensor_copy(&dense, &whole);
    assert_memory_equal(target, source, sizeof source);
}

static void numbers_repeated_rows_and_empty_tensors_are_copied(void **state)
{
    (void)state;
    float number = 3, row[3] = {1, 2, 3}, target[6] = {0};
    const mg_tensor one = mg_tensor_dense((mg_type){.dtype = MG_F32}, &number);
    const mg_tensor to = mg_tensor_dense((mg_type){.dtype = MG_F32}, target);
    mg_tensor_copy(&one, &to);
    assert_true(target[0] == 3);
    const mg_tensor line =
        mg_tensor_dense(type_of(MG_F32, 1, two_three + 1), row);
    const mg_tensor all =
        mg_tensor_dense(type_of(MG_F32, 2, two_three), target);
    const mg_tensor view = mg_tensor_broadcast(&line, &all.type.shape);
    mg_tensor_copy(&view, &all);
    const float expected[] = {1, 2, 3, 1, 2, 3};
    assert_memory_equal(target, expected, sizeof expected);
    const mg_tensor empty =
        mg_tensor_dense(type_of(MG_F32, 2, (int64_t[]){2, 0}), NULL);
    mg_tensor_copy(&empty, &empty);
}

static void a_new_tensor_is_zero_aligned_and_checked(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    mg_tensor t;
    assert_int_equal(mg_tensor_alloc(&arena, type_of(MG_F64, 2, two_three), &t),
                     MG_OK);
    assert_int_equal((uintptr_t)t.data % MG_ALIGNMENT, 0);
    for (int64_t i = 0; i < 6; i++)
        assert_true(mg_tensor_get(&t, i) == 0);
    const int64_t bad[] = {-1};
    assert_int_equal(mg_tensor_alloc(&arena, type_of(MG_F64, 1, bad), &t),
                     MG_BAD_SHAPE);
    assert_int_equal(t.type.shape.rank, 2);
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

static mg_status alloc_tensors(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    mg_status status = MG_OK;
    for (int64_t n = 1; n < 100000 && status == MG_OK; n *= 10) {
        mg_tensor t;
        status = mg_tensor_alloc(&arena, type_of(MG_F32, 1, &n), &t);
    }
    mg_arena_clear(&arena);
    return status;
}

static void tensors_survive_every_refusal(void **state)
{
    (void)state;
    assert_true(test_every_refusal(alloc_tensors, NULL) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_tensor_counts_in_c_order),
        cmocka_unit_test(transposed_and_flipped_views_are_read_by_strides),
        cmocka_unit_test(density_ignores_axes_of_length_one_and_empty_tensors),
        cmocka_unit_test(broadcast_views_repeat_with_stride_zero),
        cmocka_unit_test(setting_converts_to_the_type),
        cmocka_unit_test(setting_what_does_not_fit_takes_the_nearest),
        cmocka_unit_test(copies_go_between_any_strides_and_types),
        cmocka_unit_test(copies_of_one_type_keep_every_bit),
        cmocka_unit_test(numbers_repeated_rows_and_empty_tensors_are_copied),
        cmocka_unit_test(a_new_tensor_is_zero_aligned_and_checked),
        cmocka_unit_test(tensors_survive_every_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
