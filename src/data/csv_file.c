/* csv_file: plain files by read, packed ones through bytes. Layer data. */
#define _POSIX_C_SOURCE 200809L
#define _FILE_OFFSET_BITS 64
#include "data/csv_file.h"
#include "data/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGIN_BYTES 8

struct mg_csv_file {
    mg_ctx *ctx;
    const char *path;
    int descriptor;   /* -1: packed */
    mg_bytes *packed; /* or NULL */
    char begin[BEGIN_BYTES];
    size_t begun, given; /* bytes in begin, and how many of them are out */
};

/* What files that people take for CSV begin with. */
static const struct {
    const char *begin;
    size_t length;
    const char *what;
} others[] = {
    {"\xFF\xFE", 2, "UTF-16 text; save it as UTF-8"},
    {"\xFE\xFF", 2, "UTF-16 text; save it as UTF-8"},
    {"PK\x03\x04", 4, "a zip archive or an .xlsx table; save it as CSV"},
    {"\xD0\xCF\x11\xE0", 4, "an .xls table; save it as CSV"},
    {"%PDF", 4, "a PDF; save the table as CSV"},
    {"<!DOCTYP", 8, "a web page, not the file that was to be loaded"},
    {"<!doctyp", 8, "a web page, not the file that was to be loaded"},
    {"<html", 5, "a web page, not the file that was to be loaded"},
    {"PAR1", 4, "a Parquet table; save it as CSV"},
    {"\x89HDF", 4, "an HDF5 file; save the table as CSV"},
};

static mg_status refuse(const mg_csv_file *f, const char *what)
{
    return mg_fail(f->ctx, MG_BAD_DATA, "%s: not CSV: this is %s", f->path,
                   what);
}

static mg_status read_plain(mg_csv_file *f, void *out, size_t n, size_t *got)
{
    for (;;) {
        const ssize_t done = read(f->descriptor, out, n);
        if (done >= 0) {
            *got = (size_t)done;
            return MG_OK;
        }
        if (errno != EINTR)
            return mg_fail(f->ctx, MG_BAD_FILE, "read %s: %s", f->path,
                           strerror(errno));
    }
}

static mg_status read_more(mg_csv_file *f, void *out, size_t n, size_t *got)
{
    if (f->packed)
        return mg_bytes_some(f->packed, out, n, got);
    return read_plain(f, out, n, got);
}

/* Reads the first bytes, and decides by them. */
static mg_status begin(mg_csv_file *f)
{
    size_t got = 1;
    f->begun = 0;
    while (f->begun < BEGIN_BYTES && got > 0) {
        MG_TRY(read_more(f, f->begin + f->begun, BEGIN_BYTES - f->begun, &got));
        f->begun += got;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (f->begun >= others[i].length &&
            memcmp(f->begin, others[i].begin, others[i].length) == 0)
            return refuse(f, others[i].what);
    if (f->begun >= 2 && (f->begin[0] == '\0') != (f->begin[1] == '\0'))
        return refuse(f, "UTF-16 text; save it as UTF-8");
    if (f->begun >= 3 && memcmp(f->begin, "\xEF\xBB\xBF", 3) == 0)
        f->given = 3;
    return MG_OK;
}

static bool is_packed(const mg_csv_file *f)
{
    return f->begun >= 2 && memcmp(f->begin, "\x1f\x8b", 2) == 0;
}

static mg_status open_plain(mg_csv_file *f)
{
    struct stat info;
    f->descriptor = open(f->path, O_RDONLY | O_CLOEXEC);
    if (f->descriptor < 0 || fstat(f->descriptor, &info) != 0)
        return mg_fail(f->ctx, MG_BAD_FILE, "open %s: %s", f->path,
                       strerror(errno));
    if (!S_ISREG(info.st_mode))
        return mg_fail(f->ctx, MG_BAD_FILE,
                       "open %s: not a plain file (a table is read twice, "
                       "which a pipe cannot be)",
                       f->path);
    return begin(f);
}

static mg_status open_packed(mg_csv_file *f)
{
    close(f->descriptor);
    f->descriptor = -1;
    MG_TRY(mg_bytes_open(f->ctx, f->path, &f->packed));
    return begin(f);
}

mg_status mg_csv_file_open(mg_ctx *ctx, const char *path, mg_csv_file **out)
{
    mg_csv_file *f = mg_alloc(ctx, 1, sizeof *f);
    if (!f)
        return MG_NO_MEMORY;
    f->ctx = ctx;
    f->path = path;
    mg_status status = open_plain(f);
    if (status == MG_OK && is_packed(f))
        status = open_packed(f);
    if (status != MG_OK) {
        mg_csv_file_close(f);
        return status;
    }
    *out = f;
    return MG_OK;
}

void mg_csv_file_close(mg_csv_file *file)
{
    if (!file)
        return;
    if (file->descriptor >= 0)
        close(file->descriptor);
    mg_bytes_close(file->packed);
    mg_free(file->ctx, file);
}

mg_status mg_csv_file_read(mg_csv_file *file, void *out, size_t n, size_t *got)
{
    const size_t left = file->begun - file->given;
    if (left == 0)
        return read_more(file, out, n, got);
    *got = n < left ? n : left;
    memcpy(out, file->begin + file->given, *got);
    file->given += *got;
    return MG_OK;
}
