/* source: what the user calls a data set, opened. Layer data. */
#ifndef MG_DATA_SOURCE_H
#define MG_DATA_SOURCE_H

#include "data/dataset.h"

/* Whether the data set has that part; false also for no such data set. */
bool mg_data_has_part(mg_ctx *ctx, const char *name, mg_data_part part);

#endif
