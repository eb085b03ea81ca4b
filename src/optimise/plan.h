/* plan: a graph compiled to an array of bound steps over one arena. Read-only
 * once made; sessions (run/) hold the memory. Layer optimise. */
#ifndef MG_OPTIMISE_PLAN_H
#define MG_OPTIMISE_PLAN_H

#include "graph/op.h"

/* Whose memory an operand stands in. */
typedef enum {
    MG_SPACE_ARENA,    /* the session's; offset from its start */
    MG_SPACE_CONSTANT, /* the plan's own */
    MG_SPACE_LEAF,     /* bound from outside: leaf number `leaf` */
} mg_space;

/* An operand: a tensor whose data the session knows. tensor.data is NULL but
 * for constants. */
typedef struct {
    mg_tensor tensor;
    mg_space space;
    size_t offset; /* bytes from the start of the arena or leaf */
    size_t leaf;
} mg_operand;

/* Nodes that one step computes: one of any kind, several that are a loop
 * (loop.h), or these and a product that they alone read. */
typedef struct mg_group mg_group;
struct mg_group {
    size_t n;
    const mg_node *const *node; /* in an order in which they can be computed */
    size_t n_inputs, n_outputs;
    const mg_value *input;  /* of one node its inputs, of several each value
                             * that comes from elsewhere, once */
    const mg_value *output; /* what others read */
    const mg_group *loop;   /* the same less node[0], a product; or NULL */
};

/* The number of the input that is this value, or -1. */
int mg_group_find_input(const mg_group *group, mg_value x);

/* The group of a node alone, whose pointer must last as long. */
mg_group mg_group_of_one(const mg_node *const *node);

typedef struct mg_step mg_step;
typedef struct mg_kernel mg_kernel;

/* Does the step. arg[i] is the address of operand i's element 0, the outputs
 * last; behind them stand arg[n_operands], the scratch memory, and
 * arg[n_operands + 1], what the kernel's bind made. Allocates nothing. */
typedef void mg_step_fn(const mg_step *step, void *const arg[],
                        mg_frame *frame);

/* What a thread goes on with when it has made some rows of a step's output,
 * counted through all leading axes. */
typedef void mg_then_fn(void *data, int64_t begin, int64_t end);

/* Does the step, and then that with all rows, in parts. */
typedef void mg_step_then_fn(const mg_step *step, void *const arg[],
                             mg_frame *frame, mg_then_fn *then, void *data);

struct mg_step {
    mg_step_fn *run;
    mg_step_then_fn *run_then; /* of steps that are cut along rows; or NULL */
    int64_t parts;             /* into so many */
    bool by_rows; /* asked of take: to be cut along rows, if at all */
    const mg_kernel *kernel;
    const mg_node *node;   /* what it computes; of several the last */
    const mg_group *group; /* all of it; NULL: the node alone */
    int n_operands, n_outputs;
    mg_operand *operand; /* [n_operands], inputs, then the outputs */
    void *data;          /* the kernel's own, made by take */
    size_t scratch;      /* bytes at MG_ALIGNMENT that live during the step */
    size_t scratch_offset;
};

typedef struct {
    const mg_node *node; /* input, variable or setting */
} mg_plan_leaf;

typedef struct {
    const char *name;
    mg_operand operand;
} mg_plan_result;

struct mg_plan {
    mg_ctx *ctx;
    mg_arena arena; /* owns all of the below */
    mg_graph *graph;
    size_t n_steps, n_leaves, n_results;
    size_t n_deferred; /* updates of variables by what a run leaves in the
                        * arena: they stand behind the other steps, and are
                        * done by steps of the next run, if there is one
                        * (deferred.c) */
    mg_step *step;
    mg_plan_leaf *leaf;
    mg_plan_result *result;
    size_t arena_bytes; /* what a session needs */
    size_t live_bytes;  /* the largest live set: the lower bound of that */
};

/* Of a run and deferred: what a session needs addresses for. */
size_t mg_plan_all_steps(const mg_plan *plan);

/* Floating-point operations of a step, and of one run of the plan. */
double mg_step_flops(const mg_plan *plan, const mg_step *step);
double mg_plan_flops(const mg_plan *plan);

struct mg_target;

/* Compiles a graph: every root becomes a result or an update of a variable in
 * place. The plan takes the graph over, also on failure. */
mg_status mg_plan_create(mg_graph *graph, const struct mg_target *target,
                         mg_plan **out);

#endif
