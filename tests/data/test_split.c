/* Held-out rows and the order of epochs. */
#include "data/split.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
#include <string.h>

enum { most = 1000 };

static mg_split make(mg_ctx *ctx, int64_t rows, double fraction, uint64_t seed)
{
    mg_split split;
    assert_int_equal(mg_split_init(&split, ctx, rows, fraction, seed), MG_OK);
    return split;
}

static void both_parts_are_ascending_and_together_all_rows(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_split split = make(ctx, most, 0.1, 1);
    assert_int_equal(split.n_val, 100);
    assert_int_equal(split.n_train, 900);
    bool seen[most] = {false};
    for (int64_t i = 0; i < 900; i++) {
        assert_true(i == 0 || split.train[i] > split.train[i - 1]);
        seen[split.train[i]] = true;
    }
    for (int64_t i = 0; i < 100; i++) {
        assert_true(i == 0 || split.val[i] > split.val[i - 1]);
        assert_false(seen[split.val[i]]);
        seen[split.val[i]] = true;
    }
    for (int i = 0; i < most; i++)
        assert_true(seen[i]);
    mg_split_clear(&split);
    assert_int_equal(memory.live, 1);
    mg_ctx_destroy(ctx);
}

static void the_seed_alone_chooses_the_rows(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_split a = make(ctx, most, 0.25, 1), b = make(ctx, most, 0.25, 1);
    mg_split c = make(ctx, most, 0.25, 2);
    assert_memory_equal(a.val, b.val, 250 * sizeof *a.val);
    assert_memory_not_equal(a.val, c.val, 250 * sizeof *a.val);
    double sum = 0;
    for (int i = 0; i < 250; i++)
        sum += (double)a.val[i];
    /* The mean row: 499.5 with deviation 289 sqrt(0.75 / 250) = 15.8. */
    assert_true(fabs(sum / 250 - 499.5) < 60);
    mg_split_clear(&a);
    mg_split_clear(&b);
    mg_split_clear(&c);
    mg_ctx_destroy(ctx);
}

static void check_sizes(mg_ctx *ctx, int64_t rows, double fraction,
                        int64_t n_val)
{
    mg_split split = make(ctx, rows, fraction, 3);
    assert_int_equal(split.n_val, n_val);
    assert_int_equal(split.n_train, rows - n_val);
    mg_split_clear(&split);
}

static void the_share_is_rounded_and_one_row_always_trains(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    check_sizes(ctx, 60000, 0.1, 6000);
    check_sizes(ctx, 4, 0.1, 0);
    check_sizes(ctx, 5, 0.1, 1);
    check_sizes(ctx, 10, 0, 0);
    check_sizes(ctx, 1, 0.9, 0);
    check_sizes(ctx, 3, 0.99, 2);
    mg_ctx_destroy(ctx);
}

static void shares_out_of_range_are_refused(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_split split = {.n_val = 77};
    assert_int_equal(mg_split_init(&split, ctx, 10, 1, 1), MG_BAD_ARGUMENT);
    assert_int_equal(mg_split_init(&split, ctx, 10, -0.1, 1), MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(ctx), "split: the share held out is -0.1, "
                                         "not from 0 to below 1");
    assert_int_equal(mg_split_init(&split, ctx, 10, (double)NAN, 1),
                     MG_BAD_ARGUMENT);
    assert_int_equal(mg_split_init(&split, ctx, 0, 0.1, 1), MG_BAD_DATA);
    assert_int_equal(split.n_val, 77);
    mg_ctx_destroy(ctx);
}

static void every_epoch_has_an_order_of_its_own(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_split split = make(ctx, most, 0.1, 1);
    int64_t first[900], again[900], second[900], other[900];
    mg_split_order(&split, 1, 0, first);
    mg_split_order(&split, 1, 0, again);
    mg_split_order(&split, 1, 1, second);
    mg_split_order(&split, 2, 0, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, second, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    int count[most] = {0};
    for (int i = 0; i < 900; i++)
        count[second[i]]++;
    for (int i = 0; i < 900; i++)
        assert_int_equal(count[split.train[i]], 1);
    mg_split_clear(&split);
    mg_ctx_destroy(ctx);
}

static mg_status split_rows(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_split split;
    MG_TRY(mg_split_init(&split, ctx, 100, 0.2, 1));
    mg_split_clear(&split);
    return MG_OK;
}

static void every_refused_allocation_is_clean(void **state)
{
    (void)state;
    assert_int_equal(test_every_refusal(split_rows, NULL), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_parts_are_ascending_and_together_all_rows),
        cmocka_unit_test(the_seed_alone_chooses_the_rows),
        cmocka_unit_test(the_share_is_rounded_and_one_row_always_trains),
        cmocka_unit_test(shares_out_of_range_are_refused),
        cmocka_unit_test(every_epoch_has_an_order_of_its_own),
        cmocka_unit_test(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
