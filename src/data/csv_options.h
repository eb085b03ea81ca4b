/* csv_options: what the names of tables ask for behind the question mark.
 * Layer data. */
#ifndef MG_DATA_CSV_OPTIONS_H
#define MG_DATA_CSV_OPTIONS_H

#include "data/query.h"

/* What becomes of values that are not there. */
typedef enum {
    MG_CSV_REFUSE,
    MG_CSV_DROP, /* leave the row out */
    MG_CSV_MEAN, /* NaN, which the plan fills */
    MG_CSV_FILL  /* a number */
} mg_csv_absence;

/* Texts parted by commas or bars. */
typedef struct {
    size_t n;
    const char **text;
} mg_csv_list;

typedef struct {
    char separator; /* 0: to be guessed */
    char decimal;   /* '.' or ','; 0: to be guessed */
    int header;     /* 1, 0; -1: to be guessed */
    mg_csv_absence absence;
    double fill;
    bool standardise;
    mg_csv_list target, drop, classes;
} mg_csv_options;

/* Reads the keys of n names: they may stand with any of them and hold for all;
 * two that differ are refused. All of it in the arena. */
mg_status mg_csv_options_read(mg_arena *arena, size_t n, const mg_query query[],
                              mg_csv_options *out);

/* Whether the list has that text. */
bool mg_csv_list_has(const mg_csv_list *list, const char *text);

#endif
