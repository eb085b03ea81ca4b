/* data_info: the facts about a data set as a table and as JSON. Layer cli. */
#ifndef MG_CLI_DATA_INFO_H
#define MG_CLI_DATA_INFO_H

#include "cli/output.h"
#include "data/describe.h"

typedef struct {
    const char *names; /* of the data set */
    const char *part;  /* "train" or "test" */
    bool both;         /* it has a test part beside this one */
    mg_data_facts facts;
} mg_data_info;

/* A line a column, and for each class its count and a bar. */
void mg_data_info_text(mg_text *text, const mg_data_info *info,
                       const mg_stream *stream);
/* One object in one line. */
void mg_data_info_json(mg_text *text, const mg_data_info *info);

#endif
