/* dataset: examples in memory, as columns of equal length in the element type
 * of their file. It binds to a network: which column feeds which input.
 * Layer data. */
#ifndef MG_DATA_DATASET_H
#define MG_DATA_DATASET_H

#include "formula/network.h"

/* One value of every example. */
typedef struct {
    const char *name; /* "" where the format has none */
    bool target;      /* what is to be learned: labels */
    mg_type row;      /* of one example */
    void *data;       /* [rows, row...], dense */
    int64_t classes;  /* integers without negatives: the largest + 1; else 0 */
} mg_data_column;

/* Owns all its memory. */
struct mg_dataset {
    mg_ctx *ctx;
    mg_arena arena;
    const char *source; /* where it came from, for messages */
    int64_t rows;
    size_t n_columns;
    mg_data_column *column;
};

/* A data set without columns yet, whose formats fill it. */
mg_status mg_dataset_create(mg_ctx *ctx, const char *source, mg_dataset **out);

/* Adds a column of zeros; the first one says the number of rows, others must
 * agree. Column pointers are valid until the next is added. */
mg_status mg_dataset_add(mg_dataset *dataset, const char *name, bool target,
                         mg_type row, int64_t rows, mg_data_column **out);

/* Sets classes of all columns from their values, once they are filled. */
void mg_dataset_count_classes(mg_dataset *dataset);

/* For each input of the network, in its order, the number of its column. */
typedef struct {
    mg_ctx *ctx;
    size_t n;
    size_t *column; /* [n] */
} mg_dataset_binding;

/* Finds the column of every input: the one of its name, else the first of its
 * kind (input or target) without a name that fits and is not taken. Shapes
 * fit if they are equal but for leading axes of length 1; labels and integers
 * need an integer column within their range. Messages count rows from 1.
 * Ended by the _clear. With
 * `targets` false, targets may lack a column, which is then SIZE_MAX. */
mg_status mg_dataset_bind(const mg_dataset *dataset, const mg_network *network,
                          bool targets, mg_dataset_binding *out);
void mg_dataset_binding_clear(mg_dataset_binding *binding);

/* Copies n rows of a column, by number, one behind the other into dense
 * memory of that element type, converting as mg_tensor_copy does. */
void mg_dataset_gather(const mg_dataset *dataset, size_t column, int64_t n,
                       const int64_t rows[], mg_dtype dtype, void *out);

#endif
