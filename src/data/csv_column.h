/* csv_column: the facts of one column of a table, gathered value by value, and
 * what follows from them: whether it is of numbers or of texts.
 * Layer data. */
#ifndef MG_DATA_CSV_COLUMN_H
#define MG_DATA_CSV_COLUMN_H

#include "data/csv_fault.h"
#include "data/csv_texts.h"
#include "data/csv_value.h"

/* More different texts are no classes. */
#define MG_CSV_TEXTS_MOST ((size_t)1 << 16)

typedef enum { MG_CSV_REAL, MG_CSV_INTEGER, MG_CSV_TEXT } mg_csv_kind;

/* Sums around a point near the mean, taken into n, mean, squares (sum of
 * squared differences from it) every few values. */
typedef struct {
    int64_t n;
    double mean, squares;
    int block_n;
    double block_sum, block_squares;
} mg_csv_moments;

typedef struct {
    const char *name;
    bool target, dropped;
    bool as_text; /* asked for: its values are names of classes */

    int64_t numbers, missing;
    int64_t words, dates, units, odd; /* odd: all other looks */
    bool whole;                       /* every number is */
    double least, most;
    mg_csv_moments moments;
    int64_t *small; /* counts of small plain integers, or NULL */
    mg_csv_texts texts;
    bool lost;        /* too many texts were different */
    const char *unit; /* the first one, or NULL */
    bool units_differ;

    mg_csv_faults *absent; /* missing values, or NULL */
    mg_csv_faults *unlike; /* what is no number, or NULL */

    /* Once it is finished: */
    mg_csv_kind kind;
    bool dated; /* mostly dates, which are refused */
} mg_csv_column;

/* The name is borrowed; strings go to the arena. */
void mg_csv_column_init(mg_csv_column *column, mg_ctx *ctx, const char *name);
void mg_csv_column_clear(mg_csv_column *column, mg_ctx *ctx);

/* What a value was. */
typedef enum { MG_CSV_NUMBER, MG_CSV_MISSING, MG_CSV_UNLIKE } mg_csv_seen;

/* Takes one value into account; `look` is of what is MG_CSV_UNLIKE. */
mg_status mg_csv_column_add(mg_csv_column *column, mg_arena *arena,
                            const char *text, size_t length, char decimal,
                            mg_csv_seen *seen, mg_csv_look *look);

/* Decides the kind. Of integers and texts, `texts` then are the values'
 * names in byte order, if not too many differed. */
mg_status mg_csv_column_finish(mg_csv_column *column);

/* Mean and standard deviation of the numbers there are. */
double mg_csv_column_mean(const mg_csv_column *column);
double mg_csv_column_deviation(const mg_csv_column *column);

/* The name of an integer, as integers are printed. */
#define MG_CSV_INTEGER_SIZE 24
size_t mg_csv_integer_name(char out[MG_CSV_INTEGER_SIZE], double value);

#endif
