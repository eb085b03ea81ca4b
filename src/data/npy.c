/* npy: the header, a Python dictionary in one line, as NumPy's documentation
 * of numpy.lib.format describes it. Layer data. */
#include "data/npy.h"

#include "data/file.h"

#include <inttypes.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
#define PREFIX_BYTES 8 /* magic, major and minor version */
#define HEADER_MOST ((size_t)1 << 20)
#define TEXT_MOST 65536 /* characters of one text */

/* What is written, and what the elements of a file become. */
static const struct {
    const char *descr; /* without the byte order */
    mg_dtype dtype;
} kinds[] = {
    {"f4", MG_F32}, {"f8", MG_F64},  {"i4", MG_I32}, {"i8", MG_I64},
    {"u1", MG_U8},  {"b1", MG_BOOL}, {"f2", MG_F32}, {"i1", MG_I32},
    {"i2", MG_I32}, {"u2", MG_I32},  {"u4", MG_I64}, {"u8", MG_I64},
};

/* A position in the dictionary, and what it said so far. */
typedef struct {
    mg_ctx *ctx;
    const char *name;
    const char *at, *end;
    bool has_type, has_order, has_shape;
    mg_npy npy;
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

/* "<U12": 12 characters of 4 bytes; "|S12": 12 bytes. */
static bool read_text_type(header *h, const char *text, size_t length)
{
    int64_t n = 0;
    const size_t used = mg_parse_int(text + 2, length - 2, &n);
    if ((text[1] != 'U' && text[1] != 'S') || used != length - 2 || n < 1 ||
        n > TEXT_MOST)
        return false;
    h->npy.letter = text[1];
    h->npy.width = (size_t)n * (text[1] == 'U' ? 4 : 1);
    h->npy.type.dtype = MG_I64;
    return true;
}

static bool read_number_type(header *h, const char *text, size_t length)
{
    for (size_t i = 0; length == 3 && i < sizeof kinds / sizeof *kinds; i++) {
        if (memcmp(text + 1, kinds[i].descr, 2) != 0)
            continue;
        h->npy.type.dtype = kinds[i].dtype;
        h->npy.letter = text[1];
        h->npy.width = (size_t)(text[2] - '0');
        return true;
    }
    return false;
}

static mg_status read_type(header *h)
{
    const char *text;
    size_t length;
    if (h->has_type || !take_string(h, &text, &length) || length < 2)
        return bad(h, "npy: the element type is not a plain number");
    const bool known_order = strchr("<>|=", text[0]) && text[0] != '\0';
    if (known_order && text[1] == 'O')
        return bad(h, "npy: the elements are Python objects, which are not "
                      "read; save numbers (a.astype(float)) or texts "
                      "(a.astype(str))");
    if (!known_order || length < 3 ||
        (!read_number_type(h, text, length) &&
         !read_text_type(h, text, length)))
        return mg_fail(h->ctx, MG_BAD_DATA,
                       "read %s: npy: elements of type %.*s (f2 to f8, i1 to "
                       "i8, u1 to u8, bool and texts are supported)",
                       h->name, (int)(length < 40 ? length : 40), text);
    h->npy.swapped = text[0] == (little_endian() ? '>' : '<');
    h->has_type = true;
    return MG_OK;
}

static mg_status read_order(header *h)
{
    const bool fortran = take(h, "True");
    if (h->has_order || (!fortran && !take(h, "False")))
        return bad(h, "npy: fortran_order is neither True nor False");
    h->npy.fortran = fortran;
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
    h->npy.type.shape = shape;
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
    h->npy.count = mg_shape_size(&h->npy.type.shape);
    h->npy.length = (uint64_t)h->npy.count * h->npy.width;
    if (h->npy.length > SIZE_MAX / 16) /* where addresses are short */
        return bad(h, "npy: the array is too large for this machine");
    return MG_OK;
}

/* Versions differ in the size of the header's length: 2 bytes, then 4. */
mg_status mg_npy_start(mg_ctx *ctx, const char *name, const char *bytes,
                       size_t length, size_t *start)
{
    const header h = {.ctx = ctx, .name = name};
    if (length < PREFIX_BYTES + 2 || memcmp(bytes, MAGIC, 6) != 0)
        return bad(&h, "not an array file (.npy)");
    const int version = (unsigned char)bytes[6];
    if (version < 1 || version > 3)
        return bad(&h, "npy: an unknown version of the format");
    const size_t length_bytes = version == 1 ? 2 : 4;
    if (length < PREFIX_BYTES + length_bytes)
        return bad(&h, "npy: the file ends in its header");
    size_t header_bytes = 0;
    for (size_t i = length_bytes; i > 0; i--)
        header_bytes =
            header_bytes << 8 | (unsigned char)bytes[PREFIX_BYTES + i - 1];
    if (header_bytes > HEADER_MOST)
        return bad(&h, "npy: the header is longer than that of any array");
    *start = PREFIX_BYTES + length_bytes + header_bytes;
    return MG_OK;
}

mg_status mg_npy_describe(mg_ctx *ctx, const char *name, const char *bytes,
                          size_t start, mg_npy *out)
{
    header h = {.ctx = ctx, .name = name};
    h.at = bytes + PREFIX_BYTES + (bytes[6] == 1 ? 2 : 4);
    h.end = bytes + start;
    MG_TRY(read_header(&h));
    *out = h.npy;
    return MG_OK;
}

/* The elements, which are all that is left of the file. */
static mg_status read_elements(mg_arena *arena, const char *name,
                               const mg_npy *npy, const char *bytes,
                               size_t length, mg_tensor *out)
{
    mg_ctx *ctx = arena->ctx;
    if (mg_npy_is_text(npy))
        return mg_fail(ctx, MG_BAD_DATA,
                       "read %s: npy: the elements are texts, not numbers",
                       name);
    if (length != npy->length)
        return mg_fail(ctx, MG_BAD_DATA,
                       "read %s: npy: %zu bytes of elements, but the shape "
                       "says %" PRId64 " elements of %zu",
                       name, length, npy->count, npy->width);
    mg_tensor tensor;
    MG_TRY(mg_tensor_alloc(arena, npy->type, &tensor));
    if (!npy->fortran || npy->type.shape.rank < 2) {
        MG_TRY(mg_npy_convert(ctx, name, npy, bytes, (size_t)npy->count,
                              tensor.data));
        *out = tensor;
        return MG_OK;
    }
    void *in_file_order =
        mg_alloc(ctx, (size_t)npy->count, mg_dtype_size(npy->type.dtype));
    if (!in_file_order)
        return MG_NO_MEMORY;
    const mg_status status = mg_npy_convert(ctx, name, npy, bytes,
                                            (size_t)npy->count, in_file_order);
    if (status == MG_OK) {
        mg_npy_arrange(npy, in_file_order, tensor.data);
        *out = tensor;
    }
    mg_free(ctx, in_file_order);
    return status;
}

mg_status mg_npy_parse(mg_arena *arena, const char *name, const char *bytes,
                       size_t length, mg_tensor *out)
{
    mg_ctx *ctx = arena->ctx;
    size_t start = 0;
    MG_TRY(mg_npy_start(ctx, name, bytes, length, &start));
    if (start > length)
        return mg_fail(ctx, MG_BAD_DATA,
                       "read %s: npy: the file ends in its header", name);
    mg_npy npy;
    MG_TRY(mg_npy_describe(ctx, name, bytes, start, &npy));
    return read_elements(arena, name, &npy, bytes + start, length - start, out);
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
