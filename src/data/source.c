/* source: from names to files and folders, and from folders to their columns.
 * Layer data. */
#include "data/source.h"
#include "data/file.h"
#include "data/format.h"
#include "data/idx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Folders of IDX files ---- */

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

const char *mg_data_known_name(size_t index)
{
    return index < sizeof known / sizeof *known ? known[index].name : NULL;
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

static mg_status open_folder(mg_ctx *ctx, const char *name, mg_data_part part,
                             mg_dataset **out)
{
    mg_dataset *dataset = NULL;
    char *folder = NULL;
    MG_TRY(find_folder(ctx, name, &folder));
    mg_status status = mg_dataset_create(ctx, name, &dataset);
    if (status == MG_OK)
        status = add_file(dataset, folder, part, false);
    if (status == MG_OK)
        status = add_file(dataset, folder, part, true);
    mg_free(ctx, folder);
    if (status != MG_OK) {
        mg_dataset_destroy(dataset);
        return status;
    }
    dataset->kind = &mg_idx_kind;
    mg_dataset_count_classes(dataset);
    *out = dataset;
    return MG_OK;
}

/* The n parts are ended, the first one if it is not the result. */
static mg_status join_folders(mg_ctx *ctx, const char *source, size_t n,
                              mg_dataset *part[], mg_dataset **out)
{
    if (n == 1) {
        *out = part[0];
        return MG_OK;
    }
    const mg_dataset *const *parts = (const mg_dataset *const *)part;
    const mg_status status = mg_dataset_concat(ctx, source, n, parts, out);
    for (size_t i = 0; i < n; i++)
        mg_dataset_destroy(part[i]);
    return status;
}

static mg_status open_folders(mg_arena *arena, const char *source, size_t n,
                              const mg_query query[], mg_data_part part,
                              mg_dataset **out)
{
    mg_dataset **opened = mg_arena_alloc(arena, n, sizeof *opened);
    if (!opened)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const mg_status status =
            open_folder(arena->ctx, query[i].path, part, &opened[i]);
        if (status == MG_OK)
            continue;
        while (i-- > 0)
            mg_dataset_destroy(opened[i]);
        return status;
    }
    return join_folders(arena->ctx, source, n, opened, out);
}

/* ---- Names ---- */

/* A data set's names taken apart. */
typedef struct {
    mg_arena arena;
    const char *source; /* for messages */
    size_t n;
    mg_query *query;
    bool standardise;
} names;

/* The paths, with commas. */
static mg_status name_source(names *all)
{
    mg_text text;
    mg_text_init(&text, all->arena.ctx);
    for (size_t i = 0; i < all->n; i++)
        mg_text_printf(&text, "%s%s", i > 0 ? ", " : "", all->query[i].path);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK) {
        const char *paths = mg_text_string(&text);
        all->source = mg_arena_string(&all->arena, paths, strlen(paths));
        status = all->source ? MG_OK : MG_NO_MEMORY;
    }
    mg_text_clear(&text);
    return status;
}

static mg_status read_lines(names *all, const char *given)
{
    mg_ctx *ctx = all->arena.ctx;
    size_t most = 1;
    for (const char *c = given; *c; c++)
        most += *c == '\n';
    all->query = mg_arena_alloc(&all->arena, most, sizeof *all->query);
    if (!all->query)
        return MG_NO_MEMORY;
    while (*given) {
        const size_t length = strcspn(given, "\n");
        const char *name = mg_arena_string(&all->arena, given, length);
        if (!name)
            return MG_NO_MEMORY;
        if (length > 0) {
            mg_query *query = &all->query[all->n++];
            bool one = false;
            MG_TRY(mg_query_parse(&all->arena, name, query));
            MG_TRY(mg_query_flag(ctx, query, "standardise", false, &one));
            all->standardise = all->standardise || one;
        }
        given += length + (given[length] == '\n');
    }
    return all->n > 0 ? MG_OK
                      : mg_fail(ctx, MG_BAD_ARGUMENT, "data: no name is given");
}

static mg_status read_names(names *all, mg_ctx *ctx, const char *given)
{
    *all = (names){0};
    mg_arena_init(&all->arena, ctx);
    mg_status status = read_lines(all, given);
    if (status == MG_OK)
        status = name_source(all);
    if (status != MG_OK)
        mg_arena_clear(&all->arena);
    return status;
}

static bool is_folder(const mg_query *query)
{
    return find_known(query->path) || mg_file_is_folder(query->path);
}

/* ---- Files ---- */

/* What the user may have meant by something of no known kind. */
static mg_status refuse(mg_ctx *ctx, const char *path)
{
    if (!mg_file_exists(path))
        return mg_fail(ctx, MG_BAD_FILE,
                       "data %s: no such file or folder, and no known name",
                       path);
    mg_text text;
    mg_text_init(&text, ctx);
    mg_format_list(&text);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = mg_fail(ctx, MG_BAD_FILE,
                         "data %s: neither a folder nor a file of a known "
                         "kind: %s (spreadsheets and others: save as .csv)",
                         path, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* Whether the word is in a list with commas. */
static bool is_listed(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (; *list; list += strcspn(list, ","), list += *list == ',')
        if (strncmp(list, word, length) == 0 &&
            (list[length] == ',' || list[length] == '\0'))
            return true;
    return false;
}

static mg_status check_keys(mg_ctx *ctx, const mg_query *query,
                            const char *keys, const char *kind)
{
    for (size_t i = 0; i < query->n && keys; i++)
        if (!is_listed(keys, query->pair[i].key))
            return mg_fail(ctx, MG_BAD_ARGUMENT,
                           "data %s: %s is no key of %s, which have %s",
                           query->name, query->pair[i].key, kind,
                           keys[0] != '\0' ? keys : "none");
    return MG_OK;
}

/* All names must be of the first one's kind. */
static mg_status check_kinds(const names *all, const mg_format *format)
{
    mg_ctx *ctx = all->arena.ctx;
    for (size_t i = 0; i < all->n; i++) {
        const mg_query *query = &all->query[i];
        const bool folder = is_folder(query);
        const mg_format *own = folder ? NULL : mg_format_find(query->path);
        if (!folder && !own)
            return refuse(ctx, query->path);
        if ((own ? own->open : NULL) != (format ? format->open : NULL))
            return mg_fail(ctx, MG_BAD_ARGUMENT,
                           "data %s: not of the same kind as %s", query->path,
                           all->query[0].path);
        MG_TRY(check_keys(ctx, query, own ? own->keys : "standardise",
                          own ? own->name : "IDX files"));
    }
    return MG_OK;
}

static mg_status open_names(names *all, mg_data_part part, mg_dataset **out)
{
    mg_ctx *ctx = all->arena.ctx;
    const mg_query *first = &all->query[0];
    const mg_format *format =
        is_folder(first) ? NULL : mg_format_find(first->path);
    MG_TRY(check_kinds(all, format));
    if (format && part == MG_PART_TEST)
        return mg_fail(ctx, MG_BAD_FILE,
                       "data %s: a file has no test part of its own",
                       all->source);
    if (format)
        MG_TRY(format->open(ctx, all->n, all->query, out));
    else
        MG_TRY(open_folders(&all->arena, all->source, all->n, all->query, part,
                            out));
    (*out)->standardise = all->standardise;
    return MG_OK;
}

mg_status mg_data_open(mg_ctx *ctx, const char *given, mg_data_part part,
                       mg_dataset **out)
{
    names all;
    mg_dataset *opened = NULL;
    MG_TRY(read_names(&all, ctx, given));
    const mg_status status = open_names(&all, part, &opened);
    mg_arena_clear(&all.arena);
    if (status == MG_OK)
        *out = opened;
    return status;
}

/* ---- Parts ---- */

/* What cannot be found has no part; only memory can be lacking. */
static mg_status unless_memory(mg_status status)
{
    return status == MG_NO_MEMORY ? status : MG_OK;
}

static mg_status folder_has_part(mg_ctx *ctx, const char *name,
                                 mg_data_part part, bool *out)
{
    char *folder = NULL, *path = NULL;
    *out = false;
    mg_status status = find_folder(ctx, name, &folder);
    if (status != MG_OK)
        return unless_memory(status);
    status = find_file(ctx, folder, part, "images", &path);
    *out = status == MG_OK && path;
    mg_free(ctx, path);
    mg_free(ctx, folder);
    return unless_memory(status);
}

static mg_status all_have_part(const names *all, mg_data_part part, bool *out)
{
    *out = true;
    for (size_t i = 0; i < all->n && *out; i++) {
        const mg_query *query = &all->query[i];
        if (is_folder(query))
            MG_TRY(folder_has_part(all->arena.ctx, query->path, part, out));
        else
            *out = part == MG_PART_TRAIN && mg_format_find(query->path) &&
                   mg_file_exists(query->path);
    }
    return MG_OK;
}

mg_status mg_data_find_part(mg_ctx *ctx, const char *given, mg_data_part part,
                            bool *out)
{
    names all;
    bool found = false;
    mg_status status = read_names(&all, ctx, given);
    if (status == MG_OK) {
        status = all_have_part(&all, part, &found);
        mg_arena_clear(&all.arena);
    }
    MG_TRY(unless_memory(status));
    *out = found;
    return MG_OK;
}

bool mg_data_has_part(mg_ctx *ctx, const char *given, mg_data_part part)
{
    bool found = false;
    return mg_data_find_part(ctx, given, part, &found) == MG_OK && found;
}
