/* npz: archives of arrays, as numpy.savez and savez_compressed write them: zip
 * files of NAME.npy, stored or deflated. Neither sizes nor content are trusted.
 * Layer data. */
#ifndef MG_DATA_NPZ_H
#define MG_DATA_NPZ_H

#include "data/dataset.h"
#include "data/query.h"

/* Opens archives whose rows follow one another; each array is a column of its
 * name. In a build without libzip: MG_BAD_FILE. */
mg_status mg_npz_open(mg_ctx *ctx, size_t n, const mg_query query[],
                      mg_dataset **out);

#endif
