/* bytes: a file's content from front to back, unpacked on the way if it is
 * gzip. Nothing is read or reserved because a header says so. Layer data. */
#ifndef MG_DATA_BYTES_H
#define MG_DATA_BYTES_H

#include "base/memory.h"

typedef struct mg_bytes mg_bytes;

/* Opens a file; the caller ends it with mg_bytes_close. */
mg_status mg_bytes_open(mg_ctx *ctx, const char *path, mg_bytes **out);
void mg_bytes_close(mg_bytes *bytes);

/* Reads exactly n bytes; MG_BAD_DATA if the content ends before. */
mg_status mg_bytes_read(mg_bytes *bytes, void *out, size_t n);

/* Reads up to n bytes; *got is less at the end of the content only. */
mg_status mg_bytes_some(mg_bytes *bytes, void *out, size_t n, size_t *got);

/* Succeeds at the end of the content; MG_BAD_DATA if more follows. */
mg_status mg_bytes_end(mg_bytes *bytes);

/* No more than this many bytes can be left: memory for what a header
 * promises is worth asking for only up to here. */
size_t mg_bytes_most(const mg_bytes *bytes);

#endif
