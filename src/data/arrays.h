/* arrays: what data sets of .npy files and .npz archives have in common:
 * arrays whose first axis counts the rows become columns. Layer data. */
#ifndef MG_DATA_ARRAYS_H
#define MG_DATA_ARRAYS_H

#include "data/dataset.h"
#include "data/npy.h"
#include "data/query.h"

/* Up to here an array is read into memory, beyond it row by row where that is
 * possible. */
#define MG_ARRAYS_MEMORY (UINT64_C(256) << 20)

/* The keys that their names may have; those of any name hold for all. */
#define MG_ARRAYS_KEYS "target,drop,standardise,missing,classes"

/* A data set without columns that n names open. */
mg_status mg_arrays_create(mg_ctx *ctx, size_t n, const mg_query query[],
                           mg_dataset **out);

/* Whether drop= leaves an array of that name out. */
bool mg_arrays_drop(size_t n, const mg_query query[], const char *name);

/* Adds a column of zeros for the rows of an array; of texts if the array is.
 * Refuses arrays that have no rows. lent: without memory. */
mg_status mg_arrays_add(mg_dataset *dataset, size_t n, const mg_query query[],
                        const char *name, const mg_npy *npy, bool lent);

/* When all columns are there, and `dropped` arrays were left out: that
 * everything was met that target= and drop= name. Counts classes. */
mg_status mg_arrays_finish(mg_dataset *dataset, size_t n,
                           const mg_query query[], size_t dropped);

/* Where the bytes of an array's elements come from, front to back. */
typedef struct {
    mg_ctx *ctx;
    const char *name; /* for messages */
    mg_npy npy;
    void *from;
    mg_status (*read)(void *from, void *out, size_t n);
} mg_array_source;

/* Reads all elements of an array, in C order and of its type, into out. */
mg_status mg_array_read(const mg_array_source *source, void *out);

/* Reads a column of texts: gives it labels, in byte order or for targets that
 * of classes=, and its data their numbers. */
mg_status mg_array_read_texts(const mg_array_source *source,
                              mg_dataset *dataset, size_t n,
                              const mg_query query[], mg_data_column *column);

#endif
