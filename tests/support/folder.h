/* folder: a folder of its own for a test, and files in it. */
#ifndef MG_TESTS_SUPPORT_FOLDER_H
#define MG_TESTS_SUPPORT_FOLDER_H

#include <stddef.h>

#define TEST_PATH_SIZE 300

typedef struct {
    char path[TEST_PATH_SIZE];
} test_folder;

/* Made in TMPDIR, or /tmp; removed with all that is in it. */
void test_folder_create(test_folder *folder);
void test_folder_remove(const test_folder *folder);

/* "FOLDER/name", valid until the call after next. */
const char *test_path(test_folder *folder, const char *name);

/* The number of files and folders in it. */
int test_folder_count(const test_folder *folder);

/* Writes bytes to a file; reads a file of less than size bytes and puts a 0
 * behind. Both end the test when they cannot. */
void test_write(const char *path, const void *data, size_t length);
size_t test_read(const char *path, char *out, size_t size);

#endif
