/* subject: a network prepared to be looked at: its graph copied, so that
 * gradients can be appended, with what depends on what, and the leaves fed
 * from weights and examples. Layer explain. */
#ifndef MG_EXPLAIN_SUBJECT_H
#define MG_EXPLAIN_SUBJECT_H

#include "formula/network.h"
#include "graph/evaluate.h"
#include "train/weights.h"

/* Arrays are indexed by node id; ids up to n are the network's own. */
typedef struct {
    const mg_network *network;
    mg_graph *graph;
    uint32_t n;
    bool *missing;  /* depends on a target that is not given */
    bool *each;     /* depends on the example */
    bool *constant; /* made of numbers alone */
    bool *silent;   /* a conversion or a reshape that no formula wrote */
    mg_value *face; /* id 0, or the silent reshape that a formula sees */
    mg_value total; /* loss + penalty; id 0: no loss, or it is missing */
} mg_subject;

/* example[i] is the tensor of network->input[i]; data NULL: not given. The
 * arrays live in arena. */
mg_status mg_subject_open(const mg_network *network, const mg_tensor example[],
                          mg_arena *arena, mg_subject *out);
void mg_subject_close(mg_subject *subject);

/* Refuses an example whose tensors are not of the inputs' types, that lacks an
 * input, or has a label outside its classes. */
mg_status mg_example_check(const mg_network *network,
                           const mg_tensor example[]);

/* Draws what example[i].data does not give: real numbers normal, labels and
 * integers uniform over their range. */
mg_status mg_example_draw(const mg_network *network, uint64_t seed,
                          mg_arena *arena, mg_tensor example[]);

/* What mg_subject_feed reads; tensors converted to another real type live in
 * arena. */
typedef struct {
    const mg_subject *subject;
    const mg_weights *weights;
    const mg_tensor *example;
    mg_arena *arena;
} mg_subject_source;

/* A mg_feed_fn over a mg_subject_source. */
mg_status mg_subject_feed(void *source, const mg_node *leaf, mg_tensor *out);

#endif
