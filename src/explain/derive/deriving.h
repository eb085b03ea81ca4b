/* deriving: the state between a network and its lines. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_DERIVING_H
#define MG_EXPLAIN_DERIVE_DERIVING_H

#include "derive/derive.h"
#include "explain/derive/lines.h"

/* One definition of a round. */
typedef struct {
    mg_label label;
    const mg_term *name, *term;
    uint32_t node; /* whose term it is */
    uint32_t of;   /* the network's node whose gradient it is; 0: none */
    int uses;
    bool written;
} mg_definition;

typedef struct {
    mg_derivation *d;
    const mg_network *network;
    mg_graph *g;
    mg_arena *arena;
    mg_value *value; /* by the network's ids */
    uint32_t n;      /* nodes before the backward pass */
    uint32_t size;   /* all */
    mg_backward back;
    const char *letter; /* of values without a name */
    size_t n_roots;
    const char **root_name;
    mg_value *root;
    const mg_term **root_term;
    /* by id of g */
    bool *needed;
    int *uses;
    bool *is_factor;        /* of a product with a matrix */
    const mg_label **alias; /* the name that the value has in the file */
    bool *is_name;          /* the alias is the node's own (a name node) */
    uint32_t *gradient_of;  /* the network's node; 0: none */
    uint32_t *owner;        /* the name that the value is part of; 0: none */
    bool *inlined;          /* used once: no definition */
    const mg_term **term;
    size_t n_definitions;
    mg_definition **definition;
} mg_deriving;

/* Finds what every node is called, of what it is part, and who uses it
 * (names.c). */
void mg_find_names(mg_deriving *v);

/* Makes the terms of all that is needed, with definitions where a reader would
 * rather see a name (definitions.c). */
mg_status mg_make_definitions(mg_deriving *v);

/* Called with every definition that a term uses. */
typedef void mg_visit_fn(mg_deriving *v, const mg_label *label, void *data);

/* Walks a term's tree, once a distinct term: seen[] by term id. */
void mg_walk_names(mg_deriving *v, const mg_term *x, bool *seen,
                   mg_visit_fn *visit, void *data);
/* Such an array; NULL: no memory. */
bool *mg_make_seen(mg_deriving *v);

/* Puts definitions and gradients in the order that they are read in, and
 * numbers names (lines.c). */
mg_status mg_write_lines(mg_deriving *v);

#endif
