/* rewrite: the walk that every graph -> graph pass shares. Visits what the
 * roots need, in order, so that dead nodes are gone afterwards. Layer
 * optimise. */
#ifndef MG_OPTIMISE_REWRITE_H
#define MG_OPTIMISE_REWRITE_H

#include "graph/op.h"

/* A walk under way, from a graph to a new one. */
typedef struct {
    const mg_graph *from;
    mg_graph *to;
    mg_value *value; /* by id: what a node of `from` became */
    uint32_t *uses;  /* by id: how often `from` reads it, roots included */
} mg_rewriting;

/* Another value for a node over inputs x of the new graph, or id 0 to copy
 * the node as it is. */
typedef mg_value mg_rewrite_fn(const mg_rewriting *r, const mg_node *node,
                               const mg_value x[]);

/* Writes the rewritten graph with the same roots; *fired counts the nodes
 * that rewrite changed. */
mg_status mg_rewrite(const mg_graph *from, mg_rewrite_fn *rewrite,
                     unsigned *fired, mg_graph **out);

/* The passes, each in the file of its name. */
mg_rewrite_fn mg_pass_names;      /* named values and stops vanish */
mg_rewrite_fn mg_pass_fold;       /* what depends on constants is computed */
mg_rewrite_fn mg_pass_simplify;   /* algebra: x + 0, x * 1, x^2, moves */
mg_rewrite_fn mg_pass_pads;       /* sums of pads become concats */
mg_rewrite_fn mg_pass_unsplit;    /* concats read what was reshaped */
mg_rewrite_fn mg_pass_divisions;  /* shared divisors become factors */
mg_rewrite_fn mg_pass_sums;       /* what a sum's elements share goes behind */
mg_rewrite_fn mg_pass_reuse;      /* (a c + b c) e reads c e that stands */
mg_rewrite_fn mg_pass_factors;    /* g a + g b becomes g (a + b) */
mg_rewrite_fn mg_pass_transposes; /* transposes become flags of products */
mg_rewrite_fn mg_pass_accumulate; /* c - s (a b) becomes one product */

/* Whether it is a product of elements, strong or not. */
bool mg_multiplies(const mg_node *node);

/* Whether every element of v is one number known when compiled. */
bool mg_constant_number(const mg_graph *g, mg_value v, double *out);

#endif
