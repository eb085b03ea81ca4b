/* measured_data: what a trained network is tried on: --data, or what its run
 * knows. Layer cli. */
#ifndef MG_CLI_MEASURED_DATA_H
#define MG_CLI_MEASURED_DATA_H

#include "cli/command.h"
#include "data/source.h"
#include "train/model.h"

typedef struct {
    const char *names; /* for people: "a.csv, b.csv" */
    const char *part;  /* "train" or "test" */
    bool one_part;     /* there is no other: people need not be told */
    mg_dataset *data;
} mg_measured_data;

/* Opens the command's RUN. */
mg_status mg_model_of_command(mg_cli *cli, mg_model **out);

/* Opens --data, or else the run's test set, or else its data; of these the part
 * that --part names, or else the test part, if there is one. The caller ends
 * out->data. */
mg_status mg_data_of_command(mg_cli *cli, const mg_model *model,
                             mg_measured_data *out);

/* "train" or "test" of --part, or NULL. */
const char *mg_part_of_command(const mg_cli *cli);

/* The part of that name, or else the test part, if there is one. */
mg_data_part mg_part_choose(mg_cli *cli, const char *part, const char *names);

/* Lines as one with commas, in the command's arena; NULL: no memory. */
const char *mg_lines_joined(mg_cli *cli, const char *lines);

#endif
