/* npy_elements: from the bytes of a file to elements. Layer data. */
#include "data/npy.h"
#include "base/utf8.h"

#include <math.h>
#include <string.h>

static mg_status bad(mg_ctx *ctx, const char *name, const char *what)
{
    return mg_fail(ctx, MG_BAD_DATA, "read %s: npy: %s", name, what);
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

/* Half precision: sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
static float half_value(uint16_t bits)
{
    const int exponent = bits >> 10 & 0x1F;
    const int fraction = bits & 0x3FF;
    float value;
    if (exponent == 0x1F)
        value = fraction == 0 ? INFINITY : NAN;
    else if (exponent == 0)
        value = ldexpf((float)fraction, -24);
    else
        value = ldexpf((float)(fraction + 0x400), exponent - 25);
    return bits & 0x8000 ? -value : value;
}

/* Elements that this machine does not have or that become wider ones, in its
 * byte order. */
static void widen_half(const uint16_t *x, size_t n, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = half_value(x[i]);
}

static void widen_i8(const uint8_t *x, size_t n, int32_t *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0x80 ? x[i] : x[i] - 0x100;
}

static void widen_i16(const int16_t *x, size_t n, int32_t *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i];
}

static void widen_u16(const uint16_t *x, size_t n, int32_t *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i];
}

static void widen_u32(const uint32_t *x, size_t n, int64_t *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i];
}

/* At most PIECE elements of 2 or 4 bytes, or of 1 with a sign. */
#define PIECE 1024

static void widen(const mg_npy *npy, const void *x, size_t n, void *y)
{
    if (npy->letter == 'f')
        widen_half(x, n, y);
    else if (npy->width == 1)
        widen_i8(x, n, y);
    else if (npy->width == 4)
        widen_u32(x, n, y);
    else if (npy->letter == 'u')
        widen_u16(x, n, y);
    else
        widen_i16(x, n, y);
}

static void convert_wider(const mg_npy *npy, const char *bytes, size_t n,
                          void *out)
{
    uint32_t aligned[PIECE];
    const size_t size = mg_dtype_size(npy->type.dtype);
    for (size_t done = 0; done < n;) {
        const size_t piece = n - done < PIECE ? n - done : PIECE;
        memcpy(aligned, bytes + done * npy->width, piece * npy->width);
        if (npy->swapped)
            swap_bytes((unsigned char *)aligned, piece, npy->width);
        widen(npy, aligned, piece, (char *)out + done * size);
        done += piece;
    }
}

static mg_status check_values(mg_ctx *ctx, const char *name, const mg_npy *npy,
                              size_t n, const void *elements)
{
    const unsigned char *truth = elements;
    for (size_t i = 0; npy->letter == 'b' && i < n; i++)
        if (truth[i] > 1)
            return bad(ctx, name, "a truth value is neither 0 nor 1");
    const int64_t *integer = elements;
    for (size_t i = 0; npy->letter == 'u' && npy->width == 8 && i < n; i++)
        if (integer[i] < 0)
            return bad(ctx, name, "an integer is above 2^63 - 1");
    return MG_OK;
}

mg_status mg_npy_convert(mg_ctx *ctx, const char *name, const mg_npy *npy,
                         const void *bytes, size_t n, void *out)
{
    if (n == 0)
        return MG_OK;
    if (npy->width != mg_dtype_size(npy->type.dtype)) {
        convert_wider(npy, bytes, n, out);
        return MG_OK;
    }
    memcpy(out, bytes, n * npy->width);
    if (npy->swapped)
        swap_bytes(out, n, npy->width);
    return check_values(ctx, name, npy, n, out);
}

void mg_npy_arrange(const mg_npy *npy, void *elements, void *out)
{
    mg_tensor in_file = mg_tensor_dense(npy->type, elements);
    const mg_tensor in_order = mg_tensor_dense(npy->type, out);
    int64_t stride = 1;
    for (int i = 0; npy->fortran && i < npy->type.shape.rank; i++) {
        in_file.stride[i] = stride;
        stride *= npy->type.shape.dim[i];
    }
    mg_tensor_copy(&in_file, &in_order);
}

static bool append_bytes(const mg_npy *npy, const char *bytes, mg_text *text)
{
    size_t length = npy->width;
    while (length > 0 && bytes[length - 1] == '\0')
        length--;
    for (size_t at = 0; at < length;) {
        uint32_t code = 0;
        const size_t used = mg_utf8_decode(bytes + at, length - at, &code);
        if (used == 0 || code == 0)
            return false;
        at += used;
    }
    mg_text_append(text, bytes, length);
    return true;
}

static bool append_code_points(const mg_npy *npy, const char *bytes,
                               mg_text *text)
{
    const unsigned char *b = (const unsigned char *)bytes;
    size_t length = npy->width;
    while (length > 0 && b[length - 1] == 0)
        length--;
    const uint16_t one = 1;
    const bool big = (*(const unsigned char *)&one == 0) != npy->swapped;
    for (size_t i = 0; i < length; i += 4) {
        uint32_t code = 0;
        for (size_t j = 0; j < 4; j++)
            code = code << 8 | b[i + (big ? j : 3 - j)];
        char letters[MG_UTF8_SIZE];
        const size_t size = code == 0 ? 0 : mg_utf8_encode(code, letters);
        if (size == 0)
            return false;
        mg_text_append(text, letters, size);
    }
    return true;
}

bool mg_npy_text(const mg_npy *npy, const char *bytes, mg_text *text)
{
    return npy->letter == 'U' ? append_code_points(npy, bytes, text)
                              : append_bytes(npy, bytes, text);
}
