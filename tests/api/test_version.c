/* The version of header and library. */
#include "matgrad/matgrad.h"
#include "tests/test.h"

#include <stdio.h>

static void library_and_header_are_of_one_version(void **state)
{
    (void)state;
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", MG_VERSION_MAJOR, MG_VERSION_MINOR,
             MG_VERSION_PATCH);
    assert_string_equal(mg_version(), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(library_and_header_are_of_one_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
