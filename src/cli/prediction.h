/* prediction: outputs on their way to a file or to standard output, as lines
 * of JSON, CSV or one .npy array. Layer cli. */
#ifndef MG_CLI_PREDICTION_H
#define MG_CLI_PREDICTION_H

#include "cli/class_names.h"
#include "cli/command.h"
#include "data/file.h"

typedef enum { MG_AS_JSON, MG_AS_CSV, MG_AS_NPY } mg_prediction_format;

typedef struct {
    mg_cli *cli;
    const mg_network *network;
    const mg_schema_input **classes; /* of each output, or NULL */
    mg_prediction_format format;
    const char *path; /* NULL: standard output */
    bool open;        /* the file is begun */
    mg_file_writer writer;
    mg_text text; /* what is not written yet */
} mg_prediction;

/* By --format and --out; the network must have an output, and for .npy one
 * alone. Ended by the _clear, also on failure. */
mg_status mg_prediction_init(mg_prediction *prediction, mg_cli *cli,
                             const mg_model *model);
void mg_prediction_clear(mg_prediction *prediction);

/* What stands before the first example; `count` of them follow. */
mg_status mg_prediction_begin(mg_prediction *prediction, int64_t count);

/* One example: outputs[i] is network->output[i]'s dense value. */
mg_status mg_prediction_put(mg_prediction *prediction, int64_t example,
                            const mg_tensor outputs[]);

/* Writes what is left; a file has its name only then. */
mg_status mg_prediction_end(mg_prediction *prediction);

#endif
