/* optimise: graph -> graph passes that keep every root's value: named values
 * vanish, constants fold, algebra is cleaned, transposes fold into products,
 * dead nodes go. pipeline.c is the order. Layer optimise. */
#ifndef MG_OPTIMISE_OPTIMISE_H
#define MG_OPTIMISE_OPTIMISE_H

#include "graph/op.h"

typedef struct {
    unsigned skip;          /* bit i: leave out pass i of the pipeline */
    const char *dump_after; /* a pass's name, or "all" */
    mg_text *dump;          /* gets the graph's text form then */
    unsigned fired[16];     /* out: nodes that pass i changed */
} mg_optimise_options;

/* Writes the optimised graph; options may be NULL. */
mg_status mg_optimise(const mg_graph *g, mg_optimise_options *options,
                      mg_graph **out);
size_t mg_pass_count(void);

#endif
