/* file: whole files, as tests write and read them. */
#ifndef MG_TESTS_SUPPORT_FILE_H
#define MG_TESTS_SUPPORT_FILE_H

#include <stddef.h>

/* Writes bytes to a file; reads a file of less than size bytes and puts a 0
 * behind. Both end the test when they cannot. */
void test_write(const char *path, const void *data, size_t length);
size_t test_read(const char *path, char *out, size_t size);

#endif
