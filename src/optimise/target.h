/* target: what a machine offers, as an ordered list of kernels; for each node
 * the first that takes it runs it. The last takes everything: the ops' own
 * references. Layer optimise; answered by kernels/. */
#ifndef MG_OPTIMISE_TARGET_H
#define MG_OPTIMISE_TARGET_H

#include "optimise/plan.h"

struct mg_kernel {
    const char *name;

    /* Looks at step->node and the operands' types and strides; if the kernel
     * can do it, sets step->run (and data, scratch as needed; arena is the
     * plan's) and *taken. Refusing is no failure. */
    mg_status (*take)(mg_arena *arena, const mg_graph *g, mg_step *step,
                      bool *taken);

    /* Optional: what a session needs for the step, e.g. library handles.
     * Made once a session, before leaves are bound, so it must not keep
     * addresses: run takes them from arg. Ended by unbind. */
    mg_status (*bind)(mg_ctx *ctx, const mg_step *step, void **bound);
    void (*unbind)(const mg_step *step, void *bound);

    /* Optional: ends what take made outside the arena. */
    void (*end)(mg_step *step);

    /* Optional, of a step that it took: whether output `o`, an operand's number
     * too, may be written over input i of the step (same memory): every element
     * is read for the last time before the same element is written. */
    bool (*in_place)(const mg_step *step, int i, int o);

    /* Takes steps of several nodes too; others are never shown any. */
    bool takes_groups;
};

typedef struct mg_target {
    const char *name;
    bool alone; /* every node is a step of its own */
    size_t n_kernels;
    const mg_kernel *const *kernel;
    bool eager; /* recomputes in the smallest loops too (recompute.h) */
} mg_target;

#endif
