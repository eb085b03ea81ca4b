/* csv_table: what is known of the files of a table after the first pass.
 * Layer data. */
#ifndef MG_DATA_CSV_TABLE_H
#define MG_DATA_CSV_TABLE_H

#include "data/csv.h"
#include "data/csv_column.h"
#include "data/csv_guess.h"
#include "data/examples.h"

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_csv_limits limits;
    mg_csv_options options;
    size_t n_files;
    const char **path;
    mg_csv_form *form;
    size_t n;              /* fields of every row */
    mg_csv_column *column; /* [n] */
    int64_t rows;          /* without rows of nothing that missing=drop drops */
    size_t *field;         /* of each column of the data set */
} mg_csv_table;

/* Reads all files once: fills n, column, rows. MG_BAD_DATA with all faults if
 * there is one; missing values alone are none yet. */
mg_status mg_csv_scan(mg_csv_table *table);

/* Opens the number-th file behind its header. */
mg_status mg_csv_begin(const mg_csv_table *table, size_t number,
                       mg_csv_reader **out);

/* A row of nothing but separators, where such rows are left out. */
bool mg_csv_is_left_out(const mg_csv_table *table, const mg_csv_row *row);

/* The kind's load: examples.h. */
mg_status mg_csv_load(const mg_dataset *dataset, const mg_network *network,
                      bool targets, const mg_schema *schema, mg_examples *out);

#endif
