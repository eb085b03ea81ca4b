/* convert: from a graph's nodes to terms. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_CONVERT_H
#define MG_EXPLAIN_DERIVE_CONVERT_H

#include "explain/derive/term.h"

/* The node as a term, over its inputs' terms. */
const mg_term *mg_term_of_node(mg_terms *t, const mg_node *node,
                               const mg_term *const x[]);

#endif
