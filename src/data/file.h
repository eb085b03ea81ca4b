/* file: whole files in and out. A file that is written anew is either the old
 * one or the complete new one at every moment, also after a crash. POSIX.
 * Layer data. */
#ifndef MG_DATA_FILE_H
#define MG_DATA_FILE_H

#include "base/memory.h"

/* Formula files and lists of names are smaller; data may be this large. */
#define MG_FILE_TEXT_MOST ((size_t)16 << 20)
#define MG_FILE_DATA_MOST (SIZE_MAX / 4)

/* Reads all of a file or pipe of at most `most` bytes. The block has a 0
 * behind its last byte and is the caller's, ended by mg_free. */
mg_status mg_file_read(mg_ctx *ctx, const char *path, size_t most, char **data,
                       size_t *length);

/* Bytes that stand one behind the other in a file. */
typedef struct {
    const void *data;
    size_t length;
} mg_file_part;

/* Writes the parts as one file: to a temporary file beside it, which is synced
 * and takes the name, and then its folder is synced. On failure the old file
 * stays and no temporary file does; one that a killed process left
 * (PATH.partial-N) goes when the path is written next. Devices and pipes are
 * written as they are. */
mg_status mg_file_write_atomic(mg_ctx *ctx, const char *path, size_t n,
                               const mg_file_part part[]);

/* The same piece by piece. */
typedef struct {
    mg_ctx *ctx;
    const char *path; /* borrowed */
    char *beside;     /* the temporary file's; NULL: none */
    int file;
} mg_file_writer;

/* A writer that was opened must be closed. With `keep` false, or on failure,
 * the old file stays. */
mg_status mg_file_writer_open(mg_file_writer *w, mg_ctx *ctx, const char *path);
mg_status mg_file_writer_put(mg_file_writer *w, const void *data,
                             size_t length);
mg_status mg_file_writer_close(mg_file_writer *w, bool keep);

/* Appends the line and a line break in one write; a last line that a crash
 * cut short is ended first. Makes the file if there is none. */
mg_status mg_file_append_line(mg_ctx *ctx, const char *path, const char *line);

/* Whether there is a folder, or anything else, of that name. */
bool mg_file_is_folder(const char *path);
bool mg_file_exists(const char *path);

#endif
