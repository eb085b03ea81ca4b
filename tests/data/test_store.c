/* Rows in memory and in a temporary file. */
#define _XOPEN_SOURCE 700
#include "data/store.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    test_folder_create(&f.folder);
    setenv("TMPDIR", f.folder.path, 1);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    unsetenv("TMPDIR");
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    assert_int_equal(test_folder_count(&f->folder), 0);
    test_folder_remove(&f->folder);
    return 0;
}

/* Row i of three numbers: i, i i, -i. */
static void make_row(int64_t i, int64_t row[3])
{
    row[0] = i;
    row[1] = i * i;
    row[2] = -i;
}

/* Appends rows `from` to `to`, `piece` at a time. */
static mg_status append(mg_store *s, int64_t from, int64_t to, int64_t piece)
{
    int64_t buffer[64 * 3];
    while (from < to) {
        const int64_t n = to - from < piece ? to - from : piece;
        for (int64_t i = 0; i < n; i++)
            make_row(from + i, buffer + 3 * i);
        MG_TRY(mg_store_append(s, (size_t)n, buffer));
        from += n;
    }
    return MG_OK;
}

static void check_rows(mg_store *s, int64_t n, const int64_t rows[])
{
    int64_t read[16 * 3], expected[3];
    assert_int_equal(mg_store_read(s, n, rows, read), MG_OK);
    for (int64_t i = 0; i < n; i++) {
        make_row(rows[i], expected);
        assert_memory_equal(read + 3 * i, expected, sizeof expected);
    }
}

static const size_t row_bytes = 3 * sizeof(int64_t);

static void check_store(fixture *f, int64_t n, size_t most, int64_t piece,
                        bool in_memory)
{
    mg_store *s = NULL;
    assert_int_equal(mg_store_create(f->ctx, row_bytes, most, &s), MG_OK);
    assert_int_equal(append(s, 0, n, piece), MG_OK);
    assert_int_equal(mg_store_rows(s), n);
    assert_true((mg_store_memory(s) != NULL) == in_memory);
    const int64_t all[] = {n - 1,     0, 1, 2,     2,    n / 2,
                           n / 2 + 1, 1, 0, n - 2, n - 1};
    check_rows(s, 11, all);
    check_rows(s, 3, all + 1);
    if (in_memory) {
        const int64_t *rows = mg_store_memory(s);
        assert_int_equal(rows[3 * (n - 1) + 1], (n - 1) * (n - 1));
    }
    assert_int_equal(test_folder_count(&f->folder), 0); /* no name */
    mg_store_destroy(s);
}

static void rows_come_back_from_memory_and_from_the_file(void **state)
{
    fixture *f = *state;
    check_store(f, 1000, 1000 * row_bytes, 7, true);
    check_store(f, 1000, 1000 * row_bytes - 1, 7, false);
    check_store(f, 1000, 0, 64, false);
    check_store(f, 200000, 1 << 20, 64, false);
    check_store(f, 200000, SIZE_MAX, 64, true);
}

/* More blocks than are kept, in the order of windows and in none; rows that
 * are appended after a read are read too. */
static void blocks_come_and_go(void **state)
{
    fixture *f = *state;
    mg_store *s = NULL;
    const int64_t n = 2000003;
    uint64_t random = 1;
    assert_int_equal(mg_store_create(f->ctx, row_bytes, 0, &s), MG_OK);
    assert_int_equal(append(s, 0, n, 64), MG_OK);
    for (int64_t i = 0; i < 40000; i++) {
        int64_t rows[8];
        for (int k = 0; k < 8; k++) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            const int64_t window = i / 20000 * 1000000;
            const int64_t range = i % 100 == 0 ? n : 1000000;
            rows[k] = (int64_t)(random >> 33) % range;
            if (range < n)
                rows[k] += window;
        }
        check_rows(s, 8, rows);
    }
    const int64_t last[] = {n - 1, n, n + 999, 0};
    assert_int_equal(append(s, n, n + 1000, 64), MG_OK);
    check_rows(s, 4, last);
    mg_store_destroy(s);
}

static void rows_larger_than_a_piece_are_stored(void **state)
{
    fixture *f = *state;
    enum { large = 3 << 20 };
    mg_store *s = NULL;
    unsigned char *row = malloc(large), *read = malloc(2 * large);
    assert_int_equal(mg_store_create(f->ctx, large, 1 << 20, &s), MG_OK);
    for (int i = 0; i < 3; i++) {
        memset(row, i + 1, large);
        assert_int_equal(mg_store_append(s, 1, row), MG_OK);
    }
    assert_int_equal(mg_store_read(s, 2, (int64_t[]){2, 0}, read), MG_OK);
    assert_int_equal(read[0], 3);
    assert_int_equal(read[large - 1], 3);
    assert_int_equal(read[large], 1);
    assert_int_equal(read[2 * large - 1], 1);
    mg_store_destroy(s);
    free(row);
    free(read);
}

static void an_empty_store_is_one(void **state)
{
    fixture *f = *state;
    mg_store *s = NULL;
    assert_int_equal(mg_store_create(f->ctx, 8, 0, &s), MG_OK);
    assert_int_equal(mg_store_append(s, 0, NULL), MG_OK);
    assert_int_equal(mg_store_rows(s), 0);
    assert_int_equal(mg_store_read(s, 0, NULL, NULL), MG_OK);
    mg_store_destroy(s);
}

static void sizes_that_overflow_are_no_memory(void **state)
{
    fixture *f = *state;
    mg_store *s = NULL;
    const char byte = 0;
    assert_int_equal(mg_store_create(f->ctx, SIZE_MAX / 2, SIZE_MAX, &s),
                     MG_OK);
    assert_int_equal(mg_store_append(s, 3, &byte), MG_NO_MEMORY);
    assert_int_equal(mg_store_rows(s), 0);
    mg_store_destroy(s);
    assert_int_equal(mg_store_create(f->ctx, 2, SIZE_MAX, &s), MG_OK);
    assert_int_equal(mg_store_append(s, SIZE_MAX / 2 + 2, &byte), MG_NO_MEMORY);
    mg_store_destroy(s);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    fixture *f = *state;
    mg_store *s = NULL;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_int_equal(mg_store_create(f->ctx, row_bytes, 0, &s), MG_OK);
    assert_int_equal(append(s, 0, 1, 1), MG_BAD_FILE);
    char said[200]; /* the system speaks the user's language */
    snprintf(said, sizeof said,
             "make a temporary file in /nowhere/at/all: %s (TMPDIR names "
             "another folder)",
             strerror(ENOENT));
    assert_string_equal(mg_message(f->ctx), said);
    mg_store_destroy(s);
}

/* A limit on the size of files stands for a full disk: both end a write with
 * an error in the midst of it. */
static void a_full_disk_is_said(void **state)
{
    fixture *f = *state;
    struct rlimit before, small;
    mg_store *s = NULL;
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 2500000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(mg_store_create(f->ctx, row_bytes, 1000, &s), MG_OK);
    const mg_status status = append(s, 0, 200000, 64);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), "write a temporary file in "));
    assert_non_null(strstr(mg_message(f->ctx), f->folder.path));
    assert_non_null(strstr(mg_message(f->ctx), "TMPDIR names another folder"));
    mg_store_destroy(s);
}

static mg_status store_rows(mg_ctx *ctx, void *most)
{
    mg_store *s = NULL;
    int64_t row[3];
    MG_TRY(mg_store_create(ctx, row_bytes, *(size_t *)most, &s));
    mg_status status = append(s, 0, 2000, 64);
    if (status == MG_OK)
        status = mg_store_read(s, 1, (int64_t[]){1999}, row);
    mg_store_destroy(s);
    return status;
}

static void every_refused_allocation_is_clean(void **state)
{
    (void)state;
    size_t memory = SIZE_MAX, file = 4096;
    assert_true(test_every_refusal(store_rows, &memory) >= 4);
    assert_true(test_every_refusal(store_rows, &file) >= 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_come_back_from_memory_and_from_the_file),
        TEST(blocks_come_and_go),
        TEST(rows_larger_than_a_piece_are_stored),
        TEST(an_empty_store_is_one),
        TEST(sizes_that_overflow_are_no_memory),
        TEST(a_folder_that_is_not_there_is_named),
        TEST(a_full_disk_is_said),
        TEST(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
