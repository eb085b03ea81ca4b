/* Loops in shares: every index once, shares of whole grains, the same shares
 * every time. */
#include "base/parallel.h"
#include "test.h"

#include <string.h>

enum { most = 1000 };

typedef struct {
    int64_t n, grain;
    int64_t begin[most]; /* of the share that did the index; -1: nobody */
    unsigned char count[most];
} trace;

static void note(void *data, int64_t begin, int64_t end)
{
    trace *t = data;
    for (int64_t i = begin; i < end; i++) {
        t->begin[i] = begin;
        t->count[i]++;
    }
}

static trace run(int threads, int64_t n, int64_t grain)
{
    trace t = {.n = n, .grain = grain};
    mg_parallel_for(threads, n, grain, note, &t);
    return t;
}

static void every_index_is_done_once_in_whole_grains(void **state)
{
    (void)state;
    const int64_t sizes[] = {0, 1, 2, 7, 64, 100, 999};
    const int64_t grains[] = {0, 1, 3, 16, 1000};
    for (int threads = 0; threads < 9; threads++)
        for (int s = 0; s < 7; s++)
            for (int g = 0; g < 5; g++) {
                const trace t = run(threads, sizes[s], grains[g]);
                for (int64_t i = 0; i < most; i++)
                    assert_int_equal(t.count[i], i < sizes[s]);
                for (int64_t i = 0; i < sizes[s]; i++)
                    if (grains[g] > 0)
                        assert_int_equal(t.begin[i] % grains[g], 0);
            }
}

static void shares_are_even_and_repeat(void **state)
{
    (void)state;
    const trace first = run(4, 998, 2);
    for (int i = 0; i < 20; i++) {
        const trace again = run(4, 998, 2);
        assert_memory_equal(again.begin, first.begin, sizeof first.begin);
    }
    int shares = 0;
    for (int64_t i = 0; i < 998; i++)
        shares += first.begin[i] == i;
    assert_int_equal(shares, 4);
    assert_int_equal(first.begin[997], 750);
}

static void one_grain_runs_as_one_share(void **state)
{
    (void)state;
    const trace t = run(4, 10, 10);
    assert_int_equal(t.begin[9], 0);
}

static void there_is_a_processor(void **state)
{
    (void)state;
    assert_true(mg_processors() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_is_done_once_in_whole_grains),
        cmocka_unit_test(shares_are_even_and_repeat),
        cmocka_unit_test(one_grain_runs_as_one_share),
        cmocka_unit_test(there_is_a_processor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
