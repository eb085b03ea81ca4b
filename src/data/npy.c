/* npy: an array behind a header that is a Python dictionary in one line, as
 * NumPy's documentation of numpy.lib.format describes it. Layer data. */
#include "data/npy.h"

#include "data/file.h"

#include <string.h>

#define MAGIC "\x93NUMPY"
#define PREFIX_BYTES 8 /* magic, major and minor version */

static const struct {
    const char *descr; /* without the byte order */
    mg_dtype dtype;
} kinds[] = {
    {"f4", MG_F32}, {"f8", MG_F64}, {"i4", MG_I32},
    {"i8", MG_I64}, {"u1", MG_U8},  {"b1", MG_BOOL},
};

/* A position in the dictionary, and what it said so far. */
typedef struct {
    mg_ctx *ctx;
    const char *name;
    const char *at, *end;
    bool has_type, has_order, has_shape;
    mg_type type;
    bool swapped; /* the other byte order than this machine's */
    bool fortran;
} header;

static mg_status bad(const header *h, const char *what)
{
    return mg_fail(h->ctx, MG_BAD_DATA, "read %s: %s", h->name, what);
}

static bool little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

static void skip_blanks(header *h)
{
    while (h->at < h->end && (*h->at == ' ' || *h->at == '\n'))
        h->at++;
}

/* Takes the text if it comes next. */
static bool take(header *h, const char *text)
{
    const size_t length = strlen(text);
    skip_blanks(h);
    if ((size_t)(h->end - h->at) < length || memcmp(h->at, text, length) != 0)
        return false;
    h->at += length;
    return true;
}

/* A string in either kind of quotes, without escapes. */
static bool take_string(header *h, const char **text, size_t *length)
{
    skip_blanks(h);
    if (h->at == h->end || (*h->at != '\'' && *h->at != '"'))
        return false;
    const char quote = *h->at++;
    const char *close = memchr(h->at, quote, (size_t)(h->end - h->at));
    if (!close)
        return false;
    *text = h->at;
    *length = (size_t)(close - h->at);
    h->at = close + 1;
    return true;
}

static mg_status read_type(header *h)
{
    const char *text;
    size_t length;
    if (h->has_type || !take_string(h, &text, &length) || length != 3)
        return bad(h, "npy: the element type is not a plain number");
    const bool known_order = strchr("<>|=", text[0]) && text[0] != '\0';
    for (size_t i = 0; known_order && i < sizeof kinds / sizeof *kinds; i++) {
        if (memcmp(text + 1, kinds[i].descr, 2) == 0) {
            h->type.dtype = kinds[i].dtype;
            h->swapped = text[0] == (little_endian() ? '>' : '<');
            h->has_type = true;
            return MG_OK;
        }
    }
    return mg_fail(h->ctx, MG_BAD_DATA,
                   "read %s: npy: elements of type %.*s (f4, f8, i4, i8, u1 "
                   "and bool are supported)",
                   h->name, (int)length, text);
}

static mg_status read_order(header *h)
{
    const bool fortran = take(h, "True");
    if (h->has_order || (!fortran && !take(h, "False")))
        return bad(h, "npy: fortran_order is neither True nor False");
    h->fortran = fortran;
    h->has_order = true;
    return MG_OK;
}

static mg_status read_shape(header *h)
{
    mg_shape shape = {0};
    bool separated = true;
    if (h->has_shape || !take(h, "("))
        return bad(h, "npy: the shape is not a tuple");
    while (!take(h, ")")) {
        int64_t dim;
        skip_blanks(h);
        const size_t used = mg_parse_int(h->at, (size_t)(h->end - h->at), &dim);
        if (used == 0 || !separated)
            return bad(h, "npy: the shape is not a tuple of whole numbers");
        if (shape.rank == MG_MAX_RANK)
            return bad(h, "npy: the array has too many axes");
        h->at += used;
        mg_shape_append(&shape, dim);
        separated = take(h, ",");
    }
    if (mg_shape_check(h->ctx, &shape) != MG_OK)
        return bad(h, "npy: the shape is negative or too large");
    h->type.shape = shape;
    h->has_shape = true;
    return MG_OK;
}

static mg_status read_entry(header *h)
{
    const char *key;
    size_t length;
    if (!take_string(h, &key, &length) || !take(h, ":"))
        return bad(h, "npy: the header is not a dictionary");
    if (length == 5 && memcmp(key, "descr", 5) == 0)
        return read_type(h);
    if (length == 13 && memcmp(key, "fortran_order", 13) == 0)
        return read_order(h);
    if (length == 5 && memcmp(key, "shape", 5) == 0)
        return read_shape(h);
    return bad(h, "npy: the header has an unknown key");
}

static mg_status read_header(header *h)
{
    if (!take(h, "{"))
        return bad(h, "npy: the header is not a dictionary");
    while (!take(h, "}")) {
        MG_TRY(read_entry(h));
        if (!take(h, ",") && (h->at == h->end || *h->at != '}'))
            return bad(h, "npy: the header is not a dictionary");
    }
    skip_blanks(h);
    if (h->at != h->end || !h->has_type || !h->has_order || !h->has_shape)
        return bad(h, "npy: the header is not complete");
    if (h->fortran && h->type.shape.rank > 1)
        return bad(h, "npy: the array is in Fortran's order; save it in C's "
                      "(numpy.ascontiguousarray)");
    return MG_OK;
}

/* Turns the bytes of each element round. */
static void swap_bytes(unsigned char *data, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++, data += size) {
        for (size_t j = 0; j < size / 2; j++) {
            const unsigned char byte = data[j];
            data[j] = data[size - 1 - j];
            data[size - 1 - j] = byte;
        }
    }
}

static mg_status read_elements(header *h, mg_arena *arena, const char *bytes,
                               size_t length, mg_tensor *out)
{
    const size_t size = mg_dtype_size(h->type.dtype);
    const size_t count = (size_t)mg_shape_size(&h->type.shape);
    if (length / size != count || length % size != 0)
        return mg_fail(h->ctx, MG_BAD_DATA,
                       "read %s: npy: %zu bytes of elements, but the shape "
                       "says %zu elements of %zu",
                       h->name, length, count, size);
    for (size_t i = 0; h->type.dtype == MG_BOOL && i < count; i++) {
        if ((unsigned char)bytes[i] > 1)
            return bad(h, "npy: a truth value is neither 0 nor 1");
    }
    mg_tensor tensor;
    MG_TRY(mg_tensor_alloc(arena, h->type, &tensor));
    if (length > 0)
        memcpy(tensor.data, bytes, length);
    if (h->swapped)
        swap_bytes(tensor.data, count, size);
    *out = tensor;
    return MG_OK;
}

/* Versions differ in the size of the header's length: 2 bytes, then 4. */
mg_status mg_npy_parse(mg_arena *arena, const char *name, const char *bytes,
                       size_t length, mg_tensor *out)
{
    header h = {.ctx = arena->ctx, .name = name};
    if (length < PREFIX_BYTES + 2 || memcmp(bytes, MAGIC, 6) != 0)
        return bad(&h, "not an array file (.npy)");
    const int version = (unsigned char)bytes[6];
    if (version < 1 || version > 3)
        return bad(&h, "npy: an unknown version of the format");
    const size_t length_bytes = version == 1 ? 2 : 4;
    const size_t start = PREFIX_BYTES + length_bytes;
    if (length < start)
        return bad(&h, "npy: the file ends in its header");
    size_t header_bytes = 0;
    for (size_t i = length_bytes; i > 0; i--)
        header_bytes =
            header_bytes << 8 | (unsigned char)bytes[PREFIX_BYTES + i - 1];
    if (header_bytes > length - start)
        return bad(&h, "npy: the file ends in its header");
    h.at = bytes + start;
    h.end = h.at + header_bytes;
    const char *elements = h.end;
    MG_TRY(read_header(&h));
    return read_elements(&h, arena, elements, length - start - header_bytes,
                         out);
}

mg_status mg_npy_read(mg_arena *arena, const char *path, mg_tensor *out)
{
    char *bytes = NULL;
    size_t length = 0;
    MG_TRY(mg_file_read(arena->ctx, path, MG_FILE_DATA_MOST, &bytes, &length));
    const mg_status status = mg_npy_parse(arena, path, bytes, length, out);
    mg_free(arena->ctx, bytes);
    return status;
}

static const char *descr_of(mg_dtype dtype)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].dtype == dtype)
            return kinds[i].descr;
    }
    return "";
}

/* The header, blanks and a line break end at a multiple of 64. Eight axes of
 * at most 2^40 fit in a few hundred bytes, so the length fits in two. */
void mg_npy_header(mg_text *text, const mg_type *type)
{
    const size_t start = text->length;
    const bool one_byte = mg_dtype_size(type->dtype) == 1;
    const char order = one_byte ? '|' : little_endian() ? '<' : '>';
    mg_text_append(text, MAGIC "\x01\x00\x00\x00", PREFIX_BYTES + 2);
    mg_text_printf(text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                   order, descr_of(type->dtype));
    for (int i = 0; i < type->shape.rank; i++)
        mg_text_printf(text, "%s%lld", i > 0 ? ", " : "",
                       (long long)type->shape.dim[i]);
    mg_text_puts(text, type->shape.rank == 1 ? ",), }" : "), }");
    while ((text->length - start) % 64 != 63 && !text->failed)
        mg_text_puts(text, " ");
    mg_text_puts(text, "\n");
    if (text->failed)
        return;
    const size_t bytes = text->length - start - PREFIX_BYTES - 2;
    text->data[start + PREFIX_BYTES] = (char)(bytes & 0xFF);
    text->data[start + PREFIX_BYTES + 1] = (char)(bytes >> 8);
}
