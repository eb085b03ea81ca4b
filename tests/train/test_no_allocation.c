/* A training step allocates nothing, neither our code nor threads; oneDNN keeps
 * lists of a call's arguments of its own, which cannot be helped: at most ten
 * small blocks a product, freed at once. This program's own malloc and its
 * relatives stand in front of the C library's and count, where that library
 * lets them (glibc, no sanitiser). */
#include "tests/test.h"

#include "train/model.h"
#include "train/workload.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS 0
#elif defined(__GLIBC__)
#define COUNTS 1
#else
#define COUNTS 0
#endif

#define RUNS 100

/* The most blocks that one call of oneDNN may make. */
#define LIBRARY_BLOCKS 10

/* Of malloc and relatives, and of free, by all threads. */
static atomic_long made, freed;

#if COUNTS
/* glibc's own, under the names by which it exports them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

void *malloc(size_t size)
{
    atomic_fetch_add(&made, 1);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    atomic_fetch_add(&made, 1);
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    atomic_fetch_add(&made, 1);
    atomic_fetch_add(&freed, block != NULL);
    return __libc_realloc(block, size);
}

void free(void *block)
{
    atomic_fetch_add(&freed, block != NULL);
    __libc_free(block);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    atomic_fetch_add(&made, 1);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *const block = memalign(alignment, size);
    if (!block)
        return ENOMEM;
    *out = block;
    return 0;
}
#endif

typedef struct {
    mg_ctx *ctx;
    mg_workload workload;
    mg_step_plan *plan;
} training;

static void open(training *t, const char *path, int64_t batch, int threads,
                 bool plain)
{
    const mg_ctx_options options = {.threads = threads};
    assert_int_equal(mg_ctx_create(&options, &t->ctx), MG_OK);
    assert_int_equal(
        mg_workload_open(&t->workload, t->ctx, path, batch,
                         plain ? MG_KERNELS_PLAIN : MG_KERNELS_BEST),
        MG_OK);
    assert_int_equal(mg_workload_plan(&t->workload, MG_FOR_TRAINING, &t->plan),
                     MG_OK);
}

static void close(training *t)
{
    mg_step_plan_destroy(t->plan);
    mg_workload_clear(&t->workload);
    mg_ctx_destroy(t->ctx);
}

static long blocks_of_runs(training *t, int runs)
{
    const long before = atomic_load(&made);
    for (int i = 0; i < runs; i++) {
        if (mg_step_plan_run(t->plan, 1) != MG_OK)
            fail_msg("%s", mg_message(t->ctx));
        t->plan->step++;
    }
    return atomic_load(&made) - before;
}

/* Products by oneDNN, at most. */
static long library_calls(const mg_plan *plan)
{
    long n = 0;
    for (size_t i = 0; i < plan->n_steps; i++)
        n += strcmp(plan->step[i].kernel->name, "matmul-onednn") == 0 ||
             strcmp(plan->step[i].kernel->name, "product-loop") == 0;
    return n;
}

/* allowed: blocks a call of oneDNN. */
static void check(const char *path, int64_t batch, bool plain, long allowed)
{
    if (!COUNTS)
        skip();
    for (int threads = 1; threads <= 4; threads *= 2) {
        training t;
        const long before = atomic_load(&made);
        open(&t, path, batch, threads, plain);
        const long making = atomic_load(&made) - before;
        const long first = blocks_of_runs(&t, 1);
        const long live = atomic_load(&made) - atomic_load(&freed);
        const long rest = blocks_of_runs(&t, RUNS);
        const long more = atomic_load(&made) - atomic_load(&freed) - live;
        const long calls = library_calls(t.plan->plan);
        print_message("%d threads: %ld blocks for the plan, %ld in its first "
                      "run, %ld in %d more with %ld oneDNN calls each\n",
                      threads, making, first, rest, RUNS, calls);
        close(&t);
        assert_true(making > 0); /* it does count */
        assert_true(rest <= RUNS * calls * allowed);
        assert_int_equal(more, 0);
    }
}

#define EXAMPLE MATGRAD_SOURCE_DIR "/examples/fashion-mnist/mlp.mg"
#define LECTURE MATGRAD_SOURCE_DIR "/bench/lecture-2-2-1.mg"

static void only_onednn_allocates_in_a_training_step(void **state)
{
    (void)state;
    check(EXAMPLE, 64, false, LIBRARY_BLOCKS);
}

static void a_training_step_in_plain_c_allocates_nothing(void **state)
{
    (void)state;
    check(EXAMPLE, 64, true, 0);
}

static void a_step_of_a_tiny_network_allocates_nothing(void **state)
{
    (void)state;
    check(LECTURE, 1, false, 0);
}

/* The first call makes the plan. */
static void asking_one_example_again_allocates_nothing(void **state)
{
    static const char source[] = "input x[8]\noutput p = softmax(dense(tanh("
                                 "dense(x, 16)), 4))\n";
    mg_ctx *ctx = NULL;
    mg_model *model = NULL;
    float x[8] = {1, 2, 3}, p[4] = {0};
    const void *const input[] = {x};
    (void)state;
    if (!COUNTS)
        skip();
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    assert_int_equal(mg_model_create(ctx, source, strlen(source), NULL, &model),
                     MG_OK);
    const long before = atomic_load(&made);
    assert_int_equal(mg_model_predict_one(model, input, (void *[]){p}), MG_OK);
    const long first = atomic_load(&made);
    const long live = first - atomic_load(&freed);
    for (int i = 0; i < RUNS; i++) {
        x[1] = (float)i;
        assert_int_equal(mg_model_predict_one(model, input, (void *[]){p}),
                         MG_OK);
    }
    const long rest = atomic_load(&made) - first;
    assert_true(first > before);
    assert_true(rest <=
                RUNS * LIBRARY_BLOCKS * library_calls(model->one->plan));
    assert_int_equal(atomic_load(&made) - atomic_load(&freed), live);
    mg_model_destroy(model);
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_onednn_allocates_in_a_training_step),
        cmocka_unit_test(a_training_step_in_plain_c_allocates_nothing),
        cmocka_unit_test(a_step_of_a_tiny_network_allocates_nothing),
        cmocka_unit_test(asking_one_example_again_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
