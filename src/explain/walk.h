/* walk: one example (or several) through the graph, with every value, every
 * gradient, what each operation hands to its operands and by which rule, and
 * the parameters after one step. Evaluated by the oracle on the graph of one
 * example. Layer explain. */
#ifndef MG_EXPLAIN_WALK_H
#define MG_EXPLAIN_WALK_H

#include "formula/network.h"
#include "train/weights.h"

typedef struct {
    const char *name;
    mg_tensor value;    /* dense */
    mg_tensor gradient; /* d (loss + penalty) / d value; data NULL: none (an
                         * integer, or no loss) */
} mg_walk_value;

typedef struct {
    const char *of;   /* the operand's name or formula, "…" if long */
    const char *rule; /* "W1ᵀ G", operand names filled in */
    mg_tensor local;  /* elementwise: dy/dx, y's shape; data NULL otherwise */
    mg_tensor out;    /* the gradient handed on; data NULL: none */
} mg_walk_operand;

typedef struct {
    const mg_node *node;
    const char *formula; /* "W1 @ x" */
    const char *op;
    int line, column;
    mg_tensor value;
    mg_tensor in; /* the gradient that comes from above; data NULL: none */
    int n_operands;
    mg_walk_operand *operand;
} mg_walk_operation;

typedef struct {
    mg_arena arena; /* owns all of it */
    bool has_loss;
    double loss; /* without the penalty; together: the mean */
    size_t n_values, n_operations, n_updated;
    mg_walk_value *value;
    mg_walk_operation *operation;
    mg_walk_value *updated; /* parameters after W - lr * gradient; the old
                             * gradient beside */
} mg_walk;

/* examples[e][i]: the dense tensor of network->input[i] (of its type), or
 * data NULL for a target that is not given. count > 1 walks them together as
 * one batch: values of the example get a leading axis of count, gradients of
 * parameters are summed, the loss is the mean. `training` is the network's
 * own option. */
mg_status mg_walk_create(const mg_network *network, const mg_weights *weights,
                         size_t count, const mg_tensor *const examples[],
                         double lr, uint64_t seed, mg_walk **out);
void mg_walk_destroy(mg_walk *walk);

#endif
