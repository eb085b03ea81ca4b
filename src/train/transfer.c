/* transfer: see transfer.h. Layer train. */
#include "train/transfer.h"
#include "data/file.h"
#include "data/safetensors.h"
#include "formula/problem.h"
#include "train/folder.h"
#include "train/statistics.h"
#include "base/pattern.h"

#include <string.h>

/* ---- Freezing ---- */

static mg_status fits_nothing(const mg_weights *w, const char *pattern,
                              size_t length)
{
    char word[256] = {0};
    memcpy(word, pattern, length < sizeof word ? length : sizeof word - 1);
    mg_nearest nearest = {.name = word};
    for (size_t i = 0; i < w->n; i++)
        if (w->weight[i].is_param)
            mg_nearest_try(&nearest, w->weight[i].name);
    return mg_fail(w->ctx, MG_BAD_ARGUMENT,
                   "--freeze %s: no parameter has such a path%s%s%s", word,
                   nearest.best ? "\n  help: did you mean " : "",
                   nearest.best ? nearest.best : "", nearest.best ? "?" : "");
}

mg_status mg_weights_freeze(mg_weights *w, const char *patterns)
{
    const char *line = NULL;
    size_t length = 0;
    while (mg_pattern_next(&patterns, &line, &length)) {
        size_t n = 0;
        for (size_t i = 0; i < w->n; i++) {
            mg_weight *const weight = &w->weight[i];
            if (!weight->is_param ||
                !mg_pattern_fits(line, length, weight->name, NULL))
                continue;
            weight->frozen = true;
            n++;
        }
        if (n == 0)
            return fits_nothing(w, line, length);
    }
    return MG_OK;
}

/* ---- Names ---- */

/* One FROM=TO. */
typedef struct {
    const char *from, *to;
    size_t n_from, n_to;
} renaming;

typedef struct {
    mg_transfer *t;
    mg_ctx *ctx;
    const mg_safetensors *file;
    mg_weights *weights;
    const char *rename;
    const char **taken, **left, **reason, **fresh;
    bool *filled; /* by the weight's number */
} taking;

static size_t count_stars(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += text[i] == '*';
    return n;
}

static mg_status read_renaming(mg_ctx *ctx, const char *line, size_t length,
                               renaming *out)
{
    const char *const equals = memchr(line, '=', length);
    renaming r = {.from = line};
    if (equals) {
        r.n_from = (size_t)(equals - line);
        r.to = equals + 1;
        r.n_to = length - r.n_from - 1;
    }
    if (r.n_from == 0 || r.n_to == 0)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "--rename %.*s: write FROM=TO, for example "
                       "'encoder.*=h.*'",
                       (int)length, line);
    const size_t stars = count_stars(r.from, r.n_from);
    if (count_stars(r.to, r.n_to) > stars || stars > MG_PATTERN_STARS)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "--rename %.*s: the new name has more * than the old",
                       (int)length, line);
    *out = r;
    return MG_OK;
}

/* A renaming that no name of the file asks for is a mistake. */
static mg_status check_renaming(const taking *k, const renaming *r)
{
    char word[256] = {0};
    memcpy(word, r->from,
           r->n_from < sizeof word ? r->n_from : sizeof word - 1);
    mg_nearest nearest = {.name = word};
    for (size_t i = 0; i < k->file->n_tensors; i++) {
        const char *const name = k->file->tensor[i].name;
        if (mg_pattern_fits(r->from, r->n_from, name, NULL))
            return MG_OK;
        mg_nearest_try(&nearest, name);
    }
    return mg_fail(k->ctx, MG_BAD_ARGUMENT, "--rename: %s has no %s%s%s%s",
                   k->t->report.from, word,
                   nearest.best ? "\n  help: did you mean " : "",
                   nearest.best ? nearest.best : "", nearest.best ? "?" : "");
}

static mg_status check_renamings(const taking *k)
{
    const char *at = k->rename, *line = NULL;
    size_t length = 0;
    while (mg_pattern_next(&at, &line, &length)) {
        renaming r = {.from = "", .to = ""};
        MG_TRY(read_renaming(k->ctx, line, length, &r));
        MG_TRY(check_renaming(k, &r));
    }
    return MG_OK;
}

/* The name under which a tensor of the file is taken. */
static mg_status new_name(const taking *k, const char *name, const char **out)
{
    const char *at = k->rename, *line = NULL;
    size_t length = 0;
    *out = name;
    while (mg_pattern_next(&at, &line, &length)) {
        renaming r = {.from = "", .to = ""};
        mg_captures captures;
        MG_TRY(read_renaming(k->ctx, line, length, &r));
        if (!mg_pattern_fits(r.from, r.n_from, name, &captures))
            continue;
        mg_text text;
        mg_text_init(&text, k->ctx);
        mg_pattern_fill(r.to, r.n_to, name, &captures, &text);
        *out =
            mg_arena_string(&k->t->arena, mg_text_string(&text), text.length);
        const mg_status status = mg_text_status(&text);
        mg_text_clear(&text);
        return status == MG_OK && !*out ? MG_NO_MEMORY : status;
    }
    return MG_OK;
}

/* ---- Taking ---- */

static mg_status keep(taking *k, const char *text, const char **out)
{
    *out = mg_arena_string(&k->t->arena, text, strlen(text));
    return *out ? MG_OK : MG_NO_MEMORY;
}

static mg_status leave(taking *k, const char *name, const char *reason)
{
    const size_t i = k->t->report.n_left++;
    MG_TRY(keep(k, name, &k->left[i]));
    return keep(k, reason, &k->reason[i]);
}

static mg_status wrong_shape(taking *k, const char *name, const mg_tensor *have,
                             const mg_tensor *want)
{
    char a[MG_SHAPE_TEXT_SIZE], b[MG_SHAPE_TEXT_SIZE];
    mg_text text;
    mg_text_init(&text, k->ctx);
    mg_text_printf(&text, "is %s there, %s here",
                   mg_shape_text(&have->type.shape, a),
                   mg_shape_text(&want->type.shape, b));
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = leave(k, name, mg_text_string(&text));
    mg_text_clear(&text);
    return status;
}

/* Data standardises and fills by its own numbers; where it does not, what the
 * weights were trained on looked otherwise. */
static mg_status leave_statistics(taking *k, const char *name)
{
    return mg_weights_find(k->weights, name)
               ? MG_OK
               : leave(k, name,
                       "this run's data does not ask for it (standardise=yes, "
                       "missing=mean)");
}

static mg_status take(taking *k, const mg_safetensor *from)
{
    const char *name = NULL;
    if (strchr(from->name, '/')) {
        k->t->report.n_optimiser++;
        return MG_OK;
    }
    if (mg_statistics_is_name(from->name))
        return leave_statistics(k, from->name);
    MG_TRY(new_name(k, from->name, &name));
    const mg_weight *const weight = mg_weights_find(k->weights, name);
    if (!weight)
        return leave(k, from->name, "the network has none of that name");
    if (!mg_shape_equal(&from->tensor.type.shape, &weight->tensor.type.shape))
        return wrong_shape(k, from->name, &from->tensor, &weight->tensor);
    bool *const filled = &k->filled[weight - k->weights->weight];
    if (*filled)
        return mg_fail(k->ctx, MG_BAD_ARGUMENT,
                       "--from %s: two of its values would become %s",
                       k->t->report.from, name);
    *filled = true;
    mg_tensor_copy(&from->tensor, &weight->tensor);
    k->taken[k->t->report.n_taken++] = weight->name;
    return MG_OK;
}

static mg_status take_all(taking *k)
{
    mg_train_transfer *const report = &k->t->report;
    MG_TRY(check_renamings(k));
    for (size_t i = 0; i < k->file->n_tensors; i++)
        MG_TRY(take(k, &k->file->tensor[i]));
    for (size_t i = 0; i < k->weights->n; i++) {
        const char *const name = k->weights->weight[i].name;
        if (!k->filled[i] && !strchr(name, '/') && !mg_statistics_is_name(name))
            k->fresh[report->n_fresh++] = name;
    }
    report->taken = k->taken;
    report->left = k->left;
    report->reason = k->reason;
    report->fresh = k->fresh;
    if (report->n_taken > 0)
        return MG_OK;
    return mg_fail(k->ctx, MG_BAD_DATA,
                   "--from %s: nothing in it has a name and shape of the "
                   "network%s%s%s",
                   report->from, report->n_left ? "; " : "",
                   report->n_left ? report->left[0] : "",
                   report->n_left ? report->reason[0] : "");
}

static mg_status prepare(taking *k)
{
    mg_arena *const arena = &k->t->arena;
    const size_t there = k->file->n_tensors + 1, here = k->weights->n + 1;
    k->taken = mg_arena_alloc(arena, here, sizeof *k->taken);
    k->fresh = mg_arena_alloc(arena, here, sizeof *k->fresh);
    k->left = mg_arena_alloc(arena, there, sizeof *k->left);
    k->reason = mg_arena_alloc(arena, there, sizeof *k->reason);
    k->filled = mg_arena_alloc(arena, here, sizeof *k->filled);
    return k->taken && k->fresh && k->left && k->reason && k->filled
               ? MG_OK
               : MG_NO_MEMORY;
}

/* The weights file of a run folder, or the path itself. */
static mg_status find_file(mg_ctx *ctx, const char *from,
                           char path[MG_PATH_SIZE])
{
    mg_run_folder folder;
    if (strlen(from) >= MG_PATH_SIZE)
        return mg_fail(ctx, MG_BAD_FILE, "--from: the path is too long");
    memcpy(path, from, strlen(from) + 1);
    if (!mg_file_is_folder(from))
        return MG_OK;
    MG_TRY(mg_run_folder_open(&folder, ctx, from));
    return mg_run_folder_weights(&folder, path);
}

mg_status mg_transfer_weights(mg_transfer *t, const char *from,
                              const char *rename, mg_weights *weights)
{
    char path[MG_PATH_SIZE];
    mg_safetensors *file = NULL;
    mg_ctx *const ctx = weights->ctx;
    *t = (mg_transfer){.report = {.from = from}};
    mg_arena_init(&t->arena, ctx);
    MG_TRY(find_file(ctx, from, path));
    MG_TRY(mg_safetensors_read(ctx, path, &file));
    taking k = {
        .t = t, .ctx = ctx, .file = file, .weights = weights, .rename = rename};
    mg_status status = prepare(&k);
    if (status == MG_OK)
        status = take_all(&k);
    mg_safetensors_destroy(file);
    return status;
}

void mg_transfer_clear(mg_transfer *t)
{
    if (t->arena.ctx)
        mg_arena_clear(&t->arena);
}
