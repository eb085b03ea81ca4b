/* measures: losses and metrics as JSON. Layer cli. */
#ifndef MG_CLI_MEASURES_H
#define MG_CLI_MEASURES_H

#include "explain/json.h"
#include "train/model.h"

/* A number; null, and *finite false, for what JSON has no number for. */
void mg_json_measure(mg_text *text, double value, int digits, bool *finite);

/* ', "PREFIXname": value' for each measure. */
void mg_measures_json(mg_text *text, const mg_measure *measure, size_t n,
                      const char *prefix, bool *finite);

#endif
