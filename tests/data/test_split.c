/* Held-out rows and the order of epochs. */
#include "data/split.h"
#include "support/memory.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { most = 1000 };

/* A split with all its rows. */
typedef struct {
    mg_split *split;
    int64_t n_train, n_val;
    int64_t *train, *val;
} parts;

/* Training rows ascending: the first epoch's order, sorted. */
static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void fill(parts *p)
{
    p->n_train = mg_split_train_count(p->split);
    p->n_val = mg_split_held_out_count(p->split);
    p->train = malloc((size_t)(p->n_train + 1) * sizeof *p->train);
    p->val = malloc((size_t)(p->n_val + 1) * sizeof *p->val);
    assert_int_equal(mg_split_order(p->split, 9, 0, 0, p->n_train, p->train),
                     MG_OK);
    qsort(p->train, (size_t)p->n_train, sizeof *p->train, compare);
    mg_split_held_out(p->split, 0, p->n_val, p->val);
}

static parts make_kind(mg_ctx *ctx, int64_t rows, double fraction,
                       uint64_t seed, mg_split_kind kind, int64_t classes,
                       const int32_t label[])
{
    parts p = {0};
    assert_int_equal(mg_split_create(ctx, rows, fraction, seed, kind, classes,
                                     label, &p.split),
                     MG_OK);
    fill(&p);
    return p;
}

static parts make(mg_ctx *ctx, int64_t rows, double fraction, uint64_t seed)
{
    return make_kind(ctx, rows, fraction, seed, MG_SPLIT_RANDOM, 0, NULL);
}

static void clear(parts *p)
{
    mg_split_destroy(p->split);
    free(p->train);
    free(p->val);
}

/* Every row is in one of the parts, once, and held-out rows ascend. */
static void check_cover(const parts *p, int64_t rows)
{
    int64_t t = 0, v = 0;
    assert_int_equal(p->n_train + p->n_val, rows);
    for (int64_t row = 0; row < rows; row++) {
        const bool trains = t < p->n_train && p->train[t] == row;
        const bool held = v < p->n_val && p->val[v] == row;
        assert_true(trains != held);
        t += trains;
        v += held;
    }
}

static void every_row_trains_or_is_held_out(void **state)
{
    (void)state;
    static const int64_t sizes[] = {1, 2, 63, 64, 511, 512, 513, 1000, 70000};
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int tenths = 0; tenths < 10; tenths++) {
            parts p = make(ctx, sizes[i], tenths / 10.0, 5);
            check_cover(&p, sizes[i]);
            clear(&p);
        }
    assert_int_equal(memory.live, 1);
    mg_ctx_destroy(ctx);
}

static void the_seed_alone_chooses_the_rows(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    parts a = make(ctx, most, 0.25, 1), b = make(ctx, most, 0.25, 1);
    parts c = make(ctx, most, 0.25, 2);
    assert_memory_equal(a.val, b.val, 250 * sizeof *a.val);
    assert_memory_not_equal(a.val, c.val, 250 * sizeof *a.val);
    double sum = 0;
    for (int i = 0; i < 250; i++)
        sum += (double)a.val[i];
    /* The mean row: 499.5 with deviation 289 sqrt(0.75 / 250) = 15.8. */
    assert_true(fabs(sum / 250 - 499.5) < 60);
    clear(&a);
    clear(&b);
    clear(&c);
    mg_ctx_destroy(ctx);
}

static void held_out_rows_can_be_had_in_pieces(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    parts p = make(ctx, 5000, 0.3, 1);
    int64_t rows[7];
    for (int64_t from = 0; from + 7 <= p.n_val; from += 211) {
        mg_split_held_out(p.split, from, 7, rows);
        assert_memory_equal(rows, p.val + from, sizeof rows);
    }
    clear(&p);
    mg_ctx_destroy(ctx);
}

static void check_sizes(mg_ctx *ctx, int64_t rows, double fraction,
                        int64_t n_val)
{
    parts p = make(ctx, rows, fraction, 3);
    assert_int_equal(p.n_val, n_val);
    assert_int_equal(p.n_train, rows - n_val);
    clear(&p);
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
    static const double wrong[] = {1, -0.1, (double)NAN};
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    mg_split *split = NULL;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mg_split_create(ctx, 10, wrong[i], 1, MG_SPLIT_RANDOM,
                                         0, NULL, &split),
                         MG_BAD_ARGUMENT);
    assert_int_equal(
        mg_split_create(ctx, 10, -0.1, 1, MG_SPLIT_END, 0, NULL, &split),
        MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(ctx), "split: the share held out is -0.1, "
                                         "not from 0 to below 1");
    assert_int_equal(
        mg_split_create(ctx, 0, 0.1, 1, MG_SPLIT_RANDOM, 0, NULL, &split),
        MG_BAD_DATA);
    assert_null(split);
    mg_ctx_destroy(ctx);
}

static void data_in_order_holds_out_its_end(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    parts p = make_kind(ctx, 1000, 0.1, 1, MG_SPLIT_END, 0, NULL);
    for (int64_t i = 0; i < 900; i++)
        assert_int_equal(p.train[i], i);
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(p.val[i], 900 + i);
    clear(&p);
    mg_ctx_destroy(ctx);
}

/* ---- Classes ---- */

static void count_held(const parts *p, const int32_t label[], int64_t n,
                       int64_t held[])
{
    memset(held, 0, (size_t)n * sizeof *held);
    for (int64_t i = 0; i < p->n_val; i++)
        held[label[p->val[i]]]++;
}

/* 50, 30, 15 and 5 of 100 rows; 10 of them are 5, 3, 1.5 and 0.5: the two
 * halves are one row, and the lower number has it. */
static void each_class_has_its_share_by_largest_remainders(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    int32_t label[100];
    int64_t held[4];
    for (int i = 0; i < 100; i++)
        label[i * 37 % 100] = i < 50 ? 0 : i < 80 ? 1 : i < 95 ? 2 : 3;
    for (uint64_t seed = 0; seed < 20; seed++) {
        parts p = make_kind(ctx, 100, 0.1, seed, MG_SPLIT_CLASSES, 4, label);
        check_cover(&p, 100);
        count_held(&p, label, 4, held);
        assert_int_equal(held[0], 5);
        assert_int_equal(held[1], 3);
        assert_int_equal(held[2], 2);
        assert_int_equal(held[3], 0);
        clear(&p);
    }
    mg_ctx_destroy(ctx);
}

/* Shares of random classes are within one row of exact, all together exact,
 * and a class of one row is not held out while others have more. */
static void shares_of_many_classes_are_exact(void **state)
{
    (void)state;
    enum { rows = 3000, classes = 40 };
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    int32_t label[rows];
    int64_t held[classes], all[classes] = {0};
    const mg_stream stream = {.seed = 8};
    for (int i = 0; i < rows; i++) {
        const double u = mg_random_uniform(&stream, (uint64_t)i);
        label[i] = i == 1234 ? classes - 1 : (int32_t)(u * u * (classes - 2));
        all[label[i]]++;
    }
    for (int percent = 1; percent <= 50; percent += 7) {
        parts p = make_kind(ctx, rows, percent / 100.0, 1, MG_SPLIT_CLASSES,
                            classes, label);
        check_cover(&p, rows);
        assert_int_equal(p.n_val, rows * percent / 100);
        count_held(&p, label, classes, held);
        for (int c = 0; c < classes; c++) {
            const double share = (double)all[c] * percent / 100;
            assert_true(fabs((double)held[c] - share) <= 1);
        }
        assert_int_equal(held[classes - 1], 0);
        clear(&p);
    }
    mg_ctx_destroy(ctx);
}

static void a_seed_draws_other_rows_of_a_class(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    int32_t label[most];
    int drawn[most] = {0};
    for (int i = 0; i < most; i++)
        label[i] = i % 10;
    for (uint64_t seed = 0; seed < 100; seed++) {
        parts p = make_kind(ctx, most, 0.2, seed, MG_SPLIT_CLASSES, 10, label);
        for (int64_t i = 0; i < p.n_val; i++)
            drawn[p.val[i]]++;
        clear(&p);
    }
    /* 100 draws of 0.2: 20 with deviation 4; six deviations. */
    for (int i = 0; i < most; i++)
        assert_in_range(drawn[i], 1, 44);
    mg_ctx_destroy(ctx);
}

/* Without two rows of any class, classes must give their only ones. */
static void classes_of_one_row_can_be_held_out(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    int32_t label[10];
    for (int i = 0; i < 10; i++)
        label[i] = i;
    parts p = make_kind(ctx, 10, 0.3, 1, MG_SPLIT_CLASSES, 10, label);
    assert_int_equal(p.n_val, 3);
    check_cover(&p, 10);
    clear(&p);
    mg_ctx_destroy(ctx);
}

/* ---- The order of epochs ---- */

static void every_epoch_has_an_order_of_its_own(void **state)
{
    (void)state;
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    parts p = make(ctx, most, 0.1, 1);
    int64_t first[900], again[900], second[900], other[900];
    mg_split_order(p.split, 1, 0, 0, 900, first);
    mg_split_order(p.split, 1, 1, 0, 900, second);
    mg_split_order(p.split, 1, 0, 0, 900, again);
    mg_split_order(p.split, 2, 0, 0, 900, other);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, second, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    clear(&p);
    mg_ctx_destroy(ctx);
}

/* The order that runs were trained in stays what it was. */
static void up_to_a_window_it_is_one_permutation(void **state)
{
    (void)state;
    static const int64_t sizes[] = {900, 1024, 54000, INT64_C(1) << 20};
    test_memory memory = {0};
    mg_ctx *ctx = test_memory_ctx(&memory);
    for (size_t k = 0; k < 4; k++) {
        const int64_t n = sizes[k];
        const mg_stream stream = {
            .seed = 3, .stream = MG_STREAM_ORDER, .step = 6};
        int64_t *expected = malloc((size_t)n * sizeof *expected);
        int64_t *order = malloc((size_t)n * sizeof *order);
        parts p = make(ctx, n / 4 * 5, 0.2, 1);
        assert_int_equal(p.n_train, n);
        mg_random_permutation(&stream, n, expected);
        for (int64_t at = 0; at < n; at += 777)
            assert_int_equal(mg_split_order(p.split, 3, 6, at,
                                            n - at < 777 ? n - at : 777,
                                            order + at),
                             MG_OK);
        for (int64_t i = 0; i < n; i++)
            assert_int_equal(order[i], p.train[expected[i]]);
        free(expected);
        free(order);
        clear(&p);
    }
    mg_ctx_destroy(ctx);
}

/* Many rows, whose last block lacks some. */
enum { window = 1 << 20, many = 3 * window + 5000 };

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_split *split;
    int64_t n, *order;
} long_order;

/* l stays where it is: its context counts in it. */
static void make_long(long_order *l, double fraction, uint32_t epoch,
                      int64_t piece)
{
    *l = (long_order){0};
    l->ctx = test_memory_ctx(&l->memory);
    assert_int_equal(mg_split_create(l->ctx, many, fraction, 1, MG_SPLIT_RANDOM,
                                     0, NULL, &l->split),
                     MG_OK);
    l->n = mg_split_train_count(l->split);
    l->order = malloc((size_t)l->n * sizeof *l->order);
    for (int64_t at = 0; at < l->n; at += piece)
        assert_int_equal(mg_split_order(l->split, 1, epoch, at,
                                        l->n - at < piece ? l->n - at : piece,
                                        l->order + at),
                         MG_OK);
}

static void clear_long(long_order *l)
{
    mg_split_destroy(l->split);
    mg_ctx_destroy(l->ctx);
    free(l->order);
}

static void many_rows_come_once_each(void **state)
{
    (void)state;
    for (uint32_t epoch = 0; epoch < 3; epoch++) {
        long_order l;
        make_long(&l, 0.1, epoch, 100003);
        unsigned char *seen = calloc(many, 1);
        int64_t *held = malloc(many * sizeof *held);
        mg_split_held_out(l.split, 0, many - l.n, held);
        for (int64_t i = 0; i < many - l.n; i++)
            seen[held[i]]++;
        for (int64_t i = 0; i < l.n; i++)
            seen[l.order[i]]++;
        for (int64_t i = 0; i < many; i++)
            assert_int_equal(seen[i], 1);
        free(held);
        free(seen);
        clear_long(&l);
    }
}

static void the_order_does_not_depend_on_the_pieces(void **state)
{
    (void)state;
    long_order a, b;
    make_long(&a, 0.25, 4, 64);
    make_long(&b, 0.25, 4, many);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.order, b.order, (size_t)a.n * sizeof *a.order);
    /* From the middle, as a run that is resumed asks. */
    int64_t rows[64];
    mg_split_order(b.split, 1, 4, a.n / 2, 64, rows);
    assert_memory_equal(rows, a.order + a.n / 2, sizeof rows);
    clear_long(&a);
    clear_long(&b);
}

/* A window of 2^20 positions holds whole blocks of 2^10 rows, no others: they
 * can be read in pieces. And it is no window of the file: blocks come from
 * everywhere, rows within it in any order. */
static void a_window_has_whole_blocks_from_everywhere(void **state)
{
    (void)state;
    long_order l;
    make_long(&l, 0, 2, 4096);
    enum { blocks = many / 1024 + 1 };
    int *count = calloc(blocks, sizeof *count);
    for (int64_t i = 0; i < window; i++)
        count[l.order[i] / 1024]++;
    int whole = 0, parts_of_blocks = 0, late = 0;
    for (int b = 0; b < blocks; b++) {
        whole += count[b] == 1024;
        parts_of_blocks += count[b] > 0 && count[b] < 1024;
        late += count[b] > 0 && b >= blocks / 2;
    }
    assert_true(parts_of_blocks <= 2);
    assert_in_range(whole, 1022, 1024);
    assert_in_range(late, 400, 624); /* 512, deviation 13 */
    int64_t neighbours = 0;
    for (int64_t i = 1; i < window; i++)
        neighbours += l.order[i] == l.order[i - 1] + 1;
    assert_true(neighbours < 20); /* 1 expected */
    free(count);
    clear_long(&l);
}

/* Windows are shuffled apart from each other. */
static void windows_differ(void **state)
{
    (void)state;
    long_order l;
    make_long(&l, 0, 0, 4096);
    int64_t equal = 0;
    for (int64_t i = 0; i < window; i++)
        equal += l.order[i] % 1024 == l.order[window + i] % 1024;
    assert_in_range(equal, 0, window / 512); /* one in 1024 by chance */
    clear_long(&l);
}

/* What the allocator's hook has given out. */
typedef struct {
    size_t now, peak;
} counter;

static void *count_bytes(void *user, void *block, size_t size)
{
    counter *c = user;
    size_t *old = block ? (size_t *)block - 2 : NULL;
    c->now -= old ? old[0] : 0;
    if (size == 0) {
        free(old);
        return NULL;
    }
    size_t *grown = realloc(old, size + 2 * sizeof *grown);
    assert_non_null(grown);
    grown[0] = size;
    c->now += size;
    c->peak = c->now > c->peak ? c->now : c->peak;
    return grown + 2;
}

static void memory_is_a_bit_a_row_and_a_window(void **state)
{
    (void)state;
    counter c = {0};
    mg_ctx *ctx = NULL;
    const mg_ctx_options options = {.resize = count_bytes, .resize_user = &c};
    assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
    mg_split *split = NULL;
    int64_t rows[256];
    const int64_t n = 50000000;
    const size_t before = c.now;
    assert_int_equal(
        mg_split_create(ctx, n, 0.1, 1, MG_SPLIT_END, 0, NULL, &split), MG_OK);
    assert_in_range(c.peak - before, n / 8, n / 8 * 5 / 4);
    assert_int_equal(mg_split_order(split, 1, 0, n / 2, 256, rows), MG_OK);
    assert_in_range(c.peak - before, n / 8, n / 8 * 5 / 4 + 9 * window);
    mg_split_destroy(split);
    assert_int_equal(c.now, before);
    mg_ctx_destroy(ctx);
}

static mg_status split_rows(mg_ctx *ctx, void *data)
{
    (void)data;
    static const int32_t label[100] = {0, 1, 2};
    mg_split *split = NULL;
    int64_t rows[10];
    MG_TRY(
        mg_split_create(ctx, 100, 0.2, 1, MG_SPLIT_CLASSES, 3, label, &split));
    const mg_status status = mg_split_order(split, 1, 0, 5, 10, rows);
    mg_split_destroy(split);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    (void)state;
    assert_int_equal(test_every_refusal(split_rows, NULL), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_trains_or_is_held_out),
        cmocka_unit_test(the_seed_alone_chooses_the_rows),
        cmocka_unit_test(held_out_rows_can_be_had_in_pieces),
        cmocka_unit_test(the_share_is_rounded_and_one_row_always_trains),
        cmocka_unit_test(shares_out_of_range_are_refused),
        cmocka_unit_test(data_in_order_holds_out_its_end),
        cmocka_unit_test(each_class_has_its_share_by_largest_remainders),
        cmocka_unit_test(shares_of_many_classes_are_exact),
        cmocka_unit_test(a_seed_draws_other_rows_of_a_class),
        cmocka_unit_test(classes_of_one_row_can_be_held_out),
        cmocka_unit_test(every_epoch_has_an_order_of_its_own),
        cmocka_unit_test(up_to_a_window_it_is_one_permutation),
        cmocka_unit_test(many_rows_come_once_each),
        cmocka_unit_test(the_order_does_not_depend_on_the_pieces),
        cmocka_unit_test(a_window_has_whole_blocks_from_everywhere),
        cmocka_unit_test(windows_differ),
        cmocka_unit_test(memory_is_a_bit_a_row_and_a_window),
        cmocka_unit_test(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
