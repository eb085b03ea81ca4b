#define _XOPEN_SOURCE 700
#include "support/folder.h"
#include "test.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void test_folder_create(test_folder *folder)
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder->path, sizeof folder->path, "%s/matgrad-test-XXXXXX",
             parent ? parent : "/tmp");
    assert_non_null(mkdtemp(folder->path));
}

static int remove_entry(const char *path, const struct stat *facts, int kind,
                        struct FTW *place)
{
    (void)facts, (void)kind, (void)place;
    return remove(path);
}

void test_folder_remove(const test_folder *folder)
{
    assert_int_equal(nftw(folder->path, remove_entry, 8, FTW_DEPTH | FTW_PHYS),
                     0);
}

const char *test_path(test_folder *folder, const char *name)
{
    static char path[2][TEST_PATH_SIZE * 2];
    static int turn;
    turn = 1 - turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder->path, name);
    return path[turn];
}

int test_folder_count(const test_folder *folder)
{
    DIR *entries = opendir(folder->path);
    assert_non_null(entries);
    int count = 0;
    for (const struct dirent *e; (e = readdir(entries));)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(entries);
    return count;
}
