/* reader: a regular file that stays open and is read in pieces, at any place.
 * What it holds may change meanwhile: no length is believed. POSIX.
 * Layer data. */
#ifndef MG_DATA_READER_H
#define MG_DATA_READER_H

#include "base/memory.h"

typedef struct {
    mg_ctx *ctx;
    const char *path; /* borrowed */
    int file;         /* -1: none */
    uint64_t length;  /* when it was opened */
} mg_reader;

/* Opens a file; folders, pipes and devices are refused. The caller ends it
 * with mg_reader_close, which may be called again. */
mg_status mg_reader_open(mg_ctx *ctx, const char *path, mg_reader *out);
void mg_reader_close(mg_reader *reader);

/* Reads up to n bytes from that place on; fewer only where the file ends. */
mg_status mg_reader_read(const mg_reader *reader, uint64_t from, size_t n,
                         void *out, size_t *got);

/* The same where n bytes must be there, else MG_BAD_DATA. */
mg_status mg_reader_read_all(const mg_reader *reader, uint64_t from, size_t n,
                             void *out);

#endif
