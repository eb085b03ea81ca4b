/* building: a walk being made, shared by walk.c, which evaluates, and list.c,
 * which says what is listed. Layer explain. */
#ifndef MG_EXPLAIN_BUILDING_H
#define MG_EXPLAIN_BUILDING_H

#include "derive/derive.h"
#include "explain/subject.h"
#include "explain/walk.h"

/* What becomes of a value of several examples. */
typedef enum { MG_STORE_ONCE, MG_STORE_EACH, MG_STORE_SUM } mg_store_kind;

typedef struct {
    mg_value source;
    mg_tensor target;
    mg_store_kind kind;
} mg_capture;

typedef struct {
    mg_walk *walk;
    const mg_walk_options *options;
    mg_arena arena; /* for the time of building */
    mg_subject subject;
    mg_backward backward; /* n is 0 without a loss */
    bool *used;           /* [subject.n + 1]: leads to a listed value */
    mg_capture *capture;
    size_t n_captures, capacity;
    mg_value weight_sum; /* a variable: the weights of all examples together;
                          * id 0: they count alike */
} mg_building;

/* Makes room in *out for a value of like's type, and notes where it comes
 * from; source id 0 leaves zeros. */
mg_status mg_want(mg_building *b, mg_value like, mg_value source,
                  mg_store_kind kind, mg_tensor *out);

/* What becomes of a value at node id, if it is not of the example: shared. */
mg_store_kind mg_kind_of(const mg_building *b, uint32_t id,
                         mg_store_kind shared);

/* Fill walk->value, in the order of the file, and then walk->operation, in the
 * order of evaluation: what leads to these values. */
mg_status mg_list_values(mg_building *b);
mg_status mg_list_operations(mg_building *b);

/* Begins walk->updated with what the network keeps and changes in training. */
mg_status mg_list_updates(mg_building *b);

/* How many of its states are the network's own, not the optimiser's. */
size_t mg_own_states(const mg_network *network);

/* Wants the Jacobian of node by its operand `index`, if it is small enough and
 * there is one. */
mg_status mg_list_jacobian(mg_building *b, const mg_node *node, int index,
                           mg_walk_operand *out);
/* Counts the zeros of all Jacobians once they are evaluated. */
void mg_count_zeros(mg_walk *walk);

#endif
