#include "support/file.h"
#include "test.h"

#include <stdio.h>

void test_write(const char *path, const void *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

size_t test_read(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t length = fread(out, 1, size, file);
    fclose(file);
    assert_true(length < size);
    out[length] = '\0';
    return length;
}
