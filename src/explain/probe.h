/* probe: the loss as a function of one leaf: what does not depend on the leaf
 * is computed once. Layer explain. */
#ifndef MG_EXPLAIN_PROBE_H
#define MG_EXPLAIN_PROBE_H

#include "explain/subject.h"

typedef struct {
    const mg_subject *subject;
    mg_value leaf;
    mg_frame frame;        /* the same random numbers in every evaluation */
    const mg_tensor *base; /* by id: every node's value at the point */
    mg_arena arena;
    mg_tensor *value; /* by id: of the nodes between leaf and loss */
    uint32_t *node;   /* their ids, in order */
    size_t n;
    mg_tensor *operand; /* room for the inputs of one node */
} mg_probe;

/* base and subject are borrowed. */
mg_status mg_probe_open(const mg_subject *subject, const mg_frame *frame,
                        const mg_tensor *base, mg_value leaf, mg_probe *out);
void mg_probe_close(mg_probe *probe);

/* The loss and penalty with element `index` of the leaf set to x. */
mg_status mg_probe_run(mg_probe *probe, int64_t index, double x, double *loss);

#endif
