/* idx: the format of MNIST: arrays of integers or reals behind a header with
 * their sizes, plain or packed by gzip. Layer data. */
#ifndef MG_DATA_IDX_H
#define MG_DATA_IDX_H

#include "data/dataset.h"

extern const mg_data_kind mg_idx_kind;

/* Adds the array of one file as a column without a name: its first axis
 * counts the examples. Bytes stay u8; signed bytes and 16-bit integers become
 * i32. */
mg_status mg_idx_read(mg_dataset *dataset, const char *path, bool target);

/* Finds the file in a folder that holds the images or labels of a part, for
 * example "train-images-idx3-ubyte.gz" for the stem "train-images"; the plain
 * one where both are there. *path is the caller's, ended by mg_free, and NULL
 * if there is none. */
mg_status mg_idx_find(mg_ctx *ctx, const char *folder, const char *stem,
                      char **path);

#endif
