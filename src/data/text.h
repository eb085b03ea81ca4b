/* text: plain text as a data set for language models. A network with `input
 * t[T] int V` and `target n[T] int V` gets windows of it: example i is symbols
 * i T to i T + T - 1, its target the T that follow one later. V = 256: symbols
 * are bytes; else characters (vocabulary.h). Layer data. */
#ifndef MG_DATA_TEXT_H
#define MG_DATA_TEXT_H

#include "data/dataset.h"
#include "data/query.h"

/* Opens text files as one text, one behind the other. They are read when a
 * network takes them; only windows that it takes are kept. */
mg_status mg_text_files_open(mg_ctx *ctx, size_t n, const mg_query query[],
                             mg_dataset **out);

#endif
