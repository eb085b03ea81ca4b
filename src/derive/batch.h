/* batch: from the graph of one example to the graph of n examples at once, by
 * the ops' batch rules (mg_batch in matgrad.h): a product with a shared matrix
 * becomes one product over the batch. Layer derive. */
#ifndef MG_DERIVE_BATCH_H
#define MG_DERIVE_BATCH_H

#include "graph/op.h"

#endif
