/* store: a block in memory that grows, then becomes what is still to be
 * written to the file. An epoch takes some 2^10 blocks of 2^10 rows at a time,
 * in any order within them (split.h): where so many blocks are of moderate
 * size, each is read as a whole and kept for a while. Else rows are read one
 * by one, those that follow one another in one piece. Layer data. */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include "data/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Once there is a file, it is written to in pieces of this size or of a row. */
#define PIECE ((size_t)1 << 20)
/* Rows of a block here, and how many are kept: a block of an epoch, 2^10 rows
 * less those that are held out, touches some 5 or 6 of these, and the last
 * window's are still being read when the next one's come. */
#define BLOCK_ROWS INT64_C(256)
#define KEPT_BLOCKS INT64_C(6656)
#define CACHE_MOST ((size_t)128 << 20)

struct mg_store {
    mg_ctx *ctx;
    size_t row_bytes;
    size_t most_memory;
    int64_t rows;
    unsigned char *memory; /* all rows, or those that are not yet written */
    size_t length, capacity;
    int file; /* -1: all are in memory */
    char *folder;
    int64_t n_blocks;     /* of the file; 0: none are kept */
    int32_t *place;       /* [n_blocks]: where a block is kept, -1 */
    int64_t *kept;        /* [KEPT_BLOCKS]: which block is there, -1 */
    int64_t next;         /* the place that is wanted next */
    unsigned char *cache; /* [KEPT_BLOCKS][BLOCK_ROWS] rows */
};

/* ---- The file ---- */

static mg_status fail(const mg_store *s, const char *verb, int error)
{
    char reason[128];
    if (strerror_r(error, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", error);
    return mg_fail(s->ctx, MG_BAD_FILE,
                   "%s a temporary file in %s: %s (TMPDIR names another "
                   "folder)",
                   verb, s->folder, reason);
}

/* The name is gone before anything is written. */
static mg_status open_file(mg_store *s)
{
    static const char form[] = "/matgrad-XXXXXX";
    const char *wanted = getenv("TMPDIR");
    if (!wanted || wanted[0] == '\0')
        wanted = "/var/tmp";
    const size_t length = strlen(wanted);
    s->folder = mg_alloc(s->ctx, length + sizeof form, 1);
    if (!s->folder)
        return MG_NO_MEMORY;
    memcpy(s->folder, wanted, length);
    memcpy(s->folder + length, form, sizeof form);
    const int file = mkstemp(s->folder);
    const int error = errno;
    if (file >= 0)
        unlink(s->folder);
    s->folder[length] = '\0';
    if (file < 0)
        return fail(s, "make", error);
    fcntl(file, F_SETFD, FD_CLOEXEC);
    s->file = file;
    return MG_OK;
}

static mg_status write_memory(mg_store *s)
{
    const size_t most = (size_t)1 << 30; /* one write takes no more than 2^31 */
    const unsigned char *data = s->memory;
    size_t left = s->length;
    while (left > 0) {
        const ssize_t done = write(s->file, data, left < most ? left : most);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(s, "write", done < 0 ? errno : ENOSPC);
        data += done;
        left -= (size_t)done;
    }
    s->length = 0;
    return MG_OK;
}

/* Reads exactly `length` bytes from a place that was written. */
static mg_status read_piece(const mg_store *s, size_t at, unsigned char *out,
                            size_t length)
{
    const size_t most = (size_t)1 << 30;
    while (length > 0) {
        const ssize_t got =
            pread(s->file, out, length < most ? length : most, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(s, "read", got < 0 ? errno : EIO);
        out += got;
        at += (size_t)got;
        length -= (size_t)got;
    }
    return MG_OK;
}

/* ---- Making and ending ---- */

mg_status mg_store_create(mg_ctx *ctx, size_t row_bytes, size_t most_memory,
                          mg_store **out)
{
    mg_store *s = mg_alloc(ctx, 1, sizeof *s);
    if (!s)
        return MG_NO_MEMORY;
    s->ctx = ctx;
    s->row_bytes = row_bytes;
    s->most_memory = most_memory;
    s->file = -1;
    *out = s;
    return MG_OK;
}

static void drop_cache(mg_store *s)
{
    mg_free(s->ctx, s->cache);
    mg_free(s->ctx, s->kept);
    mg_free(s->ctx, s->place);
    s->cache = NULL;
    s->kept = NULL;
    s->place = NULL;
    s->n_blocks = s->next = 0;
}

void mg_store_destroy(mg_store *store)
{
    if (!store)
        return;
    if (store->file >= 0)
        close(store->file);
    drop_cache(store);
    mg_free(store->ctx, store->folder);
    mg_free(store->ctx, store->memory);
    mg_free(store->ctx, store);
}

int64_t mg_store_rows(const mg_store *store)
{
    return store->rows;
}

/* ---- Writing ---- */

/* Everything so far goes to a file, and memory shrinks to a piece. */
static mg_status spill(mg_store *s)
{
    MG_TRY(open_file(s));
    MG_TRY(write_memory(s));
    mg_free(s->ctx, s->memory);
    s->memory = NULL;
    s->capacity = 0;
    return MG_OK;
}

/* Room for a piece, so that rows reach the file many at a time. */
static mg_status append_to_file(mg_store *s, const unsigned char *rows,
                                size_t bytes)
{
    const size_t piece = s->row_bytes > PIECE ? s->row_bytes : PIECE;
    if (s->capacity < piece)
        MG_TRY(mg_grow(s->ctx, &s->memory, &s->capacity, piece, 1));
    while (bytes > 0) {
        const size_t room = s->capacity - s->length;
        const size_t some = bytes < room ? bytes : room;
        memcpy(s->memory + s->length, rows, some);
        s->length += some;
        rows += some;
        bytes -= some;
        if (s->length == s->capacity)
            MG_TRY(write_memory(s));
    }
    return MG_OK;
}

mg_status mg_store_append(mg_store *store, size_t n, const void *rows)
{
    mg_store *s = store;
    size_t bytes, all, total;
    int64_t count;
    if (n > INT64_MAX || !mg_int_add(s->rows, (int64_t)n, &count) ||
        !mg_size_mul(n, s->row_bytes, &bytes) || (uint64_t)count > SIZE_MAX ||
        !mg_size_mul((size_t)count, s->row_bytes, &total))
        return mg_no_memory(s->ctx);
    if (n == 0)
        return MG_OK;
    drop_cache(s);
    if (s->file < 0 && total > s->most_memory)
        MG_TRY(spill(s));
    if (s->file >= 0) {
        MG_TRY(append_to_file(s, rows, bytes));
    } else {
        all = s->length + bytes;
        MG_TRY(mg_grow(s->ctx, &s->memory, &s->capacity, all, 1));
        memcpy(s->memory + s->length, rows, bytes);
        s->length = all;
    }
    s->rows = count;
    return MG_OK;
}

/* ---- Reading ---- */

const void *mg_store_memory(mg_store *store)
{
    return store->file < 0 ? store->memory : NULL;
}

/* Begins to keep blocks, if as many as it takes fit into memory. */
static mg_status prepare_cache(mg_store *s)
{
    size_t bytes = 0;
    const size_t rows = (size_t)(KEPT_BLOCKS * BLOCK_ROWS);
    if (s->cache || !mg_size_mul(rows, s->row_bytes, &bytes) ||
        bytes > CACHE_MOST)
        return MG_OK;
    const int64_t blocks = s->rows / BLOCK_ROWS + 1;
    s->place = mg_alloc(s->ctx, (size_t)blocks, sizeof *s->place);
    s->kept = mg_alloc(s->ctx, (size_t)KEPT_BLOCKS, sizeof *s->kept);
    s->cache = mg_alloc(s->ctx, bytes, 1);
    if (!s->place || !s->kept || !s->cache) {
        drop_cache(s);
        return MG_NO_MEMORY;
    }
    for (int64_t i = 0; i < blocks; i++)
        s->place[i] = -1;
    for (int64_t i = 0; i < KEPT_BLOCKS; i++)
        s->kept[i] = -1;
    s->n_blocks = blocks;
    return MG_OK;
}

/* Reads a block into the place of the one that has been kept longest. */
static mg_status keep_block(mg_store *s, int64_t block)
{
    const int64_t first = block * BLOCK_ROWS, left = s->rows - first;
    const int64_t rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    const size_t bytes = (size_t)BLOCK_ROWS * s->row_bytes;
    const int64_t place = s->next;
    if (s->kept[place] >= 0)
        s->place[s->kept[place]] = -1;
    s->kept[place] = -1;
    MG_TRY(read_piece(s, (size_t)first * s->row_bytes,
                      s->cache + (size_t)place * bytes,
                      (size_t)rows * s->row_bytes));
    s->kept[place] = block;
    s->place[block] = (int32_t)place;
    s->next = (place + 1) % KEPT_BLOCKS;
    return MG_OK;
}

static mg_status read_kept(mg_store *s, int64_t row, unsigned char *out)
{
    const int64_t block = row / BLOCK_ROWS;
    if (s->place[block] < 0)
        MG_TRY(keep_block(s, block));
    const int64_t at = s->place[block] * BLOCK_ROWS + row % BLOCK_ROWS;
    memcpy(out, s->cache + (size_t)at * s->row_bytes, s->row_bytes);
    return MG_OK;
}

/* Rows one by one, those that follow one another in one piece. */
static mg_status read_rows(const mg_store *s, int64_t n, const int64_t rows[],
                           unsigned char *out)
{
    for (int64_t i = 0, run = 1; i < n; i += run, run = 1) {
        while (i + run < n && rows[i + run] == rows[i] + run)
            run++;
        const size_t at = (size_t)rows[i] * s->row_bytes;
        const size_t length = (size_t)run * s->row_bytes;
        if (s->file < 0)
            memcpy(out, s->memory + at, length);
        else
            MG_TRY(read_piece(s, at, out, length));
        out += length;
    }
    return MG_OK;
}

mg_status mg_store_read(mg_store *store, int64_t n, const int64_t rows[],
                        void *out)
{
    mg_store *s = store;
    if (s->file < 0)
        return read_rows(s, n, rows, out);
    MG_TRY(write_memory(s));
    MG_TRY(prepare_cache(s));
    if (!s->cache)
        return read_rows(s, n, rows, out);
    for (int64_t i = 0; i < n; i++)
        MG_TRY(read_kept(s, rows[i],
                         (unsigned char *)out + (size_t)i * s->row_bytes));
    return MG_OK;
}
