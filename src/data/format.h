/* format: the formats of data files, by the ending of a file's name. A new one
 * is a file of its own and a line of the table. Layer data. */
#ifndef MG_DATA_FORMAT_H
#define MG_DATA_FORMAT_H

#include "data/dataset.h"
#include "data/query.h"

/* Opens n > 0 files of one format as one data set; what the keys mean is the
 * format's business, but for standardise, which is set for it. */
typedef mg_status mg_format_open_fn(mg_ctx *ctx, size_t n,
                                    const mg_query query[], mg_dataset **out);

typedef struct {
    const char *ending; /* ".csv"; letters of either case */
    const char *name;   /* "CSV files" */
    const char *keys;   /* those that it knows: "target,drop"; "": none;
                         * NULL: all */
    mg_format_open_fn *open;
} mg_format;

/* The format of a file of that name, or NULL. */
const mg_format *mg_format_find(const char *path);

/* Appends the endings that there are: ".csv, .npy". */
void mg_format_list(mg_text *text);

#endif
