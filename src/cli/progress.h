/* progress: training's events as a table with a bar, or as lines of JSON.
 * Layer cli. */
#ifndef MG_CLI_PROGRESS_H
#define MG_CLI_PROGRESS_H

#include "cli/command.h"
#include "matgrad/matgrad.h"

typedef struct {
    mg_cli *cli;
    const char *file;  /* the formula file's name, or NULL */
    int64_t max_steps; /* 0: none */
    char *run;         /* the run folder, once it is known */
    bool header;       /* the table's head is printed */
    double clock;      /* seconds when the first step was seen */
    double begun;      /* the share of the work that was done then */
} mg_train_progress;

/* A mg_train_event_fn over a mg_train_progress. */
void mg_train_progress_event(void *progress, const mg_train_event *event);

#endif
