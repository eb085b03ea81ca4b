/* shared: one input of any target: a context whose allocator has a budget, the
 * target, and the books. Without libFuzzer, replay.c calls the same. */
#define _GNU_SOURCE
#include "tests/fuzz/fuzz.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an input of a few kilobytes may cost. Sizes that files claim run into
 * it, and must come out as errors. */
#define BUDGET ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: does not hold: %s\n", what);
    abort();
}

bool fuzz_worked(mg_ctx *ctx, mg_status status)
{
    if (status == MG_OK)
        return true;
    fuzz_require(status > MG_OK && status < MG_DIVERGED, "a known status");
    fuzz_require(*mg_message(ctx) != '\0', "a failure has a message");
    if (getenv("FUZZ_MESSAGES"))
        fprintf(stderr, "%s\n", mg_message(ctx));
    return false;
}

/* mg_resize_fn; user counts the bytes in use. */
static void *resize(void *user, void *block, size_t size)
{
    size_t *const live = user;
    const size_t old = block ? malloc_usable_size(block) : 0;
    if (size == 0) {
        free(block);
        *live -= old;
        return NULL;
    }
    if (size > BUDGET || *live - old > BUDGET - size)
        return NULL;
    void *const resized = realloc(block, size);
    if (resized)
        *live += malloc_usable_size(resized) - old;
    return resized;
}

/* ---- Files ---- */

#define PATH_SIZE 256

static char folder[PATH_SIZE];

static void remove_folder(void)
{
    char command[PATH_SIZE + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "fuzz: %s stays behind\n", folder);
}

static void make_folder(void)
{
    const char *const asked = getenv("TMPDIR");
    const char *const memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "";
    const char *const place = asked ? asked : *memory ? memory : "/tmp";
    snprintf(folder, sizeof folder, "%s/matgrad-fuzz-XXXXXX", place);
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(1);
    }
    atexit(remove_folder);
}

const char *fuzz_file(const char *name, const void *bytes, size_t length)
{
    static char paths[4][PATH_SIZE + 64];
    static int turn;
    if (*folder == '\0')
        make_folder();
    char *const path = paths[turn = (turn + 1) % 4];
    snprintf(path, sizeof *paths, "%s/%s", folder, name);
    FILE *const file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length ||
        fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    return path;
}

/* ---- One input ---- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t live = 0;
    const mg_ctx_options options = {
        .resize = resize, .resize_user = &live, .threads = 1};
    mg_ctx *ctx = NULL;
    char *const text = malloc(size + 1);
    if (!text || mg_ctx_create(&options, &ctx) != MG_OK) {
        free(text);
        return 0;
    }
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    fuzz_target(ctx, text, size);
    mg_ctx_destroy(ctx);
    free(text);
    fuzz_require(live == 0, "all memory is given back");
    return 0;
}
