/* describe: what a data set holds, column by column. Layer data. */
#ifndef MG_DATA_DESCRIBE_H
#define MG_DATA_DESCRIBE_H

#include "data/dataset.h"

typedef struct {
    const char *label; /* a text; of integers "0", "1", ... */
    int64_t count;
} mg_class_count;

typedef struct {
    const char *name;
    const char *type; /* "real", "integer", "text", "symbols" */
    mg_shape shape;   /* of one example */
    bool target;
    int64_t missing;
    bool has_numbers;                    /* the four below */
    double least, most, mean, deviation; /* of all elements that are there */
    size_t n_classes;                    /* 0: too many, or no classes */
    const mg_class_count *classes;       /* in the order of the classes */
} mg_column_facts;

typedef struct {
    const char *format; /* "CSV", "IDX", "text", ... */
    int64_t rows;
    size_t n;
    const mg_column_facts *column;
} mg_data_facts;

/* All of it in the arena. */
mg_status mg_data_describe(const mg_dataset *dataset, mg_arena *arena,
                           mg_data_facts *out);

/* A column in memory, as the default does it, for formats with some of each. */
mg_status mg_column_describe(const mg_dataset *dataset,
                             const mg_data_column *column, mg_arena *arena,
                             mg_column_facts *out);

#endif
