/* Golden files: each tests/formula/errors/NAME.mg is refused with exactly the
 * report in its `# expect:` lines. A first line `# set: keys` is given as the
 * command line's. */
#define _POSIX_C_SOURCE 200809L

#include "formula/network.h"
#include "tests/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER MATGRAD_SOURCE_DIR "/tests/formula/errors"
#define SIZE 20000

static void read_text(const char *name, char *out)
{
    char path[1000];
    snprintf(path, sizeof(path), "%s/%s", FOLDER, name);
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    const size_t length = fread(out, 1, SIZE - 1, file);
    assert_true(length < SIZE - 1);
    out[length] = 0;
    fclose(file);
}

/* The report that the file expects: its lines without "# expect: ". */
static void collect_expected(const char *text, char *out)
{
    static const char mark[] = "# expect:";
    size_t n = 0;
    *out = 0;
    for (const char *line = strstr(text, mark); line;
         line = strstr(line, mark)) {
        line += strlen(mark);
        line += *line == ' ';
        const int length = (int)strcspn(line, "\n");
        n += (size_t)snprintf(out + n, SIZE - n, "%s%.*s", n ? "\n" : "",
                              length, line);
        assert_true(n < SIZE);
        line += length;
    }
}

static void check_file(const char *name)
{
    static char text[SIZE], expected[SIZE], settings[SIZE];
    mg_network_options options = {.file = name};
    mg_ctx *ctx;
    mg_network *network = NULL;
    read_text(name, text);
    collect_expected(text, expected);
    assert_true(strlen(expected) > 0);
    if (!strncmp(text, "# set: ", 7)) {
        snprintf(settings, sizeof(settings), "%.*s",
                 (int)strcspn(text + 7, "\n"), text + 7);
        options.train = settings;
    }
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    const mg_status status =
        mg_network_create(ctx, text, strlen(text), &options, &network);
    if (status != MG_BAD_FORMULA)
        fail_msg("%s: status %d", name, (int)status);
    assert_string_equal(mg_message(ctx), expected);
    assert_null(network);
    mg_ctx_destroy(ctx);
}

static void wrong_files_get_the_reports_that_they_expect(void **state)
{
    int n = 0;
    DIR *const folder = opendir(FOLDER);
    (void)state;
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const char *const end = strrchr(entry->d_name, '.');
        if (!end || strcmp(end, ".mg") != 0)
            continue;
        check_file(entry->d_name);
        n++;
    }
    closedir(folder);
    assert_true(n >= 45);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_files_get_the_reports_that_they_expect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
