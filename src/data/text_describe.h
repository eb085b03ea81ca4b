/* text_describe: what a text holds: characters and lines. Layer data. */
#ifndef MG_DATA_TEXT_DESCRIBE_H
#define MG_DATA_TEXT_DESCRIBE_H

#include "data/describe.h"

/* Rows are lines. Columns: the characters (of text that is not UTF-8: bytes),
 * the most frequent first; the lengths of lines. */
mg_status mg_text_describe(const mg_dataset *dataset, mg_arena *arena,
                           mg_data_facts *out);

#endif
