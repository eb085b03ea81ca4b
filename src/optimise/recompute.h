/* recompute: what one group hands to a later one through memory is computed
 * again there where that is cheaper. Layer optimise. */
#ifndef MG_OPTIMISE_RECOMPUTE_H
#define MG_OPTIMISE_RECOMPUTE_H

#include "optimise/fuse.h"

/* Changes loops of the schedule, also behind the product that leads them; a
 * node may stand in several groups then, of which at most the first has it as
 * output. eager: loops over few elements too, where it saves nothing. All
 * memory is the arena's. */
mg_status mg_recompute(mg_arena *arena, const mg_graph *g, bool eager,
                       mg_schedule *schedule);

#endif
