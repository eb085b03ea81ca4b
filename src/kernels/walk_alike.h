/* walk_alike: whether a step's output may stand where an operand stands.
 * Layer kernels. */
#ifndef MG_KERNELS_WALK_ALIKE_H
#define MG_KERNELS_WALK_ALIKE_H

#include "optimise/plan.h"

/* Whether operand i has the element size, shape and strides of output o, so
 * that the same index is the same place. */
bool mg_walks_alike(const mg_step *step, int i, int o);

#endif
