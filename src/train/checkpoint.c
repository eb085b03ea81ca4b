/* checkpoint: a run's state to and from safetensors. Layer train. */
#include "train/checkpoint.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- Settings that are texts ---- */

static const struct {
    const char *key;
    size_t offset;
    int since; /* the form that first had it */
} texts[] = {
    {"file", offsetof(mg_run_settings, file), 2},
    {"formula", offsetof(mg_run_settings, source), 2},
    {"overrides", offsetof(mg_run_settings, overrides), 2},
    {"data", offsetof(mg_run_settings, data), 2},
    {"test", offsetof(mg_run_settings, test), 3},
    {"class_weights", offsetof(mg_run_settings, class_weights), 3},
    {"freeze", offsetof(mg_run_settings, freeze), 2},
    {"from", offsetof(mg_run_settings, from), 2},
    {"rename", offsetof(mg_run_settings, rename), 2},
    {"schema", offsetof(mg_run_settings, schema), 3},
};
#define TEXT_COUNT (sizeof texts / sizeof *texts)
#define NUMBER_COUNT 6 /* further entries of a file, and the progress */

static const char **text_of(mg_run_settings *s, size_t index)
{
    return (const char **)((char *)s + texts[index].offset);
}

mg_status mg_run_settings_copy(mg_arena *arena, const mg_run_settings *from,
                               mg_run_settings *out)
{
    mg_run_settings copy = *from;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const char **const text = text_of(&copy, i);
        const char *const old = *text ? *text : "";
        *text = mg_arena_string(arena, old, strlen(old));
        if (!*text)
            return MG_NO_MEMORY;
    }
    *out = copy;
    return MG_OK;
}

/* By mg_kernels. */
static const char *const kernels_name[] = {"best", "plain", "bf16"};
#define KERNELS_COUNT (int)(sizeof kernels_name / sizeof *kernels_name)

/* ---- Saving ---- */

/* The progress as one line of numbers: integers, then reals. */
static void print_progress(mg_text *text, const mg_progress *p)
{
    mg_text_printf(
        text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d",
        p->step, p->epoch, p->position, p->best_epoch, p->worse, p->finished);
    mg_text_puts(text, " ");
    mg_text_real(text, p->best_epoch ? p->best_loss : 0, 17);
    for (size_t i = 0; i < p->n_sums; i++) {
        mg_text_puts(text, " ");
        mg_text_real(text, p->sum[i], 17);
    }
}

/* All entries of the file, in a fixed order; returns how many. */
static size_t list_texts(const mg_run_settings *settings, const char *progress,
                         char number[3][32], mg_safetext out[])
{
    mg_run_settings s = *settings;
    size_t n = 0;
    snprintf(number[0], 32, "%" PRId64, s.max_steps);
    snprintf(number[1], 32, "%" PRId64, s.accumulate);
    snprintf(number[2], 32, "%d", s.threads);
    for (size_t i = 0; i < TEXT_COUNT; i++)
        out[n++] = (mg_safetext){texts[i].key, *text_of(&s, i)};
    out[n++] = (mg_safetext){"max_steps", number[0]};
    out[n++] = (mg_safetext){"accumulate", number[1]};
    out[n++] = (mg_safetext){"threads", number[2]};
    out[n++] = (mg_safetext){"dtype", mg_dtype_name(s.real)};
    out[n++] = (mg_safetext){"kernels", kernels_name[s.kernels]};
    if (progress)
        out[n++] = (mg_safetext){"progress", progress};
    return n;
}

static mg_status save(mg_ctx *ctx, const char *path,
                      const mg_run_settings *settings, const char *progress,
                      const mg_weights *weights)
{
    char form[16], number[3][32];
    mg_safetext text[1 + TEXT_COUNT + NUMBER_COUNT] = {{"matgrad", form}};
    snprintf(form, sizeof form, "%d", MG_CHECKPOINT_FORM);
    const size_t n = 1 + list_texts(settings, progress, number, text + 1);
    mg_safetensor *const tensor = mg_alloc(ctx, weights->n, sizeof *tensor);
    if (!tensor)
        return MG_NO_MEMORY;
    for (size_t i = 0; i < weights->n; i++)
        tensor[i] =
            (mg_safetensor){weights->weight[i].name, weights->weight[i].tensor};
    const mg_status status =
        mg_safetensors_write(ctx, path, weights->n, tensor, n, text);
    mg_free(ctx, tensor);
    return status;
}

mg_status mg_checkpoint_save(mg_ctx *ctx, const char *path,
                             const mg_run_settings *settings,
                             const mg_progress *progress,
                             const mg_weights *weights)
{
    mg_text text;
    mg_text_init(&text, ctx);
    if (progress)
        print_progress(&text, progress);
    mg_status status = mg_text_status(&text);
    if (status == MG_OK)
        status = save(ctx, path, settings,
                      progress ? mg_text_string(&text) : NULL, weights);
    mg_text_clear(&text);
    return status;
}

/* ---- Loading ---- */

static mg_status get_text(const mg_safetensors *file, const char *path,
                          const char *key, const char **out)
{
    *out = mg_safetensors_text(file, key);
    if (*out)
        return MG_OK;
    return mg_fail(file->ctx, MG_BAD_DATA,
                   "%s: is no state of a run: %s is "
                   "missing",
                   path, key);
}

static mg_status bad_number(const mg_safetensors *file, const char *path)
{
    return mg_fail(file->ctx, MG_BAD_DATA,
                   "%s: the run's settings or progress cannot be read", path);
}

/* The next integer of *at, behind blanks; false if there is none. */
static bool next_int(const char **at, int64_t *out)
{
    while (**at == ' ')
        ++*at;
    const size_t used = mg_parse_int(*at, strlen(*at), out);
    *at += used;
    return used > 0;
}

static bool next_real(const char **at, double *out)
{
    while (**at == ' ')
        ++*at;
    const size_t used = mg_parse_real(*at, strlen(*at), out);
    *at += used;
    return used > 0;
}

/* A file without the entry was written before there was a choice. */
static bool find_kernels(const mg_safetensors *file, mg_kernels *out)
{
    const char *const name = mg_safetensors_text(file, "kernels");
    *out = MG_KERNELS_BEST;
    if (!name)
        return true;
    for (int i = 0; i < KERNELS_COUNT; i++)
        if (strcmp(kernels_name[i], name) == 0) {
            *out = (mg_kernels)i;
            return true;
        }
    return false;
}

static mg_status get_numbers(const mg_safetensors *file, const char *path,
                             mg_run_settings *s)
{
    const char *steps = NULL, *accumulate = NULL, *threads = NULL;
    const char *real = NULL;
    MG_TRY(get_text(file, path, "max_steps", &steps));
    MG_TRY(get_text(file, path, "accumulate", &accumulate));
    MG_TRY(get_text(file, path, "threads", &threads));
    MG_TRY(get_text(file, path, "dtype", &real));
    int64_t count = 0;
    if (!next_int(&steps, &s->max_steps) || s->max_steps < 0 ||
        !next_int(&accumulate, &s->accumulate) || s->accumulate < 1 ||
        !next_int(&threads, &count) || count < 1 || count > 4096 ||
        !mg_dtype_find(real, strlen(real), &s->real) ||
        !mg_dtype_is_real(s->real) || !find_kernels(file, &s->kernels))
        return bad_number(file, path);
    s->threads = (int)count;
    return MG_OK;
}

static mg_status get_form(const mg_safetensors *file, const char *path,
                          int *out)
{
    const char *text = NULL;
    int64_t form = 0;
    MG_TRY(get_text(file, path, "matgrad", &text));
    if (mg_parse_int(text, strlen(text), &form) == 0 || form < 2 ||
        form > MG_CHECKPOINT_FORM)
        return mg_fail(file->ctx, MG_BAD_DATA,
                       "%s: was written in form %s, this reads forms 2 to %d",
                       path, text, MG_CHECKPOINT_FORM);
    *out = (int)form;
    return MG_OK;
}

mg_status mg_checkpoint_settings(const mg_safetensors *file, const char *path,
                                 mg_run_settings *out)
{
    mg_run_settings s = {0};
    MG_TRY(get_form(file, path, &s.form));
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        *text_of(&s, i) = "";
        if (s.form >= texts[i].since)
            MG_TRY(get_text(file, path, texts[i].key, text_of(&s, i)));
    }
    MG_TRY(get_numbers(file, path, &s));
    *out = s;
    return MG_OK;
}

static bool read_progress(const char *at, mg_progress *p)
{
    int64_t finished = 0;
    if (!next_int(&at, &p->step) || !next_int(&at, &p->epoch) ||
        !next_int(&at, &p->position) || !next_int(&at, &p->best_epoch) ||
        !next_int(&at, &p->worse) || !next_int(&at, &finished) ||
        !next_real(&at, &p->best_loss))
        return false;
    p->finished = finished != 0;
    for (size_t i = 0; i < p->n_sums; i++)
        if (!next_real(&at, &p->sum[i]))
            return false;
    return p->step >= 0 && p->epoch >= 0 && p->position >= 0 && *at == 0;
}

mg_status mg_checkpoint_progress(const mg_safetensors *file, const char *path,
                                 mg_progress *out)
{
    const char *text = NULL;
    MG_TRY(get_text(file, path, "progress", &text));
    return read_progress(text, out) ? MG_OK : bad_number(file, path);
}

static mg_status copy_weight(const mg_safetensors *file, const char *path,
                             const mg_weight *weight, const mg_tensor *from)
{
    const mg_shape *const want = &weight->tensor.type.shape;
    if (mg_shape_equal(&from->type.shape, want)) {
        mg_tensor_copy(from, &weight->tensor);
        return MG_OK;
    }
    char a[MG_SHAPE_TEXT_SIZE], b[MG_SHAPE_TEXT_SIZE];
    return mg_fail(file->ctx, MG_BAD_DATA,
                   "%s: %s has shape %s, the formula wants %s", path,
                   weight->name, mg_shape_text(&from->type.shape, a),
                   mg_shape_text(want, b));
}

mg_status mg_checkpoint_weights(const mg_safetensors *file, const char *path,
                                mg_weights *weights)
{
    for (size_t i = 0; i < weights->n; i++) {
        const mg_weight *const weight = &weights->weight[i];
        const mg_tensor *const from = mg_safetensors_find(file, weight->name);
        if (!from)
            return mg_fail(file->ctx, MG_BAD_DATA, "%s: has no %s", path,
                           weight->name);
        MG_TRY(copy_weight(file, path, weight, from));
    }
    return MG_OK;
}
