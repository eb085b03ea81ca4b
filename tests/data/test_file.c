/* Files: read whole, written so that the old one survives every failure. */
#define _XOPEN_SOURCE 700
#include "data/file.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    test_folder folder;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f.memory = (test_memory){0};
    f.ctx = test_memory_ctx(&f.memory);
    test_folder_create(&f.folder);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

static void check_content(const char *path, const char *expected)
{
    char content[4096];
    assert_int_equal(test_read(path, content, sizeof content),
                     strlen(expected));
    assert_string_equal(content, expected);
}

static mg_status write_string(mg_ctx *ctx, const char *path, const char *text)
{
    const mg_file_part part[] = {{text, 3}, {text + 3, strlen(text) - 3}};
    return mg_file_write_atomic(ctx, path, 2, part);
}

static void a_file_is_read_whole_with_a_zero_behind(void **state)
{
    fixture *f = *state;
    static char large[100000];
    memset(large, 'x', sizeof large);
    const char *path = test_path(&f->folder, "file");
    const size_t lengths[] = {0, 1, 4095, 4096, sizeof large};
    for (int i = 0; i < 5; i++) {
        char *data = NULL;
        size_t length = 7;
        test_write(path, large, lengths[i]);
        assert_int_equal(
            mg_file_read(f->ctx, path, sizeof large, &data, &length), MG_OK);
        assert_int_equal(length, lengths[i]);
        assert_memory_equal(data, large, length);
        assert_int_equal(data[length], 0);
        mg_free(f->ctx, data);
    }
}

static void check_refused(fixture *f, const char *path, size_t most,
                          const char *reason)
{
    char *data = NULL;
    size_t length = 7;
    assert_int_equal(mg_file_read(f->ctx, path, most, &data, &length),
                     MG_BAD_FILE);
    assert_null(data);
    assert_int_equal(length, 7);
    assert_non_null(strstr(mg_message(f->ctx), path));
    assert_non_null(strstr(mg_message(f->ctx), reason));
}

static void what_cannot_be_read_is_refused_with_path_and_reason(void **state)
{
    fixture *f = *state;
    check_refused(f, test_path(&f->folder, "none"), 10, strerror(ENOENT));
    check_refused(f, f->folder.path, 10, strerror(EISDIR));
    check_refused(f, "/dev/zero", 10, "not a file");
    const char *path = test_path(&f->folder, "large");
    test_write(path, "0123456789", 10);
    check_refused(f, path, 9, "larger than 9 bytes");
}

/* A sparse file claims more than there is memory, and costs nothing. */
static void a_size_beyond_memory_is_refused(void **state)
{
    fixture *f = *state;
    const char *path = test_path(&f->folder, "sparse");
    test_write(path, "", 0);
    if (truncate(path, (off_t)1 << 43) != 0)
        skip();
    check_refused(f, path, MG_FILE_TEXT_MOST, "larger than");
}

/* Files of /proc claim no size at all. */
static void a_file_may_be_longer_than_it_claims(void **state)
{
    fixture *f = *state;
    if (!mg_file_exists("/proc/self/status"))
        skip();
    char *data = NULL;
    size_t length = 0;
    assert_int_equal(
        mg_file_read(f->ctx, "/proc/self/status", 100000, &data, &length),
        MG_OK);
    assert_true(length > 100);
    mg_free(f->ctx, data);
}

static void writing_makes_and_replaces_a_file(void **state)
{
    fixture *f = *state;
    const char *path = test_path(&f->folder, "file");
    assert_int_equal(write_string(f->ctx, path, "old text"), MG_OK);
    check_content(path, "old text");
    assert_int_equal(write_string(f->ctx, path, "new"), MG_OK);
    check_content(path, "new");
    assert_int_equal(test_folder_count(&f->folder), 1);
}

static void a_temporary_file_of_another_is_left_alone(void **state)
{
    fixture *f = *state;
    char path[TEST_PATH_SIZE];
    strcpy(path, test_path(&f->folder, "file"));
    mg_file_writer theirs = {0};
    assert_int_equal(mg_file_writer_open(&theirs, f->ctx, path), MG_OK);
    assert_int_equal(mg_file_writer_put(&theirs, "theirs", 6), MG_OK);
    assert_int_equal(write_string(f->ctx, path, "ours"), MG_OK);
    check_content(path, "ours");
    check_content(test_path(&f->folder, "file.partial-0"), "theirs");
    assert_int_equal(test_folder_count(&f->folder), 2);
    assert_int_equal(mg_file_writer_close(&theirs, true), MG_OK);
    check_content(path, "theirs");
    assert_int_equal(test_folder_count(&f->folder), 1);
}

/* Names that are no plain files are nobody's rest. */
static void a_link_in_the_way_is_left_alone(void **state)
{
    fixture *f = *state;
    char path[TEST_PATH_SIZE], other[TEST_PATH_SIZE];
    strcpy(path, test_path(&f->folder, "file"));
    strcpy(other, test_path(&f->folder, "other"));
    test_write(other, "other", 5);
    assert_int_equal(symlink(other, test_path(&f->folder, "file.partial-0")),
                     0);
    assert_int_equal(mkdir(test_path(&f->folder, "file.partial-1"), 0700), 0);
    assert_int_equal(write_string(f->ctx, path, "text"), MG_OK);
    check_content(path, "text");
    check_content(other, "other");
    assert_int_equal(test_folder_count(&f->folder), 4);
}

static void what_killed_processes_left_goes(void **state)
{
    fixture *f = *state;
    char path[TEST_PATH_SIZE], name[40];
    strcpy(path, test_path(&f->folder, "file"));
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "file.partial-%d", i);
        test_write(test_path(&f->folder, name), "rest", 4);
    }
    assert_int_equal(write_string(f->ctx, path, "text"), MG_OK);
    check_content(path, "text");
    assert_int_equal(test_folder_count(&f->folder), 1);
}

/* Opens two writers, says so by a byte, and waits for its end. */
static void write_until_killed(const char *path, int to)
{
    mg_ctx *ctx = NULL;
    mg_file_writer first = {0}, second = {0};
    alarm(60); /* should the parent not come to it */
    if (mg_ctx_create(NULL, &ctx) == MG_OK &&
        mg_file_writer_open(&first, ctx, path) == MG_OK &&
        mg_file_writer_open(&second, ctx, path) == MG_OK &&
        mg_file_writer_put(&second, "half", 4) == MG_OK &&
        write(to, "x", 1) == 1)
        pause();
    _exit(1);
}

static void a_killed_process_leaves_nothing_for_long(void **state)
{
    fixture *f = *state;
    char path[TEST_PATH_SIZE], byte;
    int pipes[2], status;
    strcpy(path, test_path(&f->folder, "file"));
    assert_int_equal(pipe(pipes), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        write_until_killed(path, pipes[1]);
    close(pipes[1]);
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    assert_int_equal(write_string(f->ctx, path, "while it lives"), MG_OK);
    assert_int_equal(test_folder_count(&f->folder), 3);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(test_folder_count(&f->folder), 3);
    assert_int_equal(write_string(f->ctx, path, "afterwards"), MG_OK);
    check_content(path, "afterwards");
    assert_int_equal(test_folder_count(&f->folder), 1);
    close(pipes[0]);
}

static void a_missing_folder_is_an_error_with_the_path(void **state)
{
    fixture *f = *state;
    const char *path = test_path(&f->folder, "none/file");
    assert_int_equal(write_string(f->ctx, path, "text"), MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), path));
    assert_int_equal(test_folder_count(&f->folder), 0);
    assert_int_equal(write_string(f->ctx, f->folder.path, "text"), MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), strerror(EISDIR)));
}

static void a_read_only_folder_keeps_the_old_file(void **state)
{
    fixture *f = *state;
    const char *path = test_path(&f->folder, "file");
    test_write(path, "old", 3);
    const uid_t user = geteuid();
    chmod(f->folder.path, 0555);
    if (user == 0) /* the superuser may write everywhere */
        assert_int_equal(seteuid(65534), 0);
    const mg_status status = write_string(f->ctx, path, "new");
    assert_int_equal(seteuid(user), 0);
    chmod(f->folder.path, 0700);
    assert_int_equal(status, MG_BAD_FILE);
    check_content(path, "old");
}

/* The disk full in the middle: a limit on the size of files does the same. */
static void a_write_that_breaks_off_keeps_the_old_file(void **state)
{
    fixture *f = *state;
    static char large[8192];
    const char *path = test_path(&f->folder, "file");
    test_write(path, "old", 3);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit limit = {5000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    const mg_file_part part = {large, sizeof large};
    const mg_status status = mg_file_write_atomic(f->ctx, path, 1, &part);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), path));
    check_content(path, "old");
    assert_int_equal(test_folder_count(&f->folder), 1);
}

static void a_full_device_is_reported_and_stays_a_device(void **state)
{
    fixture *f = *state;
    struct stat facts;
    if (!mg_file_exists("/dev/full"))
        skip();
    assert_int_equal(write_string(f->ctx, "/dev/full", "text"), MG_BAD_FILE);
    assert_non_null(strstr(mg_message(f->ctx), "/dev/full"));
    assert_int_equal(mg_file_append_line(f->ctx, "/dev/full", "line"),
                     MG_BAD_FILE);
    assert_int_equal(stat("/dev/full", &facts), 0);
    assert_true(S_ISCHR(facts.st_mode));
    assert_int_equal(write_string(f->ctx, "/dev/null", "text"), MG_OK);
}

static void lines_are_appended_and_a_cut_one_is_ended(void **state)
{
    fixture *f = *state;
    const char *path = test_path(&f->folder, "log.jsonl");
    assert_int_equal(mg_file_append_line(f->ctx, path, "{1}"), MG_OK);
    assert_int_equal(mg_file_append_line(f->ctx, path, "{2}"), MG_OK);
    check_content(path, "{1}\n{2}\n");
    test_write(path, "{1}\n{2", 6);
    assert_int_equal(mg_file_append_line(f->ctx, path, "{3}"), MG_OK);
    check_content(path, "{1}\n{2\n{3}\n");
    const char *missing = test_path(&f->folder, "none/log");
    assert_int_equal(mg_file_append_line(f->ctx, missing, "x"), MG_BAD_FILE);
}

static void kinds_of_names_are_told_apart(void **state)
{
    fixture *f = *state;
    assert_true(mg_file_is_folder(f->folder.path));
    assert_true(mg_file_exists(f->folder.path));
    const char *path = test_path(&f->folder, "file");
    assert_false(mg_file_exists(path));
    test_write(path, "", 0);
    assert_true(mg_file_exists(path));
    assert_false(mg_file_is_folder(path));
}

static mg_status write_and_read(mg_ctx *ctx, void *data)
{
    const char *path = data;
    char *content = NULL;
    size_t length = 0;
    MG_TRY(write_string(ctx, path, "text"));
    MG_TRY(mg_file_append_line(ctx, path, "line"));
    MG_TRY(mg_file_read(ctx, path, 100, &content, &length));
    mg_free(ctx, content);
    return MG_OK;
}

static void every_refused_allocation_is_clean(void **state)
{
    fixture *f = *state;
    char path[TEST_PATH_SIZE * 2];
    strcpy(path, test_path(&f->folder, "file"));
    assert_true(test_every_refusal(write_and_read, path) >= 3);
    assert_int_equal(test_folder_count(&f->folder), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_read_whole_with_a_zero_behind,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_read_is_refused_with_path_and_reason, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_size_beyond_memory_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_file_may_be_longer_than_it_claims,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(writing_makes_and_replaces_a_file,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_temporary_file_of_another_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_in_the_way_is_left_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_killed_processes_left_goes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_killed_process_leaves_nothing_for_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_missing_folder_is_an_error_with_the_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_read_only_folder_keeps_the_old_file,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_write_that_breaks_off_keeps_the_old_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_full_device_is_reported_and_stays_a_device, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            lines_are_appended_and_a_cut_one_is_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(kinds_of_names_are_told_apart, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_refused_allocation_is_clean,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
