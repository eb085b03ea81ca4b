/* reader: positioned reads, repeated where a signal interrupts them.
 * Layer data. */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include "data/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mg_status fail(mg_ctx *ctx, const char *path, int error)
{
    char reason[128];
    if (strerror_r(error, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", error);
    return mg_fail(ctx, MG_BAD_FILE, "read %s: %s", path, reason);
}

mg_status mg_reader_open(mg_ctx *ctx, const char *path, mg_reader *out)
{
    struct stat facts;
    /* A pipe without a writer would block, so it is asked for beforehand. */
    if (stat(path, &facts) != 0)
        return fail(ctx, path, errno);
    if (S_ISDIR(facts.st_mode))
        return fail(ctx, path, EISDIR);
    if (!S_ISREG(facts.st_mode))
        return mg_fail(ctx, MG_BAD_FILE,
                       "read %s: not a regular file, which is what can be "
                       "read more than once",
                       path);
    int file;
    do
        file = open(path, O_RDONLY | O_CLOEXEC);
    while (file < 0 && errno == EINTR);
    if (file < 0)
        return fail(ctx, path, errno);
    *out = (mg_reader){ctx, path, file, (uint64_t)facts.st_size};
    return MG_OK;
}

void mg_reader_close(mg_reader *reader)
{
    if (reader->file >= 0)
        close(reader->file);
    reader->file = -1;
}

mg_status mg_reader_read(const mg_reader *reader, uint64_t from, size_t n,
                         void *out, size_t *got)
{
    const size_t most = (size_t)1 << 30; /* one call takes no more than 2^31 */
    size_t done = 0;
    while (done < n) {
        const size_t piece = n - done < most ? n - done : most;
        if (from + done > INT64_MAX)
            break;
        const ssize_t read_now = pread(reader->file, (char *)out + done, piece,
                                       (off_t)(from + done));
        if (read_now < 0 && errno == EINTR)
            continue;
        if (read_now < 0)
            return fail(reader->ctx, reader->path, errno);
        if (read_now == 0)
            break;
        done += (size_t)read_now;
    }
    *got = done;
    return MG_OK;
}

mg_status mg_reader_read_all(const mg_reader *reader, uint64_t from, size_t n,
                             void *out)
{
    size_t got = 0;
    MG_TRY(mg_reader_read(reader, from, n, out, &got));
    if (got < n)
        return mg_fail(reader->ctx, MG_BAD_DATA,
                       "read %s: the file ends too early", reader->path);
    return MG_OK;
}
