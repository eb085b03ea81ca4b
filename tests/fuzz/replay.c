/* replay: feeds files to a target without a fuzzer, with any compiler:
 *   fuzz_NAME FOLDER...
 * Each file of the folders is one input. */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seeds are small; a find may be a little larger. */
#define FILE_MOST ((size_t)1 << 22)

static int replay_file(const char *path)
{
    uint8_t *const bytes = malloc(FILE_MOST);
    FILE *const file = bytes ? fopen(path, "rb") : NULL;
    if (!file) {
        perror(path);
        exit(1);
    }
    const size_t size = fread(bytes, 1, FILE_MOST, file);
    fclose(file);
    /* Said before, since the process may end in it. */
    printf("%s\n", path);
    fflush(stdout);
    uint8_t *const exact = realloc(bytes, size > 0 ? size : 1);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 1;
}

static int replay_folder(const char *path)
{
    int count = 0;
    DIR *const entries = opendir(path);
    if (!entries)
        return 0; /* a target without finds */
    for (const struct dirent *e; (e = readdir(entries));) {
        char name[PATH_MAX];
        if (e->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        count += replay_file(name);
    }
    closedir(entries);
    return count;
}

int main(int argc, char *argv[])
{
    int count = 0;
    for (int i = 1; i < argc; i++)
        count += replay_folder(argv[i]);
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
