/* source: what the user calls a data set, opened. Layer data. */
#ifndef MG_DATA_SOURCE_H
#define MG_DATA_SOURCE_H

#include "data/dataset.h"

typedef enum { MG_PART_TRAIN, MG_PART_TEST } mg_data_part;

/* Opens a part of a data set: a known name ("fashion-mnist", looked for where
 * Debian's package puts it, then in the folder that the environment variable
 * MATGRAD_DATA names) or the path of a folder of IDX files. The caller ends
 * it with mg_dataset_destroy. */
mg_status mg_data_open(mg_ctx *ctx, const char *name, mg_data_part part,
                       mg_dataset **out);

/* Whether the data set has that part; false also for no such data set. */
bool mg_data_has_part(mg_ctx *ctx, const char *name, mg_data_part part);

#endif
