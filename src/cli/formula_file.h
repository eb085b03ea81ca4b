/* formula_file: a formula file read and understood. Layer cli. */
#ifndef MG_CLI_FORMULA_FILE_H
#define MG_CLI_FORMULA_FILE_H

#include "cli/command.h"
#include "formula/network.h"

typedef struct {
    const char *path;
    char *source; /* in the command's arena */
    size_t length;
} mg_formula_file;

/* Fails where the command's FILE or RUN has the ending of data. */
mg_status mg_formula_file_refuse_data(mg_cli *cli);

/* Reads the text of the command's FILE. */
mg_status mg_formula_file_read(mg_cli *cli, mg_formula_file *out);

/* Reads and understands it; options->file is set to the path. The caller ends
 * the network with mg_network_destroy. */
mg_status mg_formula_file_network(mg_cli *cli, mg_network_options options,
                                  mg_network **out);

#endif
