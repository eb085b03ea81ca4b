/* examples: a data set as one network takes it: for each input an array over
 * the rows, in memory or fetched batch by batch. What use of the network needs
 * to be right later (columns, class names, vocabulary) is its schema.
 * Layer data. */
#ifndef MG_DATA_EXAMPLES_H
#define MG_DATA_EXAMPLES_H

#include "data/dataset.h"
#include "data/describe.h"
#include "data/schema.h"
#include "formula/network.h"

/* One input of the network, in the network's order. */
typedef struct {
    mg_type row; /* of one example as it is stored: equals the input's but for
                  * the element type and leading axes of length 1 */
    bool absent; /* a target that the data does not have */
    void *data;  /* [rows, row...] dense; NULL: absent, or fetched */
} mg_example_input;

/* Writes n rows of an input, by number, one behind the other into out, of
 * the input's stored type. One thread at a time. */
typedef mg_status mg_examples_fetch_fn(void *store, size_t input, int64_t n,
                                       const int64_t rows[], void *out);

/* Owns all its memory; the data set must outlive it. */
typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    const char *source; /* the data set's, for messages */
    int64_t rows;
    size_t n;
    mg_example_input *input;     /* [n] */
    mg_examples_fetch_fn *fetch; /* NULL: all inputs are in memory */
    void *store;                 /* of fetch */
    void (*destroy)(void *store, mg_ctx *ctx); /* or NULL */
    bool standardise, fill, ordered;           /* as the data set asked */
    mg_schema schema;
} mg_examples;

/* Decides which columns feed which input, and reads them. Columns go to
 * inputs and targets of the same name, unless a marked one fits the target and
 * bears no other's name; then a target takes the column that is marked as one,
 * and an input with dimensions takes, in order, as many columns of numbers as
 * it needs of those that nothing else claims; a column without a name fits by
 * its kind and shape. Labels and integers need integers within their range, or
 * texts that become them. Messages count rows from 1.
 * With `schema` (NULL: none), columns, classes and symbols are those that it
 * says. With `targets` false, targets are absent, and no other input takes
 * what would have been theirs. */
mg_status mg_examples_create(const mg_dataset *dataset,
                             const mg_network *network, bool targets,
                             const mg_schema *schema, mg_examples **out);
void mg_examples_destroy(mg_examples *examples);

/* Copies n rows of an input by number into dense memory of that element
 * type, wherever they are. */
mg_status mg_examples_gather(const mg_examples *examples, size_t input,
                             int64_t n, const int64_t rows[], mg_dtype dtype,
                             void *out);

/* ---- For formats ---- */

/* The columns that feed an input, in order; n 0: none. */
typedef struct {
    size_t n;
    size_t *column;
} mg_claim;

/* The rule above: claims[n_inputs] in the arena. It looks at types and shapes;
 * values are checked by who reads them (a format may take integers out of a
 * label's range as texts). */
mg_status mg_dataset_claim(const mg_dataset *dataset, const mg_network *network,
                           bool targets, const mg_schema *schema,
                           mg_arena *arena, mg_claim claims[]);

/* What an input is stored as: one column as it is; of several, the type that
 * holds all, in the input's shape. */
mg_type mg_claim_type(const mg_dataset *dataset, const mg_network_input *input,
                      const mg_claim *claim);

/* Puts n rows of several columns of numbers, column[k] dense memory of the
 * k-th of the claim, into dense rows of that type. */
void mg_claim_join(const mg_dataset *dataset, const mg_claim *claim,
                   const mg_type *type, int64_t n, void *const column[],
                   void *out);

/* Notes the claimed columns of a table in the schema of examples; not of
 * columns with axes or without a name, nor one of the input's own name. */
mg_status mg_examples_name_columns(mg_examples *examples,
                                   const mg_dataset *dataset,
                                   const mg_claim *claim, size_t input);

/* Labels and integers, n dense rows of them, must be below the input's
 * classes: fails with the first that is not and its row, rows[j] + 1 (NULL:
 * j + 1). Formats that fetch must check what they fetch: plans read by labels
 * without looking. */
mg_status mg_labels_check(mg_ctx *ctx, const char *source,
                          const mg_network_input *input, mg_dtype dtype,
                          int64_t n, const int64_t rows[], const void *data);

/* What a format does with its own data sets. */
struct mg_data_kind {
    const char *name; /* "CSV" */
    /* Fills input[], fetch, store, and the schema's inputs (classes, symbols)
     * of examples that have everything else: all inputs are absent before, and
     * the schema has their names. NULL: columns in memory. */
    mg_status (*load)(const mg_dataset *dataset, const mg_network *network,
                      bool targets, const mg_schema *schema, mg_examples *out);
    /* What it knows of its columns; NULL: they are in memory. */
    mg_status (*describe)(const mg_dataset *dataset, mg_arena *arena,
                          mg_data_facts *out);
    void (*destroy)(mg_dataset *dataset); /* its store; or NULL */
};

#endif
