/* measured_data: the part of a data set that a trained network is tried on.
 * Layer cli. */
#ifndef MG_CLI_MEASURED_DATA_H
#define MG_CLI_MEASURED_DATA_H

#include "cli/command.h"
#include "data/source.h"
#include "train/model.h"

/* Opens the command's RUN, and the part of --data that --part names or else
 * its test part, if it has one. *part says which. */
mg_status mg_model_of_command(mg_cli *cli, mg_model **out);
mg_status mg_data_of_command(mg_cli *cli, mg_data_part *part, mg_dataset **out);

/* "train" or "test". */
const char *mg_part_name(mg_data_part part);

#endif
