/* file: reading, atomic writing and appending over POSIX calls. Every call
 * that a signal may interrupt is repeated. Layer data. */
#define _POSIX_C_SOURCE 200809L
#include "data/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files that may be written in the place of one at the same time. */
#define MOST_BESIDE 100

static mg_status fail(mg_ctx *ctx, const char *verb, const char *path,
                      int error)
{
    char reason[128];
    if (strerror_r(error, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", error);
    return mg_fail(ctx, MG_BAD_FILE, "%s %s: %s", verb, path, reason);
}

static int open_again(const char *path, int flags)
{
    int file;
    do
        file = open(path, flags | O_CLOEXEC, 0666);
    while (file < 0 && errno == EINTR);
    return file;
}

bool mg_file_is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool mg_file_exists(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0;
}

/* ---- Reading ---- */

typedef struct {
    mg_ctx *ctx;
    const char *path;
    int file;
    size_t most;
    char *data;
    size_t length;
    size_t capacity;
} reading;

static mg_status too_large(const reading *r)
{
    return mg_fail(r->ctx, MG_BAD_FILE, "read %s: larger than %zu bytes",
                   r->path, r->most);
}

/* What a read would block on or never end at is refused; the size that the
 * file claims is room to begin with, and never believed. */
static mg_status prepare(reading *r)
{
    struct stat facts;
    if (fstat(r->file, &facts) != 0)
        return fail(r->ctx, "read", r->path, errno);
    if (S_ISDIR(facts.st_mode))
        return fail(r->ctx, "read", r->path, EISDIR);
    if (!S_ISREG(facts.st_mode) && !S_ISFIFO(facts.st_mode))
        return mg_fail(r->ctx, MG_BAD_FILE, "read %s: not a file", r->path);
    size_t room = 4096;
    if (S_ISREG(facts.st_mode)) {
        if ((uintmax_t)facts.st_size > r->most)
            return too_large(r);
        room = (size_t)facts.st_size + 2;
    }
    return mg_grow(r->ctx, &r->data, &r->capacity, room, 1);
}

/* One byte of room is kept for the 0, and one more shows the end. */
static mg_status read_all(reading *r)
{
    for (;;) {
        if (r->capacity - r->length < 2)
            MG_TRY(mg_grow(r->ctx, &r->data, &r->capacity, r->length + 2, 1));
        const ssize_t got =
            read(r->file, r->data + r->length, r->capacity - r->length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(r->ctx, "read", r->path, errno);
        if (got == 0)
            break;
        r->length += (size_t)got;
        if (r->length > r->most)
            return too_large(r);
    }
    r->data[r->length] = '\0';
    return MG_OK;
}

mg_status mg_file_read(mg_ctx *ctx, const char *path, size_t most, char **data,
                       size_t *length)
{
    reading r = {.ctx = ctx, .path = path, .most = most};
    if (most > MG_FILE_DATA_MOST)
        r.most = MG_FILE_DATA_MOST;
    r.file = open_again(path, O_RDONLY);
    if (r.file < 0)
        return fail(ctx, "read", path, errno);
    mg_status status = prepare(&r);
    if (status == MG_OK)
        status = read_all(&r);
    close(r.file);
    if (status != MG_OK) {
        mg_free(ctx, r.data);
        return status;
    }
    *data = r.data;
    *length = r.length;
    return MG_OK;
}

/* ---- Writing ---- */

/* 0, or errno's number. */
static int write_all(int file, const char *data, size_t length)
{
    const size_t most = (size_t)1 << 30; /* one write takes no more than 2^31 */
    while (length > 0) {
        const ssize_t done = write(file, data, length < most ? length : most);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        if (done == 0)
            return ENOSPC;
        data += done;
        length -= (size_t)done;
    }
    return 0;
}

static int sync_file(int file)
{
    while (fsync(file) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

/* Syncs the folder of the file `beside`, so that the new name is kept; cuts
 * that path to its folder. Some file systems cannot sync folders and say
 * EINVAL. */
static int sync_folder(char *beside)
{
    char *slash = strrchr(beside, '/');
    if (slash)
        slash[1] = '\0';
    else
        memcpy(beside, ".", 2);
    const int file = open_again(beside, O_RDONLY);
    if (file < 0)
        return errno;
    const int error = sync_file(file);
    close(file);
    return error == EINVAL ? 0 : error;
}

/* ---- Files beside ----
 *
 * Who writes a file beside another holds a lock on it until it has its name,
 * and the system takes the lock back when a process ends. One that nobody
 * holds was left by a process that was killed. */

/* Whether the open file still has that name, and is a plain one. */
static bool is_named(int file, const char *path)
{
    struct stat open, named;
    return fstat(file, &open) == 0 && lstat(path, &named) == 0 &&
           S_ISREG(named.st_mode) && open.st_dev == named.st_dev &&
           open.st_ino == named.st_ino;
}

/* 0, or why not; on a file system without locks ENOLCK and others. */
static int lock(int file)
{
    while (flock(file, LOCK_EX | LOCK_NB) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

/* Removes the file if nobody writes it. */
static bool remove_abandoned(const char *path)
{
    const int file = open_again(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
    if (file < 0)
        return false;
    const bool removed =
        lock(file) == 0 && is_named(file, path) && unlink(path) == 0;
    close(file);
    return removed;
}

/* Makes a file that nobody has, and locks it. Another process may take it for
 * abandoned in between and remove it: EEXIST, like one that exists. */
static int create_locked(const char *path)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL;
    int file = open_again(path, flags);
    if (file < 0 && errno == EEXIST) {
        const bool removed = remove_abandoned(path);
        errno = EEXIST;
        file = removed ? open_again(path, flags) : -1;
    }
    if (file < 0 || (lock(file) != EWOULDBLOCK && is_named(file, path)))
        return file;
    close(file);
    errno = EEXIST;
    return -1;
}

/* Opens a new file beside the path, of a name that nobody has. Abandoned ones
 * go, those behind it too. */
static int open_beside(char *beside, size_t size, const char *path)
{
    int file = -1, number = 0;
    for (; number < MOST_BESIDE && file < 0; number++) {
        snprintf(beside, size, "%s.partial-%d", path, number);
        file = create_locked(beside);
        if (file < 0 && errno != EEXIST)
            return -1;
    }
    for (int next = number; next < MOST_BESIDE && file >= 0; next++) {
        snprintf(beside, size, "%s.partial-%d", path, next);
        if (!mg_file_exists(beside))
            break;
        remove_abandoned(beside);
    }
    snprintf(beside, size, "%s.partial-%d", path, number - 1);
    return file;
}

/* Opens a file beside the path, whose name is then w->beside. */
static int open_replacement(mg_file_writer *w)
{
    const size_t size = strlen(w->path) + sizeof ".partial-" + 2;
    w->beside = mg_alloc(w->ctx, size, 1);
    if (!w->beside)
        return -1;
    w->file = open_beside(w->beside, size, w->path);
    return w->file < 0 ? errno : 0;
}

mg_status mg_file_writer_open(mg_file_writer *w, mg_ctx *ctx, const char *path)
{
    struct stat facts;
    const bool there = stat(path, &facts) == 0;
    mg_file_writer new = {.ctx = ctx, .path = path, .file = -1};
    int error = 0;
    if (there && S_ISDIR(facts.st_mode))
        return fail(ctx, "write", path, EISDIR);
    if (there && !S_ISREG(facts.st_mode)) {
        new.file = open_again(path, O_WRONLY);
        error = new.file < 0 ? errno : 0;
    } else {
        error = open_replacement(&new);
    }
    if (error != 0) {
        const bool memory = !new.beside &&error < 0;
        mg_free(ctx, new.beside);
        return memory ? MG_NO_MEMORY : fail(ctx, "write", path, error);
    }
    *w = new;
    return MG_OK;
}

mg_status mg_file_writer_put(mg_file_writer *w, const void *data, size_t length)
{
    const int error = write_all(w->file, data, length);
    return error == 0 ? MG_OK : fail(w->ctx, "write", w->path, error);
}

mg_status mg_file_writer_close(mg_file_writer *w, bool keep)
{
    int error = keep && w->beside ? sync_file(w->file) : 0;
    if (w->beside && keep && error == 0 && rename(w->beside, w->path) != 0)
        error = errno;
    if (w->beside && (!keep || error != 0))
        unlink(w->beside);
    else if (w->beside)
        error = sync_folder(w->beside);
    if (close(w->file) != 0 && error == 0) /* last: with it goes the lock */
        error = errno;
    mg_free(w->ctx, w->beside);
    return error == 0 || !keep ? MG_OK : fail(w->ctx, "write", w->path, error);
}

mg_status mg_file_write_atomic(mg_ctx *ctx, const char *path, size_t n,
                               const mg_file_part part[])
{
    mg_file_writer writer = {0};
    MG_TRY(mg_file_writer_open(&writer, ctx, path));
    mg_status status = MG_OK;
    for (size_t i = 0; i < n && status == MG_OK; i++)
        status = mg_file_writer_put(&writer, part[i].data, part[i].length);
    const mg_status end = mg_file_writer_close(&writer, status == MG_OK);
    return status == MG_OK ? end : status;
}

/* ---- Appending ---- */

static bool ends_within_a_line(int file)
{
    char last = '\n';
    return lseek(file, -1, SEEK_END) >= 0 && read(file, &last, 1) == 1 &&
           last != '\n';
}

mg_status mg_file_append_line(mg_ctx *ctx, const char *path, const char *line)
{
    const int file = open_again(path, O_RDWR | O_APPEND | O_CREAT);
    if (file < 0)
        return fail(ctx, "write", path, errno);
    mg_text text;
    mg_text_init(&text, ctx);
    if (ends_within_a_line(file))
        mg_text_puts(&text, "\n");
    mg_text_puts(&text, line);
    mg_text_puts(&text, "\n");
    const mg_status status = mg_text_status(&text);
    int error = status == MG_OK ? write_all(file, text.data, text.length) : 0;
    if (close(file) != 0 && error == 0)
        error = errno;
    mg_text_clear(&text);
    if (status != MG_OK)
        return status;
    return error == 0 ? MG_OK : fail(ctx, "write", path, error);
}
