/* json: strings as JSON writes them. Layer data. */
#ifndef MG_DATA_JSON_H
#define MG_DATA_JSON_H

#include "base/text.h"

/* A string with its quotes, escaped. */
void mg_json_string(mg_text *text, const char *string);

#endif
