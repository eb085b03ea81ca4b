/* safetensors_write: the header is put together as text, so that its order
 * and spelling are ours. Layer data. */
#include "data/safetensors.h"
#include "data/file.h"

#include <inttypes.h>
#include <string.h>

#define METADATA "__metadata__"

static const char *const dtype_names[] = {
    [MG_F32] = "F32", [MG_F64] = "F64",   [MG_I32] = "I32",
    [MG_I64] = "I64", [MG_BOOL] = "BOOL", [MG_U8] = "U8",
};

const char *mg_safetensors_dtype(mg_dtype dtype)
{
    return dtype_names[dtype];
}

bool mg_safetensors_find_dtype(const char *name, mg_dtype *out)
{
    for (size_t i = 0; i < sizeof dtype_names / sizeof *dtype_names; i++)
        if (strcmp(dtype_names[i], name) == 0) {
            *out = (mg_dtype)i;
            return true;
        }
    return false;
}

mg_status mg_safetensors_check_machine(mg_ctx *ctx)
{
    const uint32_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1 ? MG_OK
                      : mg_fail(ctx, MG_BAD_FILE,
                                "safetensors: not on big-endian machines");
}

/* The bytes of the character at text, 0 if they are not UTF-8 (RFC 3629: no
 * overlong forms, no surrogates, at most U+10FFFF). */
static size_t character(const unsigned char *text)
{
    const unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned char least = 0x80, most = 0xBF;
    if (lead == 0xE0)
        least = 0xA0;
    if (lead == 0xED)
        most = 0x9F;
    if (lead == 0xF0)
        least = 0x90;
    if (lead == 0xF4)
        most = 0x8F;
    if (text[1] < least || text[1] > most)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

/* Appends a JSON string; false if it is not UTF-8. */
static bool put_string(mg_text *json, const char *string)
{
    const unsigned char *s = (const unsigned char *)string;
    mg_text_puts(json, "\"");
    while (*s) {
        const size_t length = character(s);
        if (length == 0)
            return false;
        if (*s == '"' || *s == '\\')
            mg_text_printf(json, "\\%c", *s);
        else if (*s == '\n')
            mg_text_puts(json, "\\n");
        else if (*s < 0x20)
            mg_text_printf(json, "\\u%04x", (unsigned)*s);
        else
            mg_text_append(json, (const char *)s, length);
        s += length;
    }
    mg_text_puts(json, "\"");
    return true;
}

static mg_status put_texts(mg_text *json, const char *path, size_t n,
                           const mg_safetext text[])
{
    mg_text_puts(json, "\"" METADATA "\":{");
    for (size_t i = 0; i < n; i++) {
        bool good = put_string(json, text[i].key);
        mg_text_puts(json, ":");
        good = good && put_string(json, text[i].value);
        if (!good)
            return mg_fail(json->ctx, MG_BAD_DATA,
                           "write %s: the text %zu of its metadata is not "
                           "UTF-8",
                           path, i + 1);
        mg_text_puts(json, i + 1 < n ? "," : "");
    }
    mg_text_puts(json, "}");
    return MG_OK;
}

static mg_status put_tensor(mg_text *json, const char *path,
                            const mg_safetensor *t, size_t *offset)
{
    const mg_type *type = &t->tensor.type;
    const size_t begin = *offset;
    if (!mg_tensor_is_dense(&t->tensor))
        return mg_fail(json->ctx, MG_BAD_ARGUMENT,
                       "write %s: tensor %s is not dense", path, t->name);
    if (!mg_size_add(begin, mg_type_bytes(type), offset))
        return mg_no_memory(json->ctx);
    if (!put_string(json, t->name))
        return mg_fail(json->ctx, MG_BAD_DATA,
                       "write %s: a tensor's name is not UTF-8", path);
    mg_text_printf(json, ":{\"dtype\":\"%s\",\"shape\":[",
                   mg_safetensors_dtype(type->dtype));
    for (int i = 0; i < type->shape.rank; i++)
        mg_text_printf(json, "%s%" PRId64, i > 0 ? "," : "",
                       type->shape.dim[i]);
    mg_text_printf(json, "],\"data_offsets\":[%zu,%zu]}", begin, *offset);
    return MG_OK;
}

static mg_status check_names(mg_ctx *ctx, const char *path, size_t n_tensors,
                             const mg_safetensor tensor[], size_t n_texts,
                             const mg_safetext text[])
{
    const char *twice = NULL;
    for (size_t i = 0; i < n_tensors; i++) {
        if (strcmp(tensor[i].name, METADATA) == 0)
            twice = METADATA;
        for (size_t j = 0; j < i; j++)
            if (strcmp(tensor[i].name, tensor[j].name) == 0)
                twice = tensor[i].name;
    }
    for (size_t i = 0; i < n_texts; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(text[i].key, text[j].key) == 0)
                twice = text[i].key;
    if (twice)
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "write %s: the name %s is used twice", path, twice);
    return MG_OK;
}

/* Writes the JSON, filled up with spaces so that the elements begin at a
 * multiple of 8 bytes. */
static mg_status put_header(mg_text *json, const char *path, size_t n_tensors,
                            const mg_safetensor tensor[], size_t n_texts,
                            const mg_safetext text[])
{
    size_t offset = 0;
    mg_text_puts(json, "{");
    if (n_texts > 0)
        MG_TRY(put_texts(json, path, n_texts, text));
    for (size_t i = 0; i < n_tensors; i++) {
        mg_text_puts(json, i > 0 || n_texts > 0 ? "," : "");
        MG_TRY(put_tensor(json, path, &tensor[i], &offset));
    }
    mg_text_puts(json, "}");
    while (json->length % 8 != 0 && !json->failed)
        mg_text_puts(json, " ");
    return mg_text_status(json);
}

static mg_status write_parts(const mg_text *json, const char *path, size_t n,
                             const mg_safetensor tensor[])
{
    mg_ctx *ctx = json->ctx;
    unsigned char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)((uint64_t)json->length >> (8 * i));
    mg_file_part *part = mg_alloc(ctx, n + 2, sizeof *part);
    if (!part)
        return MG_NO_MEMORY;
    part[0] = (mg_file_part){length, sizeof length};
    part[1] = (mg_file_part){json->data, json->length};
    for (size_t i = 0; i < n; i++)
        part[i + 2] = (mg_file_part){tensor[i].tensor.data,
                                     mg_type_bytes(&tensor[i].tensor.type)};
    const mg_status status = mg_file_write_atomic(ctx, path, n + 2, part);
    mg_free(ctx, part);
    return status;
}

mg_status mg_safetensors_write(mg_ctx *ctx, const char *path, size_t n_tensors,
                               const mg_safetensor tensor[], size_t n_texts,
                               const mg_safetext text[])
{
    MG_TRY(mg_safetensors_check_machine(ctx));
    MG_TRY(check_names(ctx, path, n_tensors, tensor, n_texts, text));
    mg_text json;
    mg_text_init(&json, ctx);
    mg_status status =
        put_header(&json, path, n_tensors, tensor, n_texts, text);
    if (status == MG_OK)
        status = write_parts(&json, path, n_tensors, tensor);
    mg_text_clear(&json);
    return status;
}
