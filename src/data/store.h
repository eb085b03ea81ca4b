/* store: rows of one fixed size that may be more than memory holds: in memory
 * up to a limit, beyond it in a temporary file (TMPDIR, else /var/tmp) that
 * has no name and vanishes with its last user. Written once from front to
 * back, then read in any order. POSIX. Layer data. */
#ifndef MG_DATA_STORE_H
#define MG_DATA_STORE_H

#include "base/memory.h"

typedef struct mg_store mg_store;

/* Rows of row_bytes > 0; beyond most_memory bytes in all they go to a file. */
mg_status mg_store_create(mg_ctx *ctx, size_t row_bytes, size_t most_memory,
                          mg_store **out);
void mg_store_destroy(mg_store *store);

/* Appends n rows. A full disk is MG_BAD_FILE. */
mg_status mg_store_append(mg_store *store, size_t n, const void *rows);
int64_t mg_store_rows(const mg_store *store);

/* All rows one behind the other if they are in memory, else NULL. Appending
 * is over. */
const void *mg_store_memory(mg_store *store);

/* Copies n rows by number into out, one behind the other. */
mg_status mg_store_read(mg_store *store, int64_t n, const int64_t rows[],
                        void *out);

#endif
