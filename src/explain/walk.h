/* walk: one example (or several) through the graph, with every value, every
 * gradient, what each operation hands to its operands and by which rule, and
 * the parameters after one step. Evaluated by the oracle on the graph of one
 * example. Layer explain. */
#ifndef MG_EXPLAIN_WALK_H
#define MG_EXPLAIN_WALK_H

#include "formula/network.h"
#include "train/weights.h"

/* A derivative of y by x is called by their types: "derivative" (number by
 * number), "gradient" (number by vector), "Jacobian" (of a vector y; whatever
 * has axes counts as a vector of its elements). */
const char *mg_walk_kind(const mg_shape *y, const mg_shape *x);

typedef struct {
    const char *name;
    mg_tensor value;    /* dense */
    mg_tensor gradient; /* d (loss + penalty) / d value; data NULL: none (an
                         * integer, or no loss) */
    const char *kind;   /* of gradient */
    bool each;          /* has a leading axis of the examples */
    bool given;         /* an input, target or parameter */
} mg_walk_value;

typedef struct {
    const char *of;   /* the operand's name or formula, "…" if long */
    const char *rule; /* "W1ᵀ G", operand names filled in */
    const char *kind; /* of the derivative of the value by it */
    mg_tensor local;  /* elementwise: dy/dx, y's shape; data NULL otherwise */
    bool diagonal;    /* local is the diagonal of the Jacobian */
    mg_tensor out;    /* the gradient handed on; data NULL: none */
    const char *out_kind;
    /* dy/dx whole, where it was asked for and is small: [M, N] of a value of M
     * elements and an operand of N, or [N, M]; data NULL: not shown. */
    mg_tensor jacobian;
    int64_t zeros; /* among its elements */
    bool each;     /* out has a leading axis of the examples */
    bool constant; /* made of numbers alone: nobody asks for out */
} mg_walk_operand;

typedef struct {
    const mg_node *node; /* of the network */
    const char *formula; /* "W1 @ x" */
    const char *name;    /* the named value that this is, or NULL */
    const char *op;
    int line, column;
    mg_tensor value;
    mg_tensor in; /* the gradient that comes from above; data NULL: none */
    const char *in_kind;
    bool reached; /* the loss depends on it */
    bool each;    /* value, in and local have a leading axis of the examples */
    int n_operands;
    mg_walk_operand *operand;
} mg_walk_operation;

typedef struct {
    mg_arena arena; /* owns all of it */
    mg_dtype real;
    size_t count; /* examples */
    double lr;
    bool lecture; /* how Jacobians are laid out */
    bool has_loss;
    double loss; /* without the penalty; together: the mean */
    size_t n_values, n_operations, n_updated;
    mg_walk_value *value; /* in the order of the file */
    mg_walk_operation *operation;
    mg_walk_value *updated; /* what the network keeps, in training, as its :=
                             * says (without gradient); parameters after
                             * W - lr * gradient, the old gradient beside */
} mg_walk;

/* Jacobians of more elements of the value or the operand are not shown. */
#define MG_JACOBIAN_MOST 64

typedef struct {
    double lr;
    uint64_t seed;
    bool jacobians; /* those of every operation, of one example alone */
    bool lecture;   /* J[n][m] = dy_m/dx_n, not J[m][n] */
} mg_walk_options;

/* examples[e][i]: the dense tensor of network->input[i] (of its type), or
 * data NULL for a target that is not given. count > 1 walks them together as
 * one batch: values of the example get a leading axis of count, gradients of
 * parameters are summed, the loss is the mean by weight. `training` is the
 * network's own option. */
mg_status mg_walk_create(const mg_network *network, const mg_weights *weights,
                         size_t count, const mg_tensor *const examples[],
                         const mg_walk_options *options, mg_walk **out);
void mg_walk_destroy(mg_walk *walk);

/* Writes the updated parameters and states into the weights, ready for the next
 * walk. */
mg_status mg_walk_update(const mg_walk *walk, mg_weights *weights);

/* How its Jacobians are laid out: "J[m][n] = dy_m/dx_n". */
const char *mg_walk_layout(const mg_walk *walk);

/* As one line of JSON, as the command line promises it. */
void mg_walk_json(const mg_walk *walk, mg_text *text);

typedef struct {
    int columns;  /* of the terminal; 0: 80 */
    bool unicode; /* else ASCII alone */
    bool color;   /* with escape sequences of ANSI terminals */
} mg_walk_text_options;

/* As on a blackboard: the passes forward and backward, then the update. A
 * batch stands as a matrix with one example a column. */
void mg_walk_text(const mg_walk *walk, const mg_walk_text_options *options,
                  mg_text *text);

#endif
