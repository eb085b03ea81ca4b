/* csv_fault: what is wrong in a table: the first twenty places, and how many
 * there are. Layer data. */
#ifndef MG_DATA_CSV_FAULT_H
#define MG_DATA_CSV_FAULT_H

#include "base/arena.h"
#include "data/csv_read.h"

#define MG_CSV_FAULTS_SHOWN 20

typedef struct {
    const char *file;
    size_t file_number;
    mg_csv_place place;
    const char *column; /* its name, or NULL */
    const char *value;  /* the field's text, or NULL; shown in quotes */
    const char *words;  /* what is wrong with it */
} mg_csv_fault;

typedef struct {
    int64_t total;
    size_t n;
    mg_csv_fault fault[MG_CSV_FAULTS_SHOWN]; /* the first ones, in order */
} mg_csv_faults;

/* Whether one more, behind all others, would be shown. */
bool mg_csv_faults_full(const mg_csv_faults *faults);

/* Counts a fault, and keeps it if it is one of the first. Its strings are
 * borrowed. */
void mg_csv_faults_add(mg_csv_faults *faults, const mg_csv_fault *fault);

/* Counts those of another list too. */
void mg_csv_faults_join(mg_csv_faults *faults, const mg_csv_faults *more);

/* A copy of a field's text for `value`, cut short, in the arena. */
const char *mg_csv_fault_value(mg_arena *arena, const char *text,
                               size_t length);

/* MG_BAD_DATA with all of them as message, one a line and the total; MG_OK
 * if there is none. */
mg_status mg_csv_faults_report(mg_ctx *ctx, const mg_csv_faults *faults);

#endif
