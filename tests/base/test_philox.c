/* Random numbers: the known answers of Random123, and distributions within
 * bounds that a wrong formula would leave. */
#include "base/philox.h"
#include "test.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* kat_vectors of Random123, philox4x32 10. */
static void philox_gives_the_published_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], answer[4];
    } known[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        mg_philox(known[i].counter, known[i].key, out);
        assert_memory_equal(out, known[i].answer, sizeof out);
    }
}

/* The layout stated in philox.c: counter (block, stream, step), key seed. */
static void uniform_takes_its_word_from_the_stated_place(void **state)
{
    (void)state;
    const mg_stream stream = {.seed = UINT64_C(0x299f31d0a4093822),
                              .stream = 0x13198a2e,
                              .step = 0x03707344};
    const uint64_t block = UINT64_C(0x05a308d3243f6a88);
    const uint32_t counter[4] = {0x243f6a88, 0x05a308d3, 0x13198a2e,
                                 0x03707344};
    const uint32_t key[2] = {0xa4093822, 0x299f31d0};
    uint32_t word[4];
    mg_philox(counter, key, word);
    for (uint64_t i = 0; i < 4; i++)
        assert_true(mg_random_uniform(&stream, block * 4 + i) ==
                    (word[i] >> 8) / 16777216.0);
}

static void each_of_seed_stream_step_and_index_matters(void **state)
{
    (void)state;
    const mg_stream s[] = {{1, 2, 3},
                           {9, 2, 3},
                           {1, 9, 3},
                           {1, 2, 9},
                           {1 + (UINT64_C(1) << 32), 2, 3}};
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(mg_random_uniform(&s[i], 5) !=
                        mg_random_uniform(&s[j], 5));
    assert_true(mg_random_uniform(&s[0], 5) != mg_random_uniform(&s[0], 6));
    assert_true(mg_random_uniform(&s[0], 5) == mg_random_uniform(&s[0], 5));
}

/* 100000 numbers: the mean of uniforms has standard deviation 0.00091, of
 * normals 0.0032, their variance 0.0045, their lag product 0.0032; the bounds
 * are five of these. The numbers are fixed, so the test never varies. */
static void uniform_numbers_are_even_and_below_one(void **state)
{
    (void)state;
    const mg_stream stream = {.seed = 1};
    const int n = 100000;
    double sum = 0, least = 1, most = 0;
    for (int i = 0; i < n; i++) {
        const double u = mg_random_uniform(&stream, (uint64_t)i);
        sum += u;
        least = fmin(least, u);
        most = fmax(most, u);
        assert_true((double)(float)u == u);
    }
    assert_true(least >= 0 && least < 1e-3 && most > 0.999 && most < 1);
    assert_true(fabs(sum / n - 0.5) < 0.0046);
}

static void normal_numbers_have_mean_0_variance_1_and_no_memory(void **state)
{
    (void)state;
    const mg_stream stream = {.seed = 2};
    const int n = 100000;
    double sum = 0, squares = 0, lag = 0, before = 0;
    int outside = 0;
    for (int i = 0; i < n; i++) {
        const double z = mg_random_normal(&stream, (uint64_t)i);
        assert_true(isfinite(z) && fabs(z) < 6.7);
        sum += z;
        squares += z * z;
        lag += z * before;
        outside += fabs(z) > 1.959964;
        before = z;
    }
    assert_true(fabs(sum / n) < 0.016);
    assert_true(fabs(squares / n - 1) < 0.023);
    assert_true(fabs(lag / n) < 0.016);
    /* 5 % beyond 1.96: deviation 0.00069. */
    assert_true(fabs((double)outside / n - 0.05) < 0.0035);
}

static void integers_below_n_are_even(void **state)
{
    (void)state;
    const mg_stream stream = {.seed = 3};
    int count[6] = {0};
    for (uint64_t i = 0; i < 60000; i++)
        count[mg_random_below(&stream, i, 6)]++;
    for (int i = 0; i < 6; i++) /* deviation 91 */
        assert_in_range(count[i], 10000 - 460, 10000 + 460);
    assert_int_equal(mg_random_below(&stream, 0, 1), 0);
    const uint64_t large = mg_random_below(&stream, 4, UINT64_MAX);
    assert_true(large > UINT32_MAX);
    /* High half of the 128-bit product of the same 64 bits and 2^63. */
    assert_true(mg_random_below(&stream, 4, UINT64_C(1) << 63) ==
                    (large + 1) / 2 ||
                mg_random_below(&stream, 4, UINT64_C(1) << 63) == large / 2);
}

static void a_permutation_holds_each_number_once(void **state)
{
    (void)state;
    enum { n = 1000 };
    const mg_stream stream = {.seed = 4};
    int64_t order[n];
    bool seen[n] = {false};
    int fixed = 0;
    mg_random_permutation(&stream, n, order);
    for (int i = 0; i < n; i++) {
        assert_in_range(order[i], 0, n - 1);
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
        fixed += order[i] == i;
    }
    assert_true(fixed < 8); /* one on average */
    mg_random_permutation(&stream, 0, order);
    mg_random_permutation(&stream, 1, order);
    assert_int_equal(order[0], 0);
}

/* All 6 orders of 3 come up about equally: 6000 draws, deviation 29. */
static void permutations_are_even(void **state)
{
    (void)state;
    int count[27] = {0};
    for (uint32_t step = 0; step < 6000; step++) {
        const mg_stream stream = {.seed = 5, .step = step};
        int64_t order[3];
        mg_random_permutation(&stream, 3, order);
        count[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    int kinds = 0;
    for (int i = 0; i < 27; i++)
        if (count[i] > 0) {
            kinds++;
            assert_in_range(count[i], 1000 - 145, 1000 + 145);
        }
    assert_int_equal(kinds, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(uniform_takes_its_word_from_the_stated_place),
        cmocka_unit_test(each_of_seed_stream_step_and_index_matters),
        cmocka_unit_test(uniform_numbers_are_even_and_below_one),
        cmocka_unit_test(normal_numbers_have_mean_0_variance_1_and_no_memory),
        cmocka_unit_test(integers_below_n_are_even),
        cmocka_unit_test(a_permutation_holds_each_number_once),
        cmocka_unit_test(permutations_are_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
