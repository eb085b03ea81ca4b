/* network: what a formula file means: the graph of one example, and the names
 * that people and commands use for its values. Layer formula. */
#ifndef MG_FORMULA_NETWORK_H
#define MG_FORMULA_NETWORK_H

#include "graph/op.h"

/* An input or target of the example. */
typedef struct {
    const char *name;
    mg_value value; /* the input node: real, or i64 */
    mg_shape shape;
    bool target;
    int64_t classes; /* of labels and integers: values 0 to classes - 1; 0:
                      * real */
    mg_place place;
} mg_network_input;

/* How a parameter starts. */
typedef enum {
    MG_INIT_VALUE,      /* the tensor `constant` */
    MG_INIT_UNIFORM,    /* between a and b */
    MG_INIT_NORMAL,     /* mean 0, standard deviation a */
    MG_INIT_ORTHOGONAL, /* orthonormal rows or columns, whichever are fewer */
} mg_init_kind;

typedef struct {
    const char *name; /* the path: "h.dense.W" */
    mg_value value;   /* the variable node */
    mg_init_kind init;
    double a, b;
    mg_tensor constant; /* of the parameter's shape, dense */
    mg_place place;
    mg_value gradient; /* in training: a variable that stands for the gradient
                        * of loss + penalty, to be put in its place */
    mg_value next;     /* in training: the parameter after the optimiser's step,
                        * made of gradient, states, step, steps */
} mg_network_param;

/* What is kept between training steps, in the network (`state` in a formula)
 * or by the optimiser's rule for one parameter, then named "PATH/NAME" and
 * listed in training only. */
typedef struct {
    const char *name;  /* the path */
    mg_value value;    /* the variable node: before the step */
    mg_tensor initial; /* dense, of its type */
    mg_value next;     /* after a training step; id 0: it stays */
    mg_place place;
} mg_network_state;

/* A named value: everything that `explain` lists beside inputs and
 * parameters. */
typedef struct {
    const char *name; /* the path */
    mg_value value;   /* a name node */
    mg_place place;
} mg_network_value;

typedef struct {
    const char *optimiser;        /* "adam(lr = 1e-3); *.b = sgd()", as
                                   * written; each param has its next */
    int64_t epochs;               /* 10 */
    int64_t batch;                /* 64 */
    int64_t seed;                 /* 1 */
    double val;                   /* 0.1: the share held out */
    int64_t patience;             /* 0: no early stopping */
    double clip_norm, clip_value; /* of all gradients together; 0: none */
} mg_network_train;

/* A call of a library function, for who writes it by its name: what it was
 * given (by parameter), and what it gave. Only calls that give a value. */
typedef struct {
    mg_value value; /* id 0: not a value of the graph */
    double number;  /* then, if it is one; else not a number */
} mg_network_operand;

typedef struct {
    const char *function;
    mg_value result;
    size_t n;
    mg_network_operand *operand;
} mg_network_call;

/* A formula that runs but is hardly meant. */
typedef struct {
    mg_place place;
    const char *text;
} mg_network_warning;

struct mg_network {
    mg_ctx *ctx;
    mg_arena arena;
    const char *file;   /* for messages */
    const char *source; /* the file's text */
    size_t source_length;
    mg_graph *graph;

    size_t n_inputs, n_params, n_states, n_values, n_outputs, n_metrics;
    mg_network_input *input; /* in the order of the file */
    mg_network_param *param; /* in the order of evaluation */
    mg_network_state *state; /* the network's, then the optimiser's */
    mg_network_value *value; /* outputs, metrics, loss, penalty included */
    mg_network_value *output;
    mg_network_value *metric;
    mg_value loss;    /* id 0: none; a scalar of one example */
    mg_value penalty; /* id 0: none; a scalar of parameters */
    mg_value weight;  /* id 0: 1; a scalar of one example */
    size_t n_calls;
    mg_network_call *call; /* in the order of evaluation */
    size_t n_warnings;
    mg_network_warning *warning;
    mg_network_train train;
};

/* mg_network_create (matgrad.h) before the derivatives inside formulas are
 * expanded: the graph may hold ops that stand for derivatives. */
mg_status mg_network_read(mg_ctx *ctx, const char *source, size_t length,
                          const mg_network_options *options, mg_network **out);

/* Hands each warning to the log hook: "net.mg:3:7: warning: ...". */
void mg_network_log_warnings(const mg_network *n);

/* The input, parameter or value of that name, or NULL. */
const mg_network_input *mg_network_find_input(const mg_network *n,
                                              const char *name);
const mg_network_param *mg_network_find_param(const mg_network *n,
                                              const char *name);
const mg_network_value *mg_network_find_value(const mg_network *n,
                                              const char *name);

/* Fills a dense tensor of the parameter's shape (f32 or f64) with its initial
 * values: a function of the seed and the parameter's number alone, drawn in
 * double precision and rounded. */
mg_status mg_network_init_param(const mg_network *n, size_t index,
                                uint64_t seed, const mg_tensor *out);

#endif
