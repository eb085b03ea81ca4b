/* graph: immutable, interned nodes (equal op, inputs and attributes are the
 * same node), built in an order where inputs stand before their users. A pass
 * reads a const graph and writes a new one. Layer graph. */
#ifndef MG_GRAPH_GRAPH_H
#define MG_GRAPH_GRAPH_H

#include "tensor/tensor.h"

typedef struct mg_op mg_op;

/* Where a node stands in the user's formula file. */
typedef struct {
    int line;            /* of the operator or function name, from 1; 0: none */
    int column;          /* in characters, from 1 */
    const char *formula; /* source of the expression in one line, or NULL */
} mg_place;

typedef struct mg_node {
    const mg_op *op;
    mg_value self;
    mg_type type;
    int n_inputs;
    const mg_value *input;
    int n_attrs;
    const int64_t *attr;   /* meaning: the op's .attrs */
    const char *name;      /* of leaves and named values, else NULL */
    const mg_tensor *data; /* of constants, dense, else NULL */
    int n_subgraphs;
    const mg_graph *const *subgraph;
    mg_place place;
} mg_node;

/* ---- Reading ---- */

mg_ctx *mg_graph_ctx(const mg_graph *g);
mg_arena *mg_graph_arena(mg_graph *g);
mg_dtype mg_graph_real(const mg_graph *g);
uint32_t mg_graph_size(const mg_graph *g); /* ids run from 1 to this */
const mg_node *mg_graph_node(const mg_graph *g, mg_value v); /* v not 0 */
/* Of id 0 a real number's, so that rules need no checks (mg_value_type). */
mg_shape mg_value_shape(const mg_graph *g, mg_value v);

size_t mg_graph_root_count(const mg_graph *g);
const mg_root *mg_graph_root(const mg_graph *g, size_t index);
/* The root of that name, or NULL. */
const mg_root *mg_graph_find_root(const mg_graph *g, const char *name);

/* ---- Building ---- */

/* What a node needs beside its inputs; zero fields mean none. */
typedef struct {
    int n_attrs;
    const int64_t *attr;
    const char *name;
    const mg_tensor *data;
    const mg_type *type; /* of leaves and casts, whose type no rule derives */
    int n_subgraphs;
    const mg_graph *const *subgraph;
} mg_extra;

/* The node of op over inputs: converts the operands as the op says, runs its
 * type rule, and returns the equal node if there is one. extra may be NULL;
 * all it points to is copied, sub-graphs excepted: they must live as long as
 * the graph (mg_graph_adopt). Sticky. */
mg_value mg_apply(mg_graph *g, const mg_op *op, int n, const mg_value input[],
                  const mg_extra *extra);

/* Copies a node of another graph over inputs of this one. */
mg_value mg_copy_node(mg_graph *g, const mg_node *node, const mg_value input[]);

/* Nodes made from here on come from that place; the formula is copied. */
void mg_graph_set_place(mg_graph *g, mg_place place);
mg_place mg_graph_place(const mg_graph *g);

/* Reports a builder's failure: sticky, returns id 0. */
mg_value mg_graph_fail(mg_graph *g, mg_status status, const char *format, ...)
    MG_PRINTF(3, 4);
/* Forgets a failure that was reported, so that building can go on. */
void mg_graph_forgive(mg_graph *g);

/* Forgets all roots, so that others can be chosen. */
void mg_graph_clear_roots(mg_graph *g);

/* The graph owns sub and destroys it with itself. */
mg_status mg_graph_adopt(mg_graph *g, mg_graph *sub);

/* ---- Builders of common patterns (patterns.c) ---- */

mg_value mg_real(mg_graph *g, double value); /* a number of the graph's real */
mg_value mg_integer(mg_graph *g, int64_t value);
mg_value mg_zeros_like(mg_graph *g, mg_value x); /* x's shape and type */
mg_value mg_ones_like(mg_graph *g, mg_value x);
mg_value mg_cast_to(mg_graph *g, mg_value x, mg_dtype dtype);
/* Swaps the last two axes; rank at least 2. */
mg_value mg_swap(mg_graph *g, mg_value x);
/* Sums away the axes along which `like` was broadcast to x's shape. */
mg_value mg_sum_like(mg_graph *g, mg_value x, mg_value like);
mg_value mg_reshape_like(mg_graph *g, mg_value x, mg_value like);
/* Puts back (as size 1) the axes that a reduction took from x. */
mg_value mg_restore_axes(mg_graph *g, mg_value y, mg_value x, int n,
                         const int64_t axes[]);

/* ---- Checking and text (verify.c, print.c, parse.c) ---- */

/* Checks that inputs stand before users, types follow from the rules, roots
 * and attributes are well formed; sub-graphs too. */
mg_status mg_graph_verify(const mg_graph *g);

/* Text that mg_graph_parse reads back to an equal graph:
 *   %1 = input "x" f32[2]
 *   %2 = variable "W1" f32[2, 2]
 *   %3 = matmul(%2, %1) f32[2] @4:13
 *   root "h" %3                                    update "W1" %2 <- %9 */
void mg_graph_print(const mg_graph *g, mg_text *text);

#endif
