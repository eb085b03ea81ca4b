/* dataset: a data set as its files hold it: rows, and columns with a name, a
 * type and facts about their values. A format either keeps its columns in
 * memory or reads what a network wants of them when it is bound (examples.h).
 * Layer data. */
#ifndef MG_DATA_DATASET_H
#define MG_DATA_DATASET_H

#include "base/arena.h"
#include "tensor/tensor.h"

/* One value of every example. */
typedef struct {
    const char *name; /* "" where the format has none */
    bool target;      /* what is to be learned: labels */
    mg_type row;      /* of one example, as it is stored */
    bool text;        /* values are texts, row is i64 []: a label or integer
                       * input may take them as classes; a real one not */
    void *data;       /* [rows, row...], dense; NULL: its format reads it */
    int64_t classes;  /* integers without negatives: the largest + 1; texts:
                       * how many differ; else 0 */
    size_t n_labels;  /* of texts: the distinct ones, in the order of their */
    const char *const *label; /* classes; else 0 and NULL */
    int64_t missing;          /* values that are not there */
} mg_data_column;

typedef struct mg_data_kind mg_data_kind;

/* Owns all its memory, but for columns that a caller lent. */
struct mg_dataset {
    mg_ctx *ctx;
    mg_arena arena;
    const char *source; /* where it came from, for messages */
    int64_t rows;       /* 0: known when a network takes it */
    size_t n_columns;
    mg_data_column *column;
    bool standardise;         /* asked for: inputs get mean 0, deviation 1 */
    bool fill;                /* asked for: missing reals get the mean */
    bool ordered;             /* rows follow each other: hold out the end */
    const mg_data_kind *kind; /* NULL: columns in memory */
    void *store;              /* the kind's own */
};

/* A data set without columns yet, whose formats fill it. */
mg_status mg_dataset_create(mg_ctx *ctx, const char *source, mg_dataset **out);

/* Adds a column of zeros; the first one says the number of rows, others must
 * agree. Column pointers are valid until the next is added. */
mg_status mg_dataset_add(mg_dataset *dataset, const char *name, bool target,
                         mg_type row, int64_t rows, mg_data_column **out);

/* Adds a column whose memory the caller lends (or NULL, where the kind reads
 * it). */
mg_status mg_dataset_add_lent(mg_dataset *dataset, const char *name,
                              bool target, mg_type row, int64_t rows,
                              void *data, mg_data_column **out);

/* As messages put a column: "age (numbers)", "x (f32 [2])". */
void mg_text_column(mg_text *text, const mg_data_column *column);

/* The rows of n data sets one behind the other, as columns in memory: theirs
 * must be in memory, and agree in names and types (integers widen). */
mg_status mg_dataset_concat(mg_ctx *ctx, const char *source, size_t n,
                            const mg_dataset *const part[], mg_dataset **out);

/* Sets classes of all columns in memory from their values, once they are
 * filled. */
void mg_dataset_count_classes(mg_dataset *dataset);

#endif
