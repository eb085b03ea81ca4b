/* clusters: which nodes are computed together. Layer optimise. */
#ifndef MG_OPTIMISE_CLUSTERS_H
#define MG_OPTIMISE_CLUSTERS_H

#include "graph/op.h"

/* Joins elementwise nodes of one shape with their readers: cluster[id] gets
 * the id of the cluster's first member, ids of other nodes stay alone. No
 * cluster depends on itself through another one, and each is a loop within
 * the limits of loop.h. uses[id] counts the readers of a node, roots
 * included. */
mg_status mg_join_clusters(mg_arena *arena, const mg_graph *g,
                           const bool needed[], const uint32_t uses[],
                           uint32_t cluster[]);

#endif
