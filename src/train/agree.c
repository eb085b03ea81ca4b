/* agree: what a resumed run is told again must be what it was started with,
 * however it was said then: an option, the file's train block, a default.
 * POSIX. Layer train. */
#include "base/text.h"
#include "data/file.h"
#include "data/query.h"
#include "data/source.h"
#include "train/trainer.h"

#include <string.h>
#include <sys/stat.h>

static mg_status disagrees(const mg_trainer *t, const char *what,
                           const char *run, const char *asked)
{
    return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                   "%s: the run was started with %s %s, not %s; leave it out "
                   "to go on, or start a new run",
                   t->request->resume, what, run, asked);
}

static mg_status disagree_numbers(const mg_trainer *t, const char *what,
                                  double run, double asked)
{
    char a[MG_REAL_SIZE], b[MG_REAL_SIZE];
    if (run == asked)
        return MG_OK;
    mg_format_real(a, run, 17);
    mg_format_real(b, asked, 17);
    return disagrees(t, what, a, b);
}

static bool is_same_place(const char *a, const char *b)
{
    struct stat x, y;
    return !strcmp(a, b) || (stat(a, &x) == 0 && stat(b, &y) == 0 &&
                             x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* ---- Data: the same files, though perhaps under other paths ---- */

/* The last name of a path. */
static const char *last_name(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A file that is not where the run had it may have moved, but for its name. */
static mg_status is_same_file(mg_ctx *ctx, const char *run, const char *asked,
                              bool *out)
{
    bool is_known = false;
    *out = is_same_place(run, asked);
    if (*out || mg_file_exists(run) ||
        strcmp(last_name(run), last_name(asked)) != 0)
        return MG_OK;
    MG_TRY(mg_data_find_part(ctx, run, MG_PART_TRAIN, &is_known));
    *out = !is_known;
    return MG_OK;
}

static bool is_same_query(const mg_query *a, const mg_query *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->pair[i].key, b->pair[i].key) == 0 &&
               strcmp(a->pair[i].value, b->pair[i].value) == 0;
    return same;
}

static mg_status compare_names(mg_arena *arena, const char *run,
                               const char *asked, bool *same)
{
    mg_query a, b;
    MG_TRY(mg_query_parse(arena, run, &a));
    MG_TRY(mg_query_parse(arena, asked, &b));
    *same = is_same_query(&a, &b);
    return *same ? is_same_file(arena->ctx, a.path, b.path, same) : MG_OK;
}

/* Names of data, one a line. */
static mg_status compare_lines(mg_arena *arena, const char *run,
                               const char *asked, bool *same)
{
    *same = true;
    while (*same && *run && *asked) {
        const size_t n = strcspn(run, "\n"), m = strcspn(asked, "\n");
        const char *const a = mg_arena_string(arena, run, n);
        const char *const b = mg_arena_string(arena, asked, m);
        if (!a || !b)
            return MG_NO_MEMORY;
        MG_TRY(compare_names(arena, a, b, same));
        run += n + (run[n] != 0);
        asked += m + (asked[m] != 0);
    }
    *same = *same && !*run && !*asked;
    return MG_OK;
}

static mg_status compare_data(const mg_trainer *t, const char *option,
                              const char *run, const char *asked)
{
    bool same = true;
    mg_arena arena;
    if (!asked)
        return MG_OK;
    mg_arena_init(&arena, t->ctx);
    const mg_status status = compare_lines(&arena, run, asked, &same);
    mg_arena_clear(&arena);
    if (status != MG_OK || same)
        return status;
    if (!*run)
        return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                       "%s: the run was started without %s; leave it out to "
                       "go on, or start a new run",
                       t->request->resume, option);
    return disagrees(t, option, run, asked);
}

/* Equal but for blanks. */
static bool is_same_formula(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, " \t\n");
        b += strspn(b, " \t\n");
        if (*a != *b || !*a)
            return *a == *b;
    }
}

/* ---- Keys of the train block ---- */

/* The key of the next "key = value" of a list, or NULL at its end; brackets
 * may hold further semicolons. */
static const char *next_key(const char **at, size_t *length)
{
    int depth = 0;
    *at += strspn(*at, "; \t\n");
    const char *const key = *at;
    *length = strcspn(key, " \t\n=");
    for (; **at && (**at != ';' || depth > 0); ++*at)
        depth += (**at == '(' || **at == '[') - (**at == ')' || **at == ']');
    return *length ? key : NULL;
}

static mg_status compare_key(const mg_trainer *t, const char *key,
                             size_t length, const mg_network_train *run,
                             const mg_network_train *asked)
{
    const struct {
        const char *key;
        double run, asked;
    } numbers[] = {
        {"epochs", (double)run->epochs, (double)asked->epochs},
        {"batch", (double)run->batch, (double)asked->batch},
        {"seed", (double)run->seed, (double)asked->seed},
        {"val", run->val, asked->val},
        {"patience", (double)run->patience, (double)asked->patience},
        {"clip_norm", run->clip_norm, asked->clip_norm},
        {"clip_value", run->clip_value, asked->clip_value},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strlen(numbers[i].key) == length &&
            !memcmp(numbers[i].key, key, length))
            return disagree_numbers(t, numbers[i].key, numbers[i].run,
                                    numbers[i].asked);
    if (is_same_formula(run->optimiser, asked->optimiser))
        return MG_OK;
    return disagrees(t, "the optimiser", run->optimiser, asked->optimiser);
}

static mg_status compare_settings(const mg_trainer *t, const mg_network *run,
                                  const mg_network *asked)
{
    const char *at = t->request->overrides;
    size_t length = 0;
    for (const char *key = next_key(&at, &length); key;
         key = next_key(&at, &length))
        MG_TRY(compare_key(t, key, length, &run->train, &asked->train));
    return MG_OK;
}

static mg_status check_settings(const mg_trainer *t, const mg_run_settings *s)
{
    mg_network_options options = {.real = s->real,
                                  .training = true,
                                  .file = s->file,
                                  .train = s->overrides};
    mg_network *run = NULL, *asked = NULL;
    MG_TRY(mg_network_create(t->ctx, s->source, strlen(s->source), &options,
                             &run));
    options.train = t->request->overrides;
    mg_status status = mg_network_create(t->ctx, s->source, strlen(s->source),
                                         &options, &asked);
    if (status == MG_OK)
        status = compare_settings(t, run, asked);
    else if (status == MG_BAD_FORMULA)
        status = MG_BAD_ARGUMENT; /* the file is right: the option is not */
    mg_network_destroy(asked);
    mg_network_destroy(run);
    return status;
}

/* Options that make lists, a line each, are compared as a whole. */
static mg_status compare_texts(const mg_trainer *t, const char *option,
                               const char *run, const char *asked)
{
    if (!asked || strcmp(asked, run) == 0)
        return MG_OK;
    return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                   "%s: the run was started %s %s; leave it out to go on, or "
                   "start a new run",
                   t->request->resume, *run ? "with another" : "without",
                   option);
}

static mg_status compare_options(const mg_trainer *t,
                                 const mg_run_settings *run)
{
    const mg_train_request *const r = t->request;
    if (r->accumulate)
        MG_TRY(disagree_numbers(t, "--accumulate", (double)run->accumulate,
                                (double)r->accumulate));
    if (r->real == MG_F64 && run->real != MG_F64)
        return disagrees(t, "--dtype", "f32", "f64");
    if (r->kernels != MG_KERNELS_BEST && r->kernels != run->kernels)
        return disagrees(t, "--precision", "f32", "bf16");
    MG_TRY(compare_texts(t, "--from", run->from, r->from));
    MG_TRY(compare_texts(t, "--rename", run->rename, r->rename));
    MG_TRY(compare_texts(t, "--class-weights", run->class_weights,
                         r->class_weights));
    return compare_texts(t, "--freeze", run->freeze, r->freeze);
}

mg_status mg_trainer_check_agreement(const mg_trainer *t,
                                     const mg_run_settings *run)
{
    const mg_train_request *const r = t->request;
    if (r->source && (strlen(run->source) != r->source_length ||
                      memcmp(run->source, r->source, r->source_length) != 0))
        return mg_fail(t->ctx, MG_BAD_ARGUMENT,
                       "%s: the run was started with other formulas than %s; "
                       "leave it out to go on, or start a new run",
                       r->resume, r->file ? r->file : "these");
    MG_TRY(compare_data(t, "--data", run->data, r->data));
    MG_TRY(compare_data(t, "--test", run->test, r->test));
    if (r->max_steps && r->max_steps != run->max_steps)
        return run->max_steps
                   ? disagree_numbers(t, "--max-steps", (double)run->max_steps,
                                      (double)r->max_steps)
                   : mg_fail(t->ctx, MG_BAD_ARGUMENT,
                             "%s: the run was started without --max-steps; "
                             "leave it out to go on, or start a new run",
                             r->resume);
    MG_TRY(compare_options(t, run));
    return r->overrides && *r->overrides ? check_settings(t, run) : MG_OK;
}
