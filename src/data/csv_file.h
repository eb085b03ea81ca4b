/* csv_file: the bytes of a table's file from front to back in blocks, unpacked
 * on the way if it is gzip; files that are no text are refused by what they
 * are. POSIX. Layer data. */
#ifndef MG_DATA_CSV_FILE_H
#define MG_DATA_CSV_FILE_H

#include "base/memory.h"

typedef struct mg_csv_file mg_csv_file;

/* Opens a file (no pipe: it is read more than once); the path is borrowed. A
 * byte-order mark of UTF-8 is left out. */
mg_status mg_csv_file_open(mg_ctx *ctx, const char *path, mg_csv_file **out);
void mg_csv_file_close(mg_csv_file *file);

/* Reads up to n bytes; *got is 0 at the end only. */
mg_status mg_csv_file_read(mg_csv_file *file, void *out, size_t n, size_t *got);

#endif
