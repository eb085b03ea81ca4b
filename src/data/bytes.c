/* bytes: content of plain and gzip files. The packed file stands in memory as
 * a whole; the unpacked content only goes where the caller wants it.
 * Layer data. */
#include "data/bytes.h"
#include "data/file.h"

#include <string.h>

#ifdef MATGRAD_HAVE_ZLIB
#include <zlib.h>
#endif

struct mg_bytes {
    mg_ctx *ctx;
    const char *path; /* behind the struct */
    char *data;
    size_t length;
    size_t position;
    bool packed;
#ifdef MATGRAD_HAVE_ZLIB
    z_stream stream;
    bool ready; /* inflateInit2 was done */
    bool ended; /* a gzip member is complete, and none follows so far */
#endif
};

static mg_status cut_short(const mg_bytes *b)
{
    return mg_fail(b->ctx, MG_BAD_DATA, "%s: the file ends too early", b->path);
}

#ifdef MATGRAD_HAVE_ZLIB

/* Deflate's best case is 258 bytes for 2 bits, with headers below 1032 to 1
 * (zlib's technical notes). */
#define GZIP_MOST_FACTOR 1032

static void *unpack_alloc(void *ctx, unsigned count, unsigned size)
{
    return mg_alloc(ctx, count, size);
}

static void unpack_free(void *ctx, void *block)
{
    mg_free(ctx, block);
}

static mg_status open_packed(mg_bytes *b)
{
    b->stream.zalloc = unpack_alloc;
    b->stream.zfree = unpack_free;
    b->stream.opaque = b->ctx;
    /* 16 more than the window's bits: gzip, with its check sum. */
    const int result = inflateInit2(&b->stream, 15 + 16);
    if (result == Z_MEM_ERROR)
        return mg_no_memory(b->ctx);
    if (result != Z_OK)
        return mg_fail(b->ctx, MG_BAD_FILE, "%s: zlib does not start", b->path);
    b->ready = true;
    return MG_OK;
}

/* zlib counts in unsigned int, so long files go in by pieces. */
static unsigned piece(size_t length)
{
    return length < 1u << 30 ? (unsigned)length : 1u << 30;
}

/* Unpacks into out[0..n), or until there is no more; *got says how much. A
 * member of the file may follow another. */
static mg_status unpack(mg_bytes *b, void *out, size_t n, size_t *got)
{
    z_stream *z = &b->stream;
    size_t done = 0;
    while (done < n) {
        if (b->ended && b->position == b->length)
            break;
        if (b->ended && inflateReset(z) != Z_OK)
            return mg_no_memory(b->ctx);
        b->ended = false;
        const unsigned in = piece(b->length - b->position);
        const unsigned room = piece(n - done);
        z->next_in = (unsigned char *)b->data + b->position;
        z->avail_in = in;
        z->next_out = (unsigned char *)out + done;
        z->avail_out = room;
        const int result = inflate(z, Z_NO_FLUSH);
        b->position += in - z->avail_in;
        done += room - z->avail_out;
        if (result == Z_MEM_ERROR)
            return mg_no_memory(b->ctx);
        if (result == Z_BUF_ERROR)
            return cut_short(b);
        if (result != Z_OK && result != Z_STREAM_END)
            return mg_fail(b->ctx, MG_BAD_DATA, "%s: damaged gzip data (%s)",
                           b->path, z->msg ? z->msg : "wrong format");
        b->ended = result == Z_STREAM_END;
    }
    *got = done;
    return MG_OK;
}

#else

static mg_status open_packed(mg_bytes *b)
{
    return mg_fail(b->ctx, MG_BAD_FILE,
                   "%s: this build cannot unpack gzip (it has no zlib)",
                   b->path);
}

#endif

mg_status mg_bytes_open(mg_ctx *ctx, const char *path, mg_bytes **out)
{
    const size_t length = strlen(path);
    mg_bytes *b = mg_alloc(ctx, sizeof *b + length + 1, 1);
    if (!b)
        return MG_NO_MEMORY;
    memcpy(b + 1, path, length);
    b->ctx = ctx;
    b->path = (const char *)(b + 1);
    mg_status status =
        mg_file_read(ctx, path, MG_FILE_DATA_MOST, &b->data, &b->length);
    b->packed = status == MG_OK && b->length >= 2 &&
                memcmp(b->data, "\x1f\x8b", 2) == 0;
    if (b->packed)
        status = open_packed(b);
    if (status != MG_OK) {
        mg_bytes_close(b);
        return status;
    }
    *out = b;
    return MG_OK;
}

void mg_bytes_close(mg_bytes *bytes)
{
    if (!bytes)
        return;
#ifdef MATGRAD_HAVE_ZLIB
    if (bytes->ready)
        inflateEnd(&bytes->stream);
#endif
    mg_free(bytes->ctx, bytes->data);
    mg_free(bytes->ctx, bytes);
}

static mg_status take(mg_bytes *b, void *out, size_t n, size_t *got)
{
#ifdef MATGRAD_HAVE_ZLIB
    if (b->packed)
        return unpack(b, out, n, got);
#endif
    const size_t left = b->length - b->position;
    const size_t taken = n < left ? n : left;
    if (taken > 0)
        memcpy(out, b->data + b->position, taken);
    b->position += taken;
    *got = taken;
    return MG_OK;
}

mg_status mg_bytes_read(mg_bytes *bytes, void *out, size_t n)
{
    size_t got = 0;
    MG_TRY(take(bytes, out, n, &got));
    return got == n ? MG_OK : cut_short(bytes);
}

mg_status mg_bytes_some(mg_bytes *bytes, void *out, size_t n, size_t *got)
{
    return take(bytes, out, n, got);
}

mg_status mg_bytes_end(mg_bytes *bytes)
{
    char more;
    size_t got = 0;
    MG_TRY(take(bytes, &more, 1, &got));
    if (got > 0)
        return mg_fail(bytes->ctx, MG_BAD_DATA,
                       "%s: more bytes follow than the header says",
                       bytes->path);
    return MG_OK;
}

size_t mg_bytes_most(const mg_bytes *bytes)
{
    size_t most = bytes->length - bytes->position;
#ifdef MATGRAD_HAVE_ZLIB
    if (bytes->packed && !mg_size_mul(bytes->length, GZIP_MOST_FACTOR, &most))
        most = SIZE_MAX;
#endif
    return most;
}
