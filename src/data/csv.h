/* csv: tables of separated values as data sets: a first pass over the files
 * gathers the facts of each column and all faults, a second one reads what a
 * network takes. Layer data. */
#ifndef MG_DATA_CSV_H
#define MG_DATA_CSV_H

#include "data/dataset.h"
#include "data/query.h"

/* The keys that their names may have; those of any name hold for all. */
#define MG_CSV_KEYS                                                            \
    "target,header,separator,decimal,missing,standardise,drop,classes"

/* Opens n > 0 files whose rows follow one another. */
mg_status mg_csv_open(mg_ctx *ctx, size_t n, const mg_query query[],
                      mg_dataset **out);

/* What tests make small. */
typedef struct {
    size_t block;  /* bytes read at a time */
    size_t memory; /* bytes of examples beyond which they go to a file */
} mg_csv_limits;

mg_status mg_csv_open_limited(mg_ctx *ctx, size_t n, const mg_query query[],
                              const mg_csv_limits *limits, mg_dataset **out);

#endif
