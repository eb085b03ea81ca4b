/* source: what the user calls a data set, opened. Layer data. */
#ifndef MG_DATA_SOURCE_H
#define MG_DATA_SOURCE_H

#include "data/dataset.h"

/* Whether all of the names (mg_data_open) have that part; false also for no
 * such data set. */
bool mg_data_has_part(mg_ctx *ctx, const char *names, mg_data_part part);

/* The same, but for MG_NO_MEMORY. */
mg_status mg_data_find_part(mg_ctx *ctx, const char *names, mg_data_part part,
                            bool *out);

/* The data sets that have a name of their own, by number; NULL behind the
 * last. */
const char *mg_data_known_name(size_t index);

#endif
