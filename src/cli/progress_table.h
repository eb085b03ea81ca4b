/* progress_table: an epoch a line, in columns that fit the terminal: what finds
 * no room is left out, the loss last. Layer cli. */
#ifndef MG_CLI_PROGRESS_TABLE_H
#define MG_CLI_PROGRESS_TABLE_H

#include "cli/output.h"
#include "matgrad/matgrad.h"

/* Which columns there are. */
typedef struct {
    int epoch;       /* columns of the epoch's number */
    bool of;         /* "3/10" instead of "3" */
    size_t measures; /* of training, the loss first; */
    bool val;        /* as many again of what is held out */
    int longest;     /* columns of a name; longer ones are cut */
    bool seconds, rate;
    bool utf8;
} mg_progress_table;

/* The most that fits into `width` columns; 0: any width. The event knows its
 * measures. */
mg_progress_table mg_progress_table_fit(const mg_train_event *event, int width,
                                        bool utf8);
bool mg_progress_table_equals(const mg_progress_table *a,
                              const mg_progress_table *b);

void mg_progress_table_head(mg_text *text, const mg_progress_table *table,
                            const mg_train_event *event);
void mg_progress_table_epoch(mg_text *text, const mg_progress_table *table,
                             const mg_train_event *event);

/* The first columns of that line for the epoch that runs: its number. */
void mg_progress_table_number(mg_text *text, const mg_progress_table *table,
                              int64_t epoch, int64_t epochs);
/* One of its measures; the columns that it takes. */
void mg_progress_table_measure(mg_text *text, const mg_progress_table *table,
                               const mg_measure *measure, const char *prefix);
int mg_progress_table_measure_width(const mg_progress_table *table,
                                    const mg_measure *measure,
                                    const char *prefix);

/* Eight columns at most, whatever the size. */
void mg_text_measure(mg_text *text, double value);

#endif
