/* fuse: which nodes are computed together, and in which order. Elementwise
 * nodes of one shape join the nodes that read them, where no other node stands
 * between: what they hand on then stays in registers of the loop, and what they
 * read is read once. That never costs memory traffic, so no cost is weighed;
 * the loop's limits (loop.h) bound a group. Layer optimise. */
#ifndef MG_OPTIMISE_FUSE_H
#define MG_OPTIMISE_FUSE_H

#include "optimise/plan.h"

typedef struct {
    size_t n;
    mg_group *group; /* [n], each behind what it reads */
} mg_schedule;

/* All nodes that are needed, by id, in groups; alone: each by itself. All
 * memory is the arena's. */
mg_status mg_fuse(mg_arena *arena, const mg_graph *g, const bool needed[],
                  bool alone, mg_schedule *out);

/* A product and the loop that alone reads it as one group: the product, then
 * what the loop has. The loop, which goes with it, is the arena's too. */
mg_status mg_group_behind(mg_arena *arena, const mg_node *product,
                          const mg_group *loop, mg_group *out);

#endif
