/* csv_guess: how a table is written, from its first rows. Layer data. */
#ifndef MG_DATA_CSV_GUESS_H
#define MG_DATA_CSV_GUESS_H

#include "data/csv_options.h"

typedef struct {
    char separator, decimal;
    bool header;
} mg_csv_form;

/* What the options leave open: of ; tab | and comma the sign that stands
 * equally often in the most of the first lines; a header if no field of the
 * first row is a number and all are different, or the next row has numbers
 * (then the name that stands twice is to be named); decimal commas if other
 * signs separate and numbers have them that cannot be thousands. */
mg_status mg_csv_guess(mg_ctx *ctx, const char *path, size_t block,
                       const mg_csv_options *options, mg_csv_form *out);

#endif
