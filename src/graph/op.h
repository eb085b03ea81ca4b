/* op: what an operation is. Each stands whole in one file of src/ops: types,
 * derivative, batch rule, reference, words. A new operation is one new file
 * and one line of include/matgrad/ops.def. Layer graph. */
#ifndef MG_GRAPH_OP_H
#define MG_GRAPH_OP_H

#include "graph/frame.h"
#include "graph/graph.h"

#define MG_VARIADIC (-1)
#define MG_MAX_PARAMS 4
#define MG_MAX_RULES 3

/* How an op moves through the compiler. */
typedef enum {
    MG_LEAF,        /* no inputs, bound from outside or constant */
    MG_ELEMENTWISE, /* y[i] = scalar(x0[i], x1[i], ...), broadcast */
    MG_REDUCE,      /* attrs: keep (0 or 1), then the axes, ascending */
    MG_MOVE,        /* elements are moved, not computed */
    MG_OTHER,
} mg_op_kind;

typedef enum {
    MG_DEAR,        /* some twenty instructions and more */
    MG_EXPONENTIAL, /* as exp */
    MG_CHEAP,       /* an instruction or two */
} mg_effort;

/* To what mg_apply converts the operands. */
typedef enum {
    MG_AS_GIVEN,
    MG_AS_REALS,   /* truth values and integers become the graph's real */
    MG_AS_NUMBERS, /* a common type; truth values become integers */
    MG_AS_ALIKE,   /* a common type; truth values may stay */
    MG_AS_TRUTH,   /* must be truth values */
} mg_operands;

/* A parameter of the op as a function of the formula language. */
typedef enum {
    MG_PARAM_END,
    MG_PARAM_VALUE,  /* a value, positional or by name */
    MG_PARAM_VALUES, /* all positional arguments from here on */
    MG_PARAM_INT,    /* an integer known when compiled */
    MG_PARAM_INTS,   /* an integer or a tuple of integers, e.g. axes, shapes */
    MG_PARAM_FLAG,   /* true or false */
} mg_param_kind;

typedef struct {
    const char *name;
    mg_param_kind kind;
    bool optional;   /* may be left out; the op then chooses */
    bool named_only; /* written name = ..., never by position */
    bool nested;     /* INTS that may be tuples of tuples, read in a row */
} mg_param;

/* The arguments of such a call, by the position of their parameter. */
typedef struct {
    int n_values;
    const mg_value *value; /* VALUE and VALUES arguments that were given */
    struct {
        bool given;
        int n; /* of a tuple; 1 for INT and FLAG */
        const int64_t *integer;
    } at[MG_MAX_PARAMS];
} mg_call;

struct mg_op {
    const char *name;    /* in the text form, and as a function if .params */
    const char *formula; /* in mathematics: "y = exp(x)" */
    const char *doc;     /* one sentence and what else a user must know */
    mg_op_kind kind;
    mg_operands operands;
    int n_inputs;      /* or MG_VARIADIC */
    const char *attrs; /* what the attributes are, in order: "keep, axes..." */

    /* The type of y; fails with a message that names the shapes. The inputs'
     * nodes are read through g. */
    mg_status (*type)(const mg_graph *g, const mg_node *y, mg_type *out);

    /* Gradient exchanger: from dy the gradient of every input, as graph. An
     * input without gradient (integers) keeps id 0, which stands for zero.
     * Either this or the reason why there is none. */
    void (*vjp)(mg_graph *g, const mg_node *y, mg_value dy, mg_value dx[]);
    const char *no_gradient;
    /* The exchanger in words, one an input: G is the incoming gradient, y the
     * value, {0} {1} {2} the inputs: "G {1}ᵀ". For explain. */
    const char *rule[MG_MAX_RULES];

    /* The same op for n examples at once. x[i] has a leading axis of n where
     * batched[i]; y (the one-example node, of graph `from`) says the rest.
     * Returns the value with a leading axis of n. At least one is batched,
     * but for random ops. */
    mg_value (*batch)(mg_graph *g, const mg_graph *from, const mg_node *y,
                      const mg_value x[], const bool batched[], int64_t n);

    /* The oracle: for elementwise ops one element (integers and truth values
     * as doubles), for all others the whole tensor in plain loops, any
     * strides; y is dense or any view. Reads outside become frame faults. */
    double (*scalar)(const double x[]);
    void (*reference)(mg_frame *frame, const mg_node *node, const mg_tensor x[],
                      const mg_tensor *y);

    /* If y can be x's memory with other strides, sets y's data and strides
     * (its type is set already) and returns true. */
    bool (*view)(const mg_node *node, const mg_tensor *x, mg_tensor *y);

    /* Floating-point operations; NULL: one an element of y (of x where it
     * reduces), none where it only moves. */
    double (*flops)(const mg_graph *g, const mg_node *node);

    struct {
        const char *op; /* ONNX operator, NULL: made of several or none */
        int since_opset;
    } onnx;

    /* As a function of the formula language; NULL for operators and
     * internals. build NULL: mg_apply over the values. */
    const mg_param *params; /* ends with MG_PARAM_END */
    mg_value (*build)(mg_graph *g, const mg_call *call);

    /* Of elementwise ops: about how long an element takes in a vector loop, to
     * weigh it against memory. */
    mg_effort effort;
    /* Of reductions: rows are folded in one loop with what is computed of
     * their elements and of the result (optimise/extent.h). */
    bool folds_rows;

    bool draws;    /* random: never merged, always batched, attr[0]: call */
    bool by_place; /* without operands: an element is computed from its place
                    * in C order alone, by a loop beside others too */
    bool derives;  /* stands for a derivative, which derive/ puts in its place
                    * before anything else: it has no other rules */
    bool joins;    /* looks at all examples of a batch: its batch rule gives
                    * one value for all, without a batch axis */
    double domain[2]; /* where tests draw its inputs; {0, 0}: -2 to 2 */
    /* Formulas over free sizes, "x[m,n], y[n,k]: x @ y"; the inputs as input
     * statements have them ("i[k] int m"). All generic tests run over these,
     * with many sizes for the letters (0 and 1 among them unless the text
     * says "m>0"): "x[m,n] m>0: max(x, axis = 0)". At least one; ends with
     * NULL. Ops that no formula reaches give a graph test of their own. */
    const char *const *examples;
};

/* The catalogue, in the order of ops.def. */
extern const mg_op *const mg_ops[];
extern const size_t mg_op_count;
const mg_op *mg_op_find(const char *name, size_t length);

#define MG_OP(name, parameters) extern const mg_op mg_op_##name;
#include "matgrad/ops.def"
#undef MG_OP

/* ---- Rules that many ops share (rules.c) ---- */

/* What must hold before an op's rules may read a node, wherever it comes
 * from: the number of its inputs, their element types after conversion, the
 * axes of reductions, no attributes or data where the op has none. */
mg_status mg_check_form(const mg_graph *g, const mg_node *node);

/* Broadcast shape; y's element type is the operands'. */
mg_status mg_type_elementwise(const mg_graph *g, const mg_node *y,
                              mg_type *out);
/* Broadcast shape, truth values. */
mg_status mg_type_compare(const mg_graph *g, const mg_node *y, mg_type *out);
/* Shape less the axes (or with them as 1), the operand's element type. */
mg_status mg_type_reduce(const mg_graph *g, const mg_node *y, mg_type *out);

mg_value mg_batch_elementwise(mg_graph *g, const mg_graph *from,
                              const mg_node *y, const mg_value x[],
                              const bool batched[], int64_t n);
mg_value mg_batch_reduce(mg_graph *g, const mg_graph *from, const mg_node *y,
                         const mg_value x[], const bool batched[], int64_t n);

/* Floating-point operations of a node, by its op's rule or by its kind. */
double mg_node_flops(const mg_graph *g, const mg_node *node);

/* Puts a leading axis of n before an unbatched value, by broadcasting. */
mg_value mg_expand_batch(mg_graph *g, mg_value x, int64_t n);

/* Checks axes (negative ones count from the last), sorts them, refuses a
 * repeated one; n = -1 stands for all. Writes the canonical ones to out[] and
 * their number to *n_out; on failure a sticky error naming `op`, false. */
bool mg_canonical_axes(mg_graph *g, const char *op, int rank, int n,
                       const int64_t axes[], int64_t out[MG_MAX_RANK],
                       int *n_out);

/* Builds a MG_REDUCE op: all axes when n is -1. */
mg_value mg_reduce(mg_graph *g, const mg_op *op, mg_value x, int n,
                   const int64_t axes[], bool keep);
/* The same from a call with parameters (x, axis, keep), in this order. */
mg_value mg_reduce_call(mg_graph *g, const mg_op *op, const mg_call *call);

/* Walks a reduction in the oracle: for every element of y, f is called with
 * the `count` elements of x that it reduces, which mg_fold_item reads in C
 * order, as doubles. */
typedef struct mg_fold_items mg_fold_items;
double mg_fold_item(const mg_fold_items *items, int64_t index);
typedef double mg_fold_fn(const mg_fold_items *items, int64_t count);
void mg_reduce_reference(const mg_node *node, const mg_tensor *x,
                         const mg_tensor *y, mg_fold_fn *f);

#endif
