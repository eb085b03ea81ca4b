/* safetensors_read: every tensor's range must have the size that its type and
 * shape say, and together they must fill the file without gap or overlap.
 * Elements are copied to memory of their own, since a file need not align
 * them. Layer data. */
#include "data/safetensors.h"
#include "data/file.h"

#include <inttypes.h>
#include <string.h>

#ifdef MATGRAD_HAVE_JANSSON
#include <jansson.h>
#endif

/* The format's own limit for its header. */
#define HEADER_MOST ((uint64_t)100000000)

void mg_safetensors_destroy(mg_safetensors *file)
{
    if (!file)
        return;
    mg_arena_clear(&file->arena);
    mg_free(file->ctx, file);
}

const mg_tensor *mg_safetensors_find(const mg_safetensors *file,
                                     const char *name)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensor[i].name, name) == 0)
            return &file->tensor[i].tensor;
    return NULL;
}

const char *mg_safetensors_text(const mg_safetensors *file, const char *key)
{
    for (size_t i = 0; i < file->n_texts; i++)
        if (strcmp(file->text[i].key, key) == 0)
            return file->text[i].value;
    return NULL;
}

#ifdef MATGRAD_HAVE_JANSSON

/* The file while it is read. */
typedef struct {
    mg_ctx *ctx;
    const char *path;
    mg_safetensors *out;
    const char *elements; /* behind the header */
    size_t size;
    size_t *begin; /* [n_tensors], offsets of the tensors */
} reading;

static mg_status wrong(const reading *r, const char *name, const char *what)
{
    return mg_fail(r->ctx, MG_BAD_DATA, "%s: tensor %s: %s", r->path, name,
                   what);
}

static mg_status read_texts(reading *r, json_t *texts)
{
    mg_safetensors *out = r->out;
    const char *key;
    json_t *value;
    if (!json_is_object(texts))
        return mg_fail(r->ctx, MG_BAD_DATA, "%s: metadata is no object",
                       r->path);
    out->text =
        mg_arena_alloc(&out->arena, json_object_size(texts), sizeof *out->text);
    if (!out->text)
        return MG_NO_MEMORY;
    json_object_foreach(texts, key, value)
    {
        if (!json_is_string(value))
            return mg_fail(r->ctx, MG_BAD_DATA,
                           "%s: metadata %s is not a string", r->path, key);
        mg_safetext *text = &out->text[out->n_texts];
        text->key = mg_arena_string(&out->arena, key, strlen(key));
        text->value = mg_arena_string(&out->arena, json_string_value(value),
                                      json_string_length(value));
        if (!text->key || !text->value)
            return MG_NO_MEMORY;
        out->n_texts++;
    }
    return MG_OK;
}

static mg_status read_type(const reading *r, const char *name, json_t *entry,
                           mg_type *type)
{
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    json_t *shape = json_object_get(entry, "shape");
    size_t index;
    json_t *dim;
    if (!dtype || !json_is_array(shape))
        return wrong(r, name, "dtype or shape is missing");
    if (!mg_safetensors_find_dtype(dtype, &type->dtype))
        return wrong(r, name,
                     "its dtype is not F32, F64, I32, I64, BOOL or U8");
    json_array_foreach(shape, index, dim)
    {
        if (!json_is_integer(dim))
            return wrong(r, name, "its shape has a size that is no integer");
        mg_shape_append(&type->shape, json_integer_value(dim));
    }
    if (mg_shape_check(r->ctx, &type->shape) != MG_OK) {
        mg_prefix_message(r->ctx, "%s: tensor %s", r->path, name);
        return MG_BAD_DATA;
    }
    return MG_OK;
}

static mg_status read_range(const reading *r, const char *name, json_t *entry,
                            size_t *begin, size_t *end)
{
    json_t *range = json_object_get(entry, "data_offsets");
    json_t *first = json_array_get(range, 0), *last = json_array_get(range, 1);
    if (json_array_size(range) != 2 || !json_is_integer(first) ||
        !json_is_integer(last))
        return wrong(r, name, "data_offsets are not two integers");
    const json_int_t from = json_integer_value(first);
    const json_int_t to = json_integer_value(last);
    if (from < 0 || to < from || (uintmax_t)to > r->size)
        return mg_fail(r->ctx, MG_BAD_DATA,
                       "%s: tensor %s: offsets %" JSON_INTEGER_FORMAT
                       " to %" JSON_INTEGER_FORMAT " in %zu bytes",
                       r->path, name, from, to, r->size);
    *begin = (size_t)from;
    *end = (size_t)to;
    return MG_OK;
}

/* Truth values must be 0 or 1, which kernels count on. */
static mg_status check_truth(const reading *r, const char *name,
                             const mg_tensor *t)
{
    const unsigned char *value = t->data;
    const int64_t n = mg_shape_size(&t->type.shape);
    for (int64_t i = 0; t->type.dtype == MG_BOOL && i < n; i++)
        if (value[i] > 1)
            return wrong(r, name, "a truth value is neither 0 nor 1");
    return MG_OK;
}

static mg_status read_tensor(reading *r, const char *name, json_t *entry)
{
    mg_safetensors *out = r->out;
    mg_safetensor *t = &out->tensor[out->n_tensors];
    mg_type type = {0};
    size_t begin = 0, end = 0;
    if (!json_is_object(entry))
        return wrong(r, name, "no object describes it");
    MG_TRY(read_type(r, name, entry, &type));
    MG_TRY(read_range(r, name, entry, &begin, &end));
    if (end - begin != mg_type_bytes(&type))
        return mg_fail(r->ctx, MG_BAD_DATA,
                       "%s: tensor %s: %zu bytes, but its shape needs %zu",
                       r->path, name, end - begin, mg_type_bytes(&type));
    MG_TRY(mg_tensor_alloc(&out->arena, type, &t->tensor));
    memcpy(t->tensor.data, r->elements + begin, end - begin);
    MG_TRY(check_truth(r, name, &t->tensor));
    t->name = mg_arena_string(&out->arena, name, strlen(name));
    if (!t->name)
        return MG_NO_MEMORY;
    r->begin[out->n_tensors++] = begin;
    return MG_OK;
}

/* The order of tensors in the file, by where they begin;
 * empty ones before the tensor that begins at the same place. */
static bool stands_before(const reading *r, size_t a, size_t b)
{
    if (r->begin[a] != r->begin[b])
        return r->begin[a] < r->begin[b];
    return mg_type_bytes(&r->out->tensor[a].tensor.type) <
           mg_type_bytes(&r->out->tensor[b].tensor.type);
}

static void sink(const reading *r, size_t *order, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && stands_before(r, order[child], order[child + 1]))
            child++;
        if (!stands_before(r, order[root], order[child]))
            return;
        const size_t kept = order[root];
        order[root] = order[child];
        order[child] = kept;
    }
}

/* Heap sort (Williams, 1964): qsort has no room for a context, and this takes
 * no memory. */
static void sort(const reading *r, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n / 2; i-- > 0;)
        sink(r, order, i, n);
    for (size_t end = n; end-- > 1;) {
        const size_t kept = order[0];
        order[0] = order[end];
        order[end] = kept;
        sink(r, order, 0, end);
    }
}

static mg_status check_cover(const reading *r, const size_t *order)
{
    size_t position = 0;
    for (size_t i = 0; i < r->out->n_tensors; i++) {
        const mg_safetensor *t = &r->out->tensor[order[i]];
        const size_t begin = r->begin[order[i]];
        if (begin != position)
            return mg_fail(r->ctx, MG_BAD_DATA,
                           "%s: tensor %s: begins at %zu, where %zu is free",
                           r->path, t->name, begin, position);
        position += mg_type_bytes(&t->tensor.type);
    }
    if (position != r->size)
        return mg_fail(r->ctx, MG_BAD_DATA,
                       "%s: %zu bytes behind the last tensor", r->path,
                       r->size - position);
    return MG_OK;
}

static mg_status read_entries(reading *r, json_t *header)
{
    mg_safetensors *out = r->out;
    const size_t n = json_object_size(header);
    const char *name;
    json_t *entry;
    out->tensor = mg_arena_alloc(&out->arena, n, sizeof *out->tensor);
    r->begin = mg_arena_alloc(&out->arena, n, sizeof *r->begin);
    size_t *order = mg_arena_alloc(&out->arena, n, sizeof *order);
    if (!out->tensor || !r->begin || !order)
        return MG_NO_MEMORY;
    json_object_foreach(header, name, entry)
    {
        if (strcmp(name, "__metadata__") == 0)
            MG_TRY(read_texts(r, entry));
        else
            MG_TRY(read_tensor(r, name, entry));
    }
    sort(r, order, out->n_tensors);
    return check_cover(r, order);
}

static mg_status read_content(reading *r, const char *data, size_t length)
{
    uint64_t header = 0;
    if (length < 8)
        return mg_fail(r->ctx, MG_BAD_DATA, "%s: the file ends too early",
                       r->path);
    for (int i = 7; i >= 0; i--)
        header = header << 8 | (unsigned char)data[i];
    if (header > HEADER_MOST || header > length - 8)
        return mg_fail(r->ctx, MG_BAD_DATA,
                       "%s: not safetensors, or cut: a header of %" PRIu64
                       " bytes in a file of %zu",
                       r->path, header, length);
    json_error_t error;
    json_t *json =
        json_loadb(data + 8, (size_t)header, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        return mg_fail(r->ctx, MG_BAD_DATA, "%s: the header is no JSON: %s",
                       r->path, error.text);
    r->elements = data + 8 + header;
    r->size = length - 8 - (size_t)header;
    const mg_status status =
        json_is_object(json)
            ? read_entries(r, json)
            : mg_fail(r->ctx, MG_BAD_DATA, "%s: the header is no JSON object",
                      r->path);
    json_decref(json);
    return status;
}

mg_status mg_safetensors_read(mg_ctx *ctx, const char *path,
                              mg_safetensors **out)
{
    MG_TRY(mg_safetensors_check_machine(ctx));
    char *data = NULL;
    size_t length = 0;
    mg_safetensors *file = mg_alloc(ctx, 1, sizeof *file);
    if (!file)
        return MG_NO_MEMORY;
    file->ctx = ctx;
    mg_arena_init(&file->arena, ctx);
    reading r = {.ctx = ctx, .path = path, .out = file};
    mg_status status =
        mg_file_read(ctx, path, MG_FILE_DATA_MOST, &data, &length);
    if (status == MG_OK)
        status = read_content(&r, data, length);
    mg_free(ctx, data);
    if (status != MG_OK) {
        mg_safetensors_destroy(file);
        return status;
    }
    *out = file;
    return MG_OK;
}

#else

mg_status mg_safetensors_read(mg_ctx *ctx, const char *path,
                              mg_safetensors **out)
{
    (void)out;
    return mg_fail(ctx, MG_BAD_FILE,
                   "read %s: this build cannot read safetensors (it has no "
                   "jansson)",
                   path);
}

#endif
