/* ascii: mathematics without Unicode. Layer explain. */
#ifndef MG_EXPLAIN_ASCII_H
#define MG_EXPLAIN_ASCII_H

#include "base/text.h"

/* Appends a UTF-8 string in ASCII: "W1ᵀ G" as "W1^T G", letters by name. */
void mg_ascii(mg_text *text, const char *string);

#endif
