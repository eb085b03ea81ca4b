/* The files of library/ stand in the binary byte for byte. */
#include "tests/test.h"

#include "formula/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Checks one file of the tree against its copy. */
static void compare(const mg_library_file *file)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/library/%s", MATGRAD_SOURCE_DIR,
             file->name);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    char *bytes = malloc(file->length + 2);
    assert_non_null(bytes);
    const size_t length = fread(bytes, 1, file->length + 2, stream);
    fclose(stream);
    assert_int_equal(length, file->length);
    assert_memory_equal(bytes, file->text, length);
    free(bytes);
}

static void every_file_is_embedded_as_it_is(void **state)
{
    (void)state;
    assert_true(mg_library_file_count > 0);
    for (size_t i = 0; i < mg_library_file_count; i++)
        compare(&mg_library_files[i]);
}

static void files_follow_each_other_by_name(void **state)
{
    (void)state;
    const char *end = mg_library_source;
    for (size_t i = 0; i < mg_library_file_count; i++) {
        const mg_library_file *file = &mg_library_files[i];
        assert_ptr_equal(file->text, end);
        end += file->length;
        if (i > 0)
            assert_true(strcmp(file[-1].name, file->name) < 0);
    }
    assert_int_equal(end - mg_library_source, mg_library_source_length);
    assert_int_equal(*end, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_embedded_as_it_is),
        cmocka_unit_test(files_follow_each_other_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
