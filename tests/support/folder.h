/* folder: a folder of its own for a test, where there is POSIX. */
#ifndef MG_TESTS_SUPPORT_FOLDER_H
#define MG_TESTS_SUPPORT_FOLDER_H

#include "support/file.h"

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

#endif
