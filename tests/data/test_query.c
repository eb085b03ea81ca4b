/* Names of data sets with keys. */
#include "data/query.h"
#include "support/folder.h"
#include "support/memory.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    test_memory memory;
    mg_ctx *ctx;
    mg_arena arena;
    test_folder folder;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    f = (fixture){0};
    f.ctx = test_memory_ctx(&f.memory);
    mg_arena_init(&f.arena, f.ctx);
    test_folder_create(&f.folder);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    mg_arena_clear(&f->arena);
    assert_int_equal(f->memory.live, 1);
    mg_ctx_destroy(f->ctx);
    test_folder_remove(&f->folder);
    return 0;
}

static mg_query parse(fixture *f, const char *name)
{
    mg_query query = {0};
    if (mg_query_parse(&f->arena, name, &query) != MG_OK)
        fail_msg("%s", mg_message(f->ctx));
    assert_string_equal(query.name, name);
    return query;
}

static void check(fixture *f, const char *name, const char *path,
                  const char *key, const char *value)
{
    const mg_query query = parse(f, name);
    assert_string_equal(query.path, path);
    assert_int_equal(query.n, 1);
    assert_string_equal(query.pair[0].key, key);
    assert_string_equal(query.pair[0].value, value);
}

static void a_name_alone_is_a_path(void **state)
{
    fixture *f = *state;
    static const char *const names[] = {"", "iris.csv", "a=b&c.csv", "50%"};
    for (size_t i = 0; i < 4; i++) {
        const mg_query query = parse(f, names[i]);
        assert_string_equal(query.path, names[i]);
        assert_int_equal(query.n, 0);
        assert_null(mg_query_text(&query, "target"));
    }
    assert_int_equal(parse(f, "iris.csv?").n, 0);
    assert_string_equal(parse(f, "iris.csv?").path, "iris.csv");
}

static void keys_follow_a_question_mark(void **state)
{
    fixture *f = *state;
    check(f, "a.csv?target=y", "a.csv", "target", "y");
    check(f, "?target=y", "", "target", "y");
    check(f, "a.csv?target=", "a.csv", "target", "");
    check(f, "a.csv?target=a=b", "a.csv", "target", "a=b");
    check(f, "a.csv?&target=y&", "a.csv", "target", "y");
    check(f, "a.csv?missing=?", "a.csv", "missing", "?");
    const mg_query query =
        parse(f, "a.csv?target=a,b&header=no&separator=;&standardise=yes");
    assert_int_equal(query.n, 4);
    assert_string_equal(mg_query_text(&query, "target"), "a,b");
    assert_string_equal(mg_query_text(&query, "header"), "no");
    assert_string_equal(mg_query_text(&query, "separator"), ";");
    assert_null(mg_query_text(&query, "drop"));
}

static void any_byte_can_be_written(void **state)
{
    fixture *f = *state;
    check(f, "a?target=x%26y", "a", "target", "x&y");
    check(f, "a?target=100%25", "a", "target", "100%");
    check(f, "a?target=%c3%A4", "a", "target", "\xc3\xa4");
    check(f, "a?target=+", "a", "target", "+");
    check(f, "a?%74arget=y", "a", "target", "y");
}

static void refused(fixture *f, const char *name, const char *message)
{
    mg_query query = {.n = 77};
    assert_int_equal(mg_query_parse(&f->arena, name, &query), MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(f->ctx), message);
    assert_int_equal(query.n, 77);
}

static void what_cannot_be_meant_is_refused(void **state)
{
    fixture *f = *state;
    refused(f, "a.csv?taget=y",
            "data a.csv?taget=y: unknown key \"taget\"; there are target, "
            "header, separator, decimal, missing, standardise, drop, classes");
    refused(f, "a.csv?header",
            "data a.csv?header: header has no value: "
            "header=...");
    refused(f, "a.csv?drop=a&drop=b",
            "data a.csv?drop=a&drop=b: drop is there twice (several values "
            "are separated by commas)");
    static const char *const percents[] = {"%", "%2", "%zz", "%2z", "%00"};
    for (size_t i = 0; i < 5; i++) {
        char name[40], message[120];
        snprintf(name, sizeof name, "a?target=%s", percents[i]);
        snprintf(message, sizeof message,
                 "data %s: %% stands for itself as %%25; %%26 is an ampersand, "
                 "and so on",
                 name);
        refused(f, name, message);
    }
}

static void a_file_of_the_whole_name_is_that_file(void **state)
{
    fixture *f = *state;
    char name[TEST_PATH_SIZE + 40];
    snprintf(name, sizeof name, "%s/why?target=y", f->folder.path);
    test_write(name, "", 0);
    assert_string_equal(parse(f, name).path, name);
    assert_int_equal(parse(f, name).n, 0);
    char more[sizeof name + 20];
    snprintf(more, sizeof more, "%s?drop=a", name);
    check(f, more, name, "drop", "a");
}

static void a_flag_is_yes_or_no(void **state)
{
    fixture *f = *state;
    const mg_query query = parse(f, "a?header=yes&standardise=no&decimal=1");
    bool flag = false;
    assert_int_equal(mg_query_flag(f->ctx, &query, "header", false, &flag),
                     MG_OK);
    assert_true(flag);
    assert_int_equal(mg_query_flag(f->ctx, &query, "standardise", true, &flag),
                     MG_OK);
    assert_false(flag);
    assert_int_equal(mg_query_flag(f->ctx, &query, "drop", true, &flag), MG_OK);
    assert_true(flag);
    assert_int_equal(mg_query_flag(f->ctx, &query, "decimal", false, &flag),
                     MG_BAD_ARGUMENT);
    assert_string_equal(mg_message(f->ctx),
                        "data a?header=yes&standardise=no&decimal=1: decimal "
                        "is yes or no, not \"1\"");
    assert_true(flag);
}

static mg_status parse_all(mg_ctx *ctx, void *data)
{
    (void)data;
    mg_arena arena;
    mg_query query;
    mg_arena_init(&arena, ctx);
    const mg_status status = mg_query_parse(
        &arena, "a?b?c.csv?target=a%26b&missing=mean&classes=a|b|?", &query);
    mg_arena_clear(&arena);
    return status == MG_BAD_ARGUMENT ? MG_OK : status;
}

static void every_refused_allocation_is_clean(void **state)
{
    (void)state;
    assert_true(test_every_refusal(parse_all, NULL) >= 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_alone_is_a_path),
        TEST(keys_follow_a_question_mark),
        TEST(any_byte_can_be_written),
        TEST(what_cannot_be_meant_is_refused),
        TEST(a_file_of_the_whole_name_is_that_file),
        TEST(a_flag_is_yes_or_no),
        TEST(every_refused_allocation_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
