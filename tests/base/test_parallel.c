/* Loops in shares: every index once, shares of whole units, the same shares
 * every time, whoever does them; and the threads: none too many, none left. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */

#include "tests/test.h"

#include "base/parallel.h"
#include "support/memory.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#ifdef MATGRAD_HAVE_THREADS
#include <pthread.h>
#ifndef _WIN32
#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>
#endif
#endif

enum { most = 1000 };

typedef struct {
    int64_t n, grain;
    int64_t begin[most]; /* of the share that did the index; -1: nobody */
    unsigned char count[most];
} trace;

static mg_ctx *open_ctx(int threads, mg_pool **pool)
{
    const mg_ctx_options options = {.threads = threads};
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    assert_int_equal(mg_pool_of(ctx, pool), MG_OK);
    return ctx;
}

static void note(void *data, int64_t begin, int64_t end)
{
    trace *t = data;
    for (int64_t i = begin; i < end; i++) {
        t->begin[i] = begin;
        t->count[i]++;
    }
}

static trace run(mg_pool *pool, int64_t n, int64_t grain)
{
    trace t = {.n = n, .grain = grain};
    mg_parallel_for(pool, n, grain, note, &t);
    return t;
}

/* ---- Shares ---- */

static void check_shares(mg_pool *pool, int64_t n, int64_t grain, int64_t unit)
{
    const trace t = run(pool, n, grain);
    int64_t shares = 0;
    for (int64_t i = 0; i < most; i++)
        assert_int_equal(t.count[i], i < n);
    for (int64_t i = 0; i < n; i++) {
        assert_int_equal(t.begin[i] % unit, 0);
        shares += t.begin[i] == i;
    }
    assert_true(shares < 2 || (shares - 1) * grain < n);
}

static void every_index_is_done_once_in_whole_units(void **state)
{
    (void)state;
    const int64_t sizes[] = {0, 1, 2, 7, 64, 100, 999};
    const int64_t grains[] = {0, 1, 3, 16, 24, 128, 1000};
    const int64_t units[] = {1, 1, 1, 16, 8, 64, 8};
    for (int threads = 1; threads < 9; threads++) {
        mg_pool *pool = NULL;
        mg_ctx *const ctx = open_ctx(threads, &pool);
        assert_int_equal(mg_pool_threads(pool), threads);
        for (int s = 0; s < 7; s++)
            for (int g = 0; g < 7; g++)
                check_shares(pool, sizes[s], grains[g], units[g]);
        mg_ctx_destroy(ctx);
    }
}

static void shares_are_even_and_repeat(void **state)
{
    (void)state;
    mg_pool *pool = NULL;
    mg_ctx *const ctx = open_ctx(4, &pool);
    const trace first = run(pool, 998, 2);
    for (int i = 0; i < 2000; i++) {
        const trace again = run(pool, 998, 2);
        assert_memory_equal(again.begin, first.begin, sizeof first.begin);
        assert_memory_equal(again.count, first.count, sizeof first.count);
    }
    int shares = 0;
    for (int64_t i = 0; i < 998; i++)
        shares += first.begin[i] == i;
    assert_int_equal(shares, 4);
    assert_int_equal(first.begin[997], 750);
    /* Neither share is much larger than the other. */
    assert_int_equal(run(pool, 64, 21).begin[63], 43);
    mg_ctx_destroy(ctx);
}

static void one_grain_runs_as_one_share(void **state)
{
    (void)state;
    mg_pool *pool = NULL;
    mg_ctx *const ctx = open_ctx(4, &pool);
    assert_int_equal(run(pool, 10, 10).begin[9], 0);
    assert_int_equal(run(NULL, 10, 1).begin[9], 0);
    mg_ctx_destroy(ctx);
}

static void there_is_a_processor(void **state)
{
    (void)state;
    assert_true(mg_processors() >= 1);
}

/* ---- Pools ---- */

static void a_context_has_one_pool_for_each_number_of_threads(void **state)
{
    (void)state;
    mg_pool *two = NULL, *three = NULL, *again = NULL;
    mg_ctx *const ctx = open_ctx(2, &two);
    ctx->threads = 3;
    assert_int_equal(mg_pool_of(ctx, &three), MG_OK);
    ctx->threads = 2;
    assert_int_equal(mg_pool_of(ctx, &again), MG_OK);
    assert_ptr_equal(again, two);
    assert_ptr_not_equal(three, two);
    assert_int_equal(mg_pool_threads(three), 3);
    ctx->threads = 1;
    assert_int_equal(mg_pool_of(ctx, &again), MG_OK);
    assert_null(again);
    mg_ctx_destroy(ctx);
}

/* The context itself is request 1. */
static void a_pool_without_memory_is_a_clean_error(void **state)
{
    (void)state;
    size_t refuse = 2;
    for (bool refused = true; refused; refuse++) {
        test_memory memory = {.refuse = refuse};
        mg_ctx *const ctx = test_memory_ctx(&memory);
        assert_non_null(ctx);
        ctx->threads = 3;
        mg_pool *pool = NULL;
        const mg_status status = mg_pool_of(ctx, &pool);
        refused = memory.requests >= refuse;
        assert_int_equal(status, refused ? MG_NO_MEMORY : MG_OK);
        assert_int_equal(pool == NULL, refused);
        if (refused)
            assert_int_equal(memory.live, 1);
        mg_ctx_destroy(ctx);
        assert_int_equal(memory.live, 0);
    }
    assert_true(refuse > 3); /* something was refused */
}

typedef struct {
    mg_pool *pool;
    atomic_long sum;

} nest;

typedef struct {

    long sum; /* not atomic: one thread does the inner loop */
} inner;

static void add(void *data, int64_t begin, int64_t end)
{
    for (int64_t i = begin; i < end; i++)
        ((inner *)data)->sum += (long)i;
}

static void nest_loop(void *data, int64_t begin, int64_t end)
{
    nest *const n = data;
    for (int64_t i = begin; i < end; i++) {
        inner in = {0};
        mg_parallel_for(n->pool, 100, 1, add, &in);
        atomic_fetch_add(&n->sum, in.sum);
    }
}

static void a_loop_in_a_share_is_done_by_its_thread(void **state)
{
    (void)state;
    nest n = {0};
    mg_ctx *const ctx = open_ctx(4, &n.pool);
    for (int i = 0; i < 200; i++)
        mg_parallel_for(n.pool, 8, 1, nest_loop, &n);
    assert_int_equal(atomic_load(&n.sum), 200 * 8 * 4950);
    mg_ctx_destroy(ctx);
}

#ifdef MATGRAD_HAVE_THREADS

/* ---- Threads ---- */

static void sleep_for(long nanoseconds)
{
    nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
}

typedef struct {
    pthread_t caller;
    atomic_int others; /* shares done by other threads */
} company;

/* Long enough for a sleeper to come and help. */
static void meet(void *data, int64_t begin, int64_t end)
{
    (void)begin;
    (void)end;
    company *const c = data;
    if (!pthread_equal(pthread_self(), c->caller))
        atomic_fetch_add(&c->others, 1);
    sleep_for(2000000);
}

static void a_sleeping_thread_wakes_for_a_loop(void **state)
{
    (void)state;
    mg_pool *pool = NULL;
    mg_ctx *const ctx = open_ctx(2, &pool);
    company c = {.caller = pthread_self()};
    for (int i = 0; i < 20; i++) {
        sleep_for(1000000); /* far longer than a thread looks out for work */
        mg_parallel_for(pool, 2, 1, meet, &c);
    }
    /* A loaded machine may run it late, but hardly always. */
    assert_true(atomic_load(&c.others) > 0);
    mg_ctx_destroy(ctx);
}

static void loops_and_sleep_in_any_rhythm_lose_no_share(void **state)
{
    (void)state;
    mg_pool *pool = NULL;
    mg_ctx *const ctx = open_ctx(8, &pool);
    for (int i = 0; i < 400; i++) {
        const trace t = run(pool, 64, 1);
        for (int64_t k = 0; k < 64; k++)
            assert_int_equal(t.count[k], 1);
        if (i % 2)
            sleep_for(i * 500); /* around the time that threads look out */
    }
    mg_ctx_destroy(ctx);
}

static void *use_own_pool(void *data)
{
    bool *const good = data;
    mg_pool *pool = NULL;
    mg_ctx *ctx = NULL;
    *good = mg_ctx_create(&(mg_ctx_options){.threads = 3}, &ctx) == MG_OK &&
            mg_pool_of(ctx, &pool) == MG_OK;
    for (int i = 0; *good && i < 500; i++) {
        const trace t = run(pool, 100 + i % 7, 3);
        for (int64_t k = 0; k < most; k++)
            *good &= t.count[k] == (k < 100 + i % 7);
    }
    mg_ctx_destroy(ctx);
    return NULL;
}

static void pools_of_several_threads_do_not_meet(void **state)
{
    (void)state;
    pthread_t thread[4];
    bool good[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&thread[i], NULL, use_own_pool, &good[i]), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_true(good[i]);
    }
}

#ifndef _WIN32

/* ---- What Windows does not tell, or has not ---- */

/* Threads of the process; -1 where the system does not list them. */
static int threads_alive(void)
{
    DIR *const folder = opendir("/proc/self/task");
    if (!folder)
        return -1;
    int n = 0;
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder))
        n += e->d_name[0] != '.';
    closedir(folder);
    return n;
}

static void no_thread_outlives_its_context(void **state)
{
    (void)state;
    sleep_for(20000000); /* a joined thread may be listed a moment longer */
    const int before = threads_alive();
    if (before < 0)
        skip();
    for (int i = 0; i < 50; i++) {
        mg_pool *pool = NULL;
        mg_ctx *const ctx = open_ctx(8, &pool);
        assert_int_equal(threads_alive(), before + 7);
        if (i % 2)
            run(pool, 64, 1);
        if (i % 4 == 3)
            sleep_for(300000);
        mg_ctx_destroy(ctx);
    }
    for (int i = 0; i < 1000 && threads_alive() > before; i++)
        sleep_for(1000000);
    assert_int_equal(threads_alive(), before);
}

static double processor_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void an_idle_pool_uses_no_processor(void **state)
{
    (void)state;
    mg_pool *pool = NULL;
    mg_ctx *const ctx = open_ctx(8, &pool);
    run(pool, 64, 1);
    sleep_for(20000000);
    const double before = processor_seconds();
    sleep_for(300000000);
    assert_true(processor_seconds() - before < 0.05);
    mg_ctx_destroy(ctx);
}

static void a_forked_process_goes_on_alone(void **state)
{
    (void)state;
    mg_pool *pool = NULL;
    mg_ctx *const ctx = open_ctx(3, &pool);
    for (int i = 0; i < 10; i++) {
        run(pool, 64, 1);
        if (i % 2)
            sleep_for(1000000); /* the threads sleep when the process forks */
        const pid_t child = fork();
        if (child == 0) {
            int64_t done = 0;
            for (int k = 0; k < 100; k++)
                done += run(pool, 64, 1).count[k % 64];
            mg_ctx_destroy(ctx);
            _exit(done == 100 ? 0 : 1);
        }
        int status = 1;
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        assert_int_equal(status, 0);
    }
    mg_ctx_destroy(ctx);
}
#endif
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_is_done_once_in_whole_units),
        cmocka_unit_test(shares_are_even_and_repeat),
        cmocka_unit_test(one_grain_runs_as_one_share),
        cmocka_unit_test(there_is_a_processor),
        cmocka_unit_test(a_context_has_one_pool_for_each_number_of_threads),
        cmocka_unit_test(a_pool_without_memory_is_a_clean_error),
        cmocka_unit_test(a_loop_in_a_share_is_done_by_its_thread),
#ifdef MATGRAD_HAVE_THREADS
        cmocka_unit_test(a_sleeping_thread_wakes_for_a_loop),
        cmocka_unit_test(loops_and_sleep_in_any_rhythm_lose_no_share),
        cmocka_unit_test(pools_of_several_threads_do_not_meet),
#ifndef _WIN32
        cmocka_unit_test(no_thread_outlives_its_context),
        cmocka_unit_test(an_idle_pool_uses_no_processor),
        cmocka_unit_test(a_forked_process_goes_on_alone),
#endif
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
