/* extent: the rows that the nodes of a group are computed over. Without a fold
 * all of them have one shape. With folds over the last axes of it those axes
 * are the row, and other nodes may have one number a row. Layer optimise. */
#ifndef MG_OPTIMISE_EXTENT_H
#define MG_OPTIMISE_EXTENT_H

#include "graph/op.h"

typedef struct {
    mg_shape shape;
    int row_axis; /* the row's first axis; -1: nothing is folded */
} mg_extent;

typedef enum {
    MG_LEVEL_NONE, /* does not belong there */
    MG_LEVEL_FULL, /* elements of the rows */
    MG_LEVEL_ROW,  /* a number a row */
} mg_level;

/* Whether a node may stand in a group at all. */
bool mg_joins(const mg_graph *g, const mg_node *node);

/* The extent of n nodes, each of which joins; false if there is none that
 * holds them all with what they hand each other. */
bool mg_extent_of(const mg_graph *g, size_t n, const mg_node *const node[],
                  mg_extent *out);

mg_level mg_level_of(const mg_extent *extent, const mg_node *node);

#endif
