/* lines: the gradient of loss + penalty as lines that are read from top
 * to bottom: named gradients, then what they give. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_LINES_H
#define MG_EXPLAIN_DERIVE_LINES_H

#include "explain/derive/derivation.h"
#include "explain/derive/term.h"

typedef struct {
    const char *wrt;       /* the line is the gradient by this name; or NULL: */
    const mg_label *label; /* it defines what this label names */
    const mg_term *term;
    const char *own;   /* a definition that is the gradient by a named value */
    const char *scope; /* the path of the repeated block that it is part of */
    size_t scope_length; /* 0: none */
    const mg_term *of; /* a definition that is the gradient by this; or NULL */
} mg_derived;

struct mg_derivation {
    mg_ctx *ctx;
    mg_arena arena;
    mg_terms terms;
    mg_graph *graph;
    const mg_network *network;
    const char *subject; /* "loss", "penalty", "loss + penalty"; NULL: the
                          * gradients of the outputs are given */
    bool divided;        /* a product's derivative is written y / x */
    size_t n;
    mg_derived *line;
    size_t n_given; /* without a loss: what stands for the outputs' gradients */
    const mg_term **given;
};

#endif
