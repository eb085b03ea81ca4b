/* folder: where a run is kept. POSIX. Layer train. */
#include "train/folder.h"
#include "data/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* More runs of one name than anybody keeps. */
#define MAX_RUNS 1000000

static mg_status too_long(mg_ctx *ctx, const char *path)
{
    return mg_fail(ctx, MG_BAD_FILE, "%.80s...: the path is too long", path);
}

mg_status mg_run_folder_file(const mg_run_folder *folder, const char *name,
                             char path[MG_PATH_SIZE])
{
    const int n = snprintf(path, MG_PATH_SIZE, "%s/%s", folder->path, name);
    return n < MG_PATH_SIZE ? MG_OK : too_long(folder->ctx, folder->path);
}

mg_status mg_run_folder_weights(const mg_run_folder *folder,
                                char path[MG_PATH_SIZE])
{
    MG_TRY(mg_run_folder_file(folder, "best.safetensors", path));
    if (!mg_file_exists(path))
        MG_TRY(mg_run_folder_file(folder, "last.safetensors", path));
    if (mg_file_exists(path))
        return MG_OK;
    return mg_fail(folder->ctx, MG_BAD_FILE,
                   "%s: holds no weights (best.safetensors, last.safetensors)",
                   folder->path);
}

static mg_status make_folder(mg_ctx *ctx, const char *path, bool *made)
{
    *made = mkdir(path, 0777) == 0;
    if (*made || errno == EEXIST)
        return MG_OK;
    return mg_fail(ctx, MG_BAD_FILE, "%s: the folder cannot be made: %s", path,
                   strerror(errno));
}

/* Makes the folders above the last name of path. */
static mg_status make_parents(mg_ctx *ctx, const char *path)
{
    char part[MG_PATH_SIZE];
    bool made = false;
    for (const char *c = strchr(path + 1, '/'); *path && c;
         c = strchr(c + 1, '/')) {
        const size_t length = (size_t)(c - path);
        memcpy(part, path, length);
        part[length] = 0;
        MG_TRY(make_folder(ctx, part, &made));
    }
    return MG_OK;
}

/* "mlp" of "examples/fashion-mnist/mlp.mg". */
static void base_name(const char *file, char name[256])
{
    const char *const slash = strrchr(file, '/');
    snprintf(name, 256, "%s", slash ? slash + 1 : file);
    char *const dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = 0;
    if (!*name)
        snprintf(name, 256, "network");
}

static mg_status make_numbered(mg_run_folder *folder, const char *file)
{
    char name[256];
    bool made = false;
    base_name(file, name);
    MG_TRY(make_folder(folder->ctx, "runs", &made));
    for (int i = 1; i < MAX_RUNS; i++) {
        snprintf(folder->path, sizeof folder->path, "runs/%s-%d", name, i);
        MG_TRY(make_folder(folder->ctx, folder->path, &made));
        if (made)
            return MG_OK;
    }
    return mg_fail(folder->ctx, MG_BAD_FILE, "runs: holds too many of %s",
                   name);
}

mg_status mg_run_folder_create(mg_run_folder *folder, mg_ctx *ctx,
                               const char *out, const char *formula_file)
{
    folder->ctx = ctx;
    if (!out)
        return make_numbered(folder, formula_file);
    if (strlen(out) >= MG_PATH_SIZE - 64)
        return too_long(ctx, out);
    snprintf(folder->path, sizeof folder->path, "%s", out);
    bool made = false;
    char state[MG_PATH_SIZE];
    MG_TRY(make_parents(ctx, out));
    MG_TRY(make_folder(ctx, out, &made));
    if (!mg_file_is_folder(out))
        return mg_fail(ctx, MG_BAD_FILE, "%s: is not a folder", out);
    MG_TRY(mg_run_folder_file(folder, "last.safetensors", state));
    if (mg_file_exists(state))
        return mg_fail(ctx, MG_BAD_FILE,
                       "%s: holds a run already; go on with it by --resume %s",
                       out, out);
    return MG_OK;
}

mg_status mg_run_folder_open(mg_run_folder *folder, mg_ctx *ctx,
                             const char *path)
{
    folder->ctx = ctx;
    if (strlen(path) >= MG_PATH_SIZE - 64)
        return too_long(ctx, path);
    snprintf(folder->path, sizeof folder->path, "%s", path);
    return mg_file_is_folder(path)
               ? MG_OK
               : mg_fail(ctx, MG_BAD_FILE, "%s: there is no such run folder",
                         path);
}

mg_status mg_run_folder_trim_log(const mg_run_folder *folder, int64_t lines)
{
    char path[MG_PATH_SIZE];
    MG_TRY(mg_run_folder_file(folder, "log.jsonl", path));
    if (!mg_file_exists(path))
        return MG_OK;
    char *log = NULL;
    size_t length = 0;
    MG_TRY(mg_file_read(folder->ctx, path, MG_FILE_TEXT_MOST, &log, &length));
    size_t kept = 0;
    for (int64_t i = 0; i < lines && kept < length; i++) {
        const char *const end = memchr(log + kept, '\n', length - kept);
        kept = end ? (size_t)(end - log) + 1 : length;
    }
    const mg_file_part part = {log, kept};
    const mg_status status =
        kept == length ? MG_OK
                       : mg_file_write_atomic(folder->ctx, path, 1, &part);
    mg_free(folder->ctx, log);
    return status;
}
