/* progress: training's events as a table with a line an epoch, as a line that
 * is redrawn, or as lines of JSON. Layer cli. */
#ifndef MG_CLI_PROGRESS_H
#define MG_CLI_PROGRESS_H

#include "cli/command.h"
#include "cli/progress_table.h"

typedef struct {
    mg_cli *cli;
    const char *file;        /* the formula file's name, or NULL */
    const char *data;        /* --data as it was given, or NULL */
    int64_t max_steps;       /* 0: none */
    char *run;               /* the run folder, once it is known */
    bool header;             /* the table's head is printed: */
    mg_progress_table table; /* for this table */
    double clock;            /* seconds when the first step was seen */
    double begun;            /* the share of the work that was done then */
    double start;            /* of the training, */
    int64_t epochs;          /* that ended since */
    int64_t stride;   /* on a terminal, every so many epochs have a line */
    mg_text left_out; /* its line, if it is not printed yet */
    mg_text best;     /* measures of the best epoch, if seen: "loss 0.1" */
} mg_train_progress;

void mg_train_progress_init(mg_train_progress *progress, mg_cli *cli);
void mg_train_progress_clear(mg_train_progress *progress);

/* A mg_train_event_fn over a mg_train_progress. */
void mg_train_progress_event(void *progress, const mg_train_event *event);

/* Takes the running epoch's line away, and prints the last line that is left
 * out. */
void mg_train_progress_end(mg_train_progress *progress);

/* A path or a name as a shell takes it: quoted where it must be. */
void mg_text_shell(mg_text *text, const char *word);

/* ---- Its parts ---- */

/* Seconds of a clock that only goes forward. */
double mg_progress_now(void);
/* What an epoch took so far, on average; 0 before the first ended. */
double mg_progress_epoch_seconds(const mg_train_progress *progress);

/* Redraws the last line of a terminal: measures so far and a bar; without
 * measures if `fresh`. */
void mg_progress_draw(mg_train_progress *progress, const mg_train_event *event,
                      bool fresh);

/* The event as a line of JSON. */
void mg_progress_json(mg_text *text, const mg_train_event *event);

#endif
