/* batch: from the graph of one example to the graph of n examples at once, by
 * the ops' batch rules: a product with a shared matrix becomes one product
 * over the batch. Layer derive. */
#ifndef MG_DERIVE_BATCH_H
#define MG_DERIVE_BATCH_H

#include "graph/op.h"

/* Writes a new graph with the given roots. What depends on an input or on a
 * random op gets a leading axis of n; a root that does not is left as it is,
 * or expanded to n where expand[i] (NULL: none). Inputs keep their names. */
mg_status mg_batch(const mg_graph *from, size_t n_roots, const mg_root roots[],
                   const bool expand[], int64_t n, mg_graph **out);

#endif
