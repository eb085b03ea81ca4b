/* source: from a name to a folder, and from a folder to its columns.
 * Layer data. */
#include "data/source.h"
#include "data/file.h"
#include "data/idx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Data sets that have a name of their own. */
typedef struct {
    const char *name;
    const char *folder; /* where the package puts it */
    const char *package;
} known_set;

static const known_set known[] = {
    {"fashion-mnist", "/usr/share/datasets/fashion-mnist",
     "dataset-fashion-mnist"},
};

static const known_set *find_known(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return &known[i];
    return NULL;
}

static mg_status not_found(mg_ctx *ctx, const known_set *set,
                           const char *variable)
{
    return mg_fail(ctx, MG_BAD_FILE,
                   "data %s: neither in %s nor in MATGRAD_DATA (%s); install "
                   "the package %s, or set MATGRAD_DATA to the folder that "
                   "holds %s",
                   set->name, set->folder, variable ? variable : "not set",
                   set->package, set->name);
}

/* *out is the caller's, ended by mg_free. */
static mg_status find_folder(mg_ctx *ctx, const char *name, char **out)
{
    const known_set *set = find_known(name);
    const char *variable = set ? getenv("MATGRAD_DATA") : NULL;
    const char *plain = set ? set->folder : name;
    const size_t size =
        strlen(plain) + (variable ? strlen(variable) : 0) + strlen(name) + 2;
    char *folder = mg_alloc(ctx, size, 1);
    if (!folder)
        return MG_NO_MEMORY;
    snprintf(folder, size, "%s", plain);
    if (set && !mg_file_is_folder(folder) && variable)
        snprintf(folder, size, "%s/%s", variable, name);
    if (set && !mg_file_is_folder(folder)) {
        mg_free(ctx, folder);
        return not_found(ctx, set, variable);
    }
    *out = folder;
    return MG_OK;
}

static const char *part_stem(mg_data_part part)
{
    return part == MG_PART_TRAIN ? "train" : "t10k";
}

/* *out is NULL if the folder has no such file. */
static mg_status find_file(mg_ctx *ctx, const char *folder, mg_data_part part,
                           const char *what, char **out)
{
    char stem[32];
    snprintf(stem, sizeof stem, "%s-%s", part_stem(part), what);
    return mg_idx_find(ctx, folder, stem, out);
}

/* Reads the part's images or labels into a column. */
static mg_status add_file(mg_dataset *dataset, const char *folder,
                          mg_data_part part, bool target)
{
    mg_ctx *ctx = dataset->ctx;
    const char *what = target ? "labels" : "images";
    char *path = NULL;
    MG_TRY(find_file(ctx, folder, part, what, &path));
    if (!path)
        return mg_fail(ctx, MG_BAD_FILE,
                       "data %s: there is no %s-%s-idx* in it (folders of "
                       "pictures are not supported yet)",
                       folder, part_stem(part), what);
    const mg_status status = mg_idx_read(dataset, path, target);
    mg_free(ctx, path);
    return status;
}

static mg_status open_folder(mg_ctx *ctx, const char *name, const char *folder,
                             mg_data_part part, mg_dataset **out)
{
    mg_dataset *dataset = NULL;
    MG_TRY(mg_dataset_create(ctx, name, &dataset));
    mg_status status = add_file(dataset, folder, part, false);
    if (status == MG_OK)
        status = add_file(dataset, folder, part, true);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    mg_dataset_count_classes(dataset);
    *out = dataset;
    return MG_OK;
}

/* What the user may have meant by something that is no folder. */
static mg_status refuse(mg_ctx *ctx, const char *name)
{
    const size_t length = strcspn(name, "?");
    const char *kind = "files of this kind";
    if (length >= 4 && strncmp(name + length - 4, ".csv", 4) == 0)
        kind = "CSV files";
    else if (length >= 4 && strncmp(name + length - 4, ".npz", 4) == 0)
        kind = ".npz files";
    else if (length >= 4 && strncmp(name + length - 4, ".txt", 4) == 0)
        kind = "text files";
    else if (!mg_file_exists(name))
        return mg_fail(ctx, MG_BAD_FILE,
                       "data %s: no such folder, and no known name", name);
    return mg_fail(ctx, MG_BAD_FILE, "data %s: not supported yet: %s", name,
                   kind);
}

mg_status mg_data_open(mg_ctx *ctx, const char *name, mg_data_part part,
                       mg_dataset **out)
{
    char *folder = NULL;
    MG_TRY(find_folder(ctx, name, &folder));
    const mg_status status = mg_file_is_folder(folder)
                                 ? open_folder(ctx, name, folder, part, out)
                                 : refuse(ctx, name);
    mg_free(ctx, folder);
    return status;
}

bool mg_data_has_part(mg_ctx *ctx, const char *name, mg_data_part part)
{
    char *folder = NULL, *path = NULL;
    if (find_folder(ctx, name, &folder) != MG_OK)
        return false;
    const bool found =
        find_file(ctx, folder, part, "images", &path) == MG_OK && path;
    mg_free(ctx, path);
    mg_free(ctx, folder);
    return found;
}
