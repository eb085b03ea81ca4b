/* lower: the tree of a formula file to the graph of one example.
 *
 *   lower.c            errors, places, conversions of items
 *   scope.c, path.c    names and paths
 *   lower_*.c          expressions, calls, statements
 *   builtins.c         functions that are no single operation
 *   derivatives.c      grad and its like, values of a batch and of all data
 *   lower_state.c      states, :=, lower_rule.c  rules and optimisers
 *
 * After an error an expression is MG_ITEM_ERROR, and lowering goes on; after
 * a failed allocation everything is, and l->status says so. Layer formula. */
#ifndef MG_FORMULA_LOWER_H
#define MG_FORMULA_LOWER_H

#include "formula/network.h"
#include "formula/problem.h"
#include "formula/table.h"
#include "formula/value.h"

/* Operations written out; calls inside one another's bodies; expressions inside
 * one another, those of called bodies included. */
#define MG_OPERATION_LIMIT 1000000
#define MG_CALL_LIMIT 1000
#define MG_LOWER_LIMIT 4000

/* One := . */
typedef struct {
    mg_state *state;
    mg_value now[2], next[2]; /* before and after */
} mg_state_change;

/* `optimiser PATTERN = rule(..)`. */
typedef struct {
    mg_invocation call; /* all but the weight and the gradient */
    const char *pattern;
    mg_spot at; /* of the pattern */
    const mg_expr *expr;
    mg_scope scope;
} mg_optimiser;

struct mg_lower {
    mg_ctx *ctx;
    mg_arena *arena; /* what only lowering needs */
    mg_network *network;
    mg_graph *g;
    mg_problems *problems;
    mg_status status; /* MG_NO_MEMORY once memory ran out */
    bool training;
    const mg_expr *refused; /* the library call of the last error */
    bool stopped;           /* too much was written out: say it once */

    mg_scope scope;
    const mg_activation *activation; /* NULL: top level */
    mg_path *path;                   /* that names go on from */
    int blocks;       /* {} that are open in the file; 0: top level */
    bool hidden;      /* named values are not listed */
    bool in_training; /* inside the branch that training takes */
    bool in_metric;
    bool in_rule;       /* a rule's body, where parameters cannot be made */
    bool trial;         /* what is made is for checking only, kept nowhere */
    int depth;          /* of expressions inside one another */
    int calls;          /* of functions inside one another */
    size_t activations; /* so far */
    int64_t operations;
    int64_t random_calls;

    mg_table top; /* name -> mg_binding of the file */
    size_t n_top;
    mg_table library; /* name -> mg_function */
    mg_table builtin; /* name -> mg_function, made when first met */
    mg_table paths;   /* path -> mg_path_entry */
    mg_table later;   /* name -> statement of the file that gives it */

    /* Lists that grow; copied into the network at the end. */
    size_t params, values, inputs, outputs, metrics, warnings, library_calls;
    size_t network_states;
    bool has_train;
    mg_state **state; /* the network's, then of rules */
    size_t n_states, states;
    mg_state_change *change; /* := so far, so that a branch can be undone */
    size_t n_changes, changes;
    mg_optimiser *optimiser; /* what train says, in this order */
    size_t n_optimisers, optimisers;
    mg_state *weight; /* of the rule that is being written out */
    bool *softmax;    /* by node id: made by the library's softmax */
    size_t softmax_capacity;
};

/* What a path stands for. */
typedef struct {
    bool call; /* a part of paths only */
    bool param;
    bool listed;
    mg_state *state;   /* or NULL */
    size_t activation; /* that gave the value: its number */
    size_t index;      /* of a listed value */
    mg_value value;
} mg_path_entry;

/* ---- lower.c ---- */

extern const mg_item mg_item_error;
mg_item mg_item_integer(int64_t integer);
mg_item mg_item_real(double real);
mg_item mg_item_truth(bool truth);
mg_item mg_item_value(mg_value value);
bool mg_item_is_known(const mg_item *item); /* a number or truth value */

/* Notes that memory ran out; returns the error item. */
mg_item mg_lower_no_memory(mg_lower *l);
void *mg_lower_alloc(mg_lower *l, size_t count, size_t size);

/* Reports an error at e (at the user's call, if e is the library's). */
mg_problem *mg_lower_error(mg_lower *l, const mg_expr *e, const char *format,
                           ...) MG_PRINTF(3, 4);
/* The same at a point of the present source. */
mg_problem *mg_lower_error_at(mg_lower *l, mg_spot at, size_t length,
                              const char *format, ...) MG_PRINTF(4, 5);

/* Where e stands in the user's file. */
mg_span mg_lower_span(const mg_lower *l, const mg_expr *e);
/* The expression's source as the user wrote it; never NULL. */
const char *mg_lower_text(mg_lower *l, const mg_expr *e);

/* Nodes built from here on come from e. */
void mg_lower_place(mg_lower *l, const mg_expr *e);
/* Counts an operation; false once there are too many. */
bool mg_lower_count(mg_lower *l, const mg_expr *e);
/* The value of a builder, or its failure as an error at e. */
mg_item mg_lower_built(mg_lower *l, const mg_expr *e, mg_value value);

/* Conversions; false (id 0) after an error, which they report at e. */
mg_value mg_lower_value(mg_lower *l, const mg_item *item, const mg_expr *e);
bool mg_lower_integer(mg_lower *l, const mg_item *item, const mg_expr *e,
                      const char *what, int64_t *out);
/* An integer, or a tuple or list of them. */
bool mg_lower_integers(mg_lower *l, const mg_item *item, const mg_expr *e,
                       const char *what, int *n, const int64_t **out);
bool mg_lower_shape(mg_lower *l, const mg_item *item, const mg_expr *e,
                    mg_shape *out);
/* A number made of constants alone. */
bool mg_lower_real(mg_lower *l, const mg_item *item, const mg_expr *e,
                   const char *what, double *out);
/* "an integer", "a tuple", ... */
const char *mg_item_kind_name(const mg_item *item);

/* Adds a warning at e. */
void mg_lower_warn(mg_lower *l, const mg_expr *e, const char *format, ...)
    MG_PRINTF(3, 4);

/* ---- habit.c ---- */

/* What to write instead of a name that other languages have, or NULL. */
const char *mg_habit_help(const char *name);

/* ---- scope.c ---- */

/* The binding of a plain name among locals and the file's names, or NULL. */
const mg_binding *mg_scope_find(const mg_lower *l, const char *name);
/* What a name or path means; reports what is unknown. */
mg_item mg_lower_name(mg_lower *l, const mg_expr *e);
/* The same without a look at the value: only whether the name is known. */
void mg_check_name(mg_lower *l, const mg_expr *e);
/* Where a name's := go: a state; NULL after reporting, or if it is unknown
 * for an error reported before. */
mg_state *mg_lower_find_state(mg_lower *l, const mg_pattern *name);
/* Gives a name its meaning: at top level once, inside a block anew. */
mg_binding *mg_bind(mg_lower *l, const char *name, mg_spot at, mg_item item);
/* The library's function of that name, or NULL. */
const mg_function *mg_find_library(const mg_lower *l, const char *name);
/* A function of the language itself: an op or a builtin; NULL if none. */
const mg_function *mg_find_builtin(mg_lower *l, const char *name);
/* Whether the language will have that function, but has it not yet. */
bool mg_is_planned(const char *name);

/* ---- path.c ---- */

mg_path *mg_path_make(mg_lower *l, mg_path *parent, const char *component,
                      bool call);
/* "h.dense" of the present path and a name: makes the calls on the way part
 * of paths. NULL without memory. */
const char *mg_path_of_name(mg_lower *l, const char *name);
/* Makes a value a named one, listed unless hidden. */
mg_value mg_name_value(mg_lower *l, const char *name, mg_spot at,
                       const mg_statement *s, mg_value value);
/* The path for a new parameter of that name. */
const char *mg_path_of_param(mg_lower *l, const char *name);
mg_status mg_path_note(mg_lower *l, const char *path, mg_path_entry entry);
const mg_path_entry *mg_path_find(const mg_lower *l, const char *path);

/* ---- lower_expression.c, lower_binary.c, lower_index.c, lower_list.c ---- */

mg_item mg_lower_expr(mg_lower *l, const mg_expr *e);
mg_item mg_lower_binary(mg_lower *l, const mg_expr *e);
mg_item mg_lower_index(mg_lower *l, const mg_expr *e);
mg_item mg_lower_list(mg_lower *l, const mg_expr *e);
/* Stacks n values of equal shapes along a new axis. */
mg_value mg_lower_stack(mg_lower *l, const mg_expr *e, size_t n,
                        const mg_value value[], int64_t axis);

/* ---- lower_call.c, library_call.c ---- */

mg_item mg_lower_call(mg_lower *l, const mg_expr *e);
/* A function as value: that of a lambda. */
mg_item mg_lower_lambda(mg_lower *l, const mg_expr *e);
/* The arguments of the call e for the parameters of f but the first `preset`,
 * which the caller fills in; false after an error. */
bool mg_lower_arguments(mg_lower *l, const mg_expr *e, const mg_function *f,
                        size_t preset, mg_invocation *out);
/* Calls a function once its arguments are known. */
mg_item mg_lower_invoke(mg_lower *l, const mg_invocation *call);
/* Notes a call of the library's that gave a value. */
void mg_note_call(mg_lower *l, const mg_invocation *call,
                  const mg_item *result);

/* ---- lower_op.c ---- */

/* The node of an operation over a call's arguments. */
mg_item mg_lower_op(mg_lower *l, const mg_invocation *call);
/* Refuses integers that can leave an axis of that size. */
bool mg_lower_check_range(mg_lower *l, const mg_expr *e, mg_value index,
                          int64_t size);

/* ---- builtins.c ---- */

extern const mg_builtin mg_builtins[];
extern const size_t mg_builtin_count;

/* ---- lower_statement.c, lower_input.c, lower_train.c, check.c ---- */

/* The statements of a file. */
void mg_lower_file(mg_lower *l, const mg_statement *first);
/* A block's statements; its value is the last expression's. */
mg_item mg_lower_block(mg_lower *l, const mg_block *block);
/* The same for a rule's body, which has no value. */
void mg_lower_rule_body(mg_lower *l, const mg_block *block);
/* What is right of = or :=, whose calls are named after the first name on the
 * left. */
mg_item mg_lower_right(mg_lower *l, const mg_statement *s);
void mg_lower_input(mg_lower *l, const mg_statement *s);
void mg_lower_param(mg_lower *l, const mg_statement *s);
/* [dims], the place of what is kept, and the value that it starts with. */
bool mg_lower_dims(mg_lower *l, const mg_statement *s, mg_shape *out);
mg_place mg_lower_place_of(mg_lower *l, const mg_statement *s);
/* A tensor that lives as long as the network, from a value made of constants:
 * of this shape, or with shape NULL of its own. */
bool mg_lower_constant(mg_lower *l, const mg_expr *e, const char *what,
                       const mg_shape *shape, mg_tensor *out);
void mg_lower_train(mg_lower *l, const mg_statement *s);

/* ---- lower_state.c ---- */

void mg_lower_state(mg_lower *l, const mg_statement *s);
void mg_lower_update(mg_lower *l, const mg_statement *s);
/* What a name or path of a state means now. */
mg_value mg_state_now(const mg_state *state);
/* Takes back all := since there were `mark`; they are left behind it, for
 * mg_states_redo, until the next :=. */
void mg_states_undo(mg_lower *l, size_t mark);
/* Does so many := again that were taken back. */
bool mg_states_redo(mg_lower *l, const mg_state_change *change, size_t n);
/* Writes the new values into the network's states. */
void mg_states_finish(mg_lower *l);

/* ---- lower_rule.c ---- */

/* One `optimiser = ..` entry of train: checked now, written out at the end. */
void mg_lower_optimiser(mg_lower *l, const mg_setting_entry *entry);
/* Writes the optimiser's step out for every parameter. */
void mg_lower_rules(mg_lower *l);

/* ---- derivatives.c ---- */

extern const mg_builtin mg_derivatives[];
extern const size_t mg_derivative_count;
/* The number of examples of a batch; e is its name or call. */
mg_value mg_lower_batch_size(mg_lower *l, const mg_expr *e);
/* Whether a metric's value has a total and is one number for all data. */
void mg_lower_check_totals(mg_lower *l, const mg_expr *e, mg_value metric);

/* ---- lower_statement.c ---- */

/* A block's value is its last expression: reports a block without one, and
 * formulas whose value nothing takes. */
void mg_check_block_value(mg_lower *l, const mg_block *block, bool valued);
/* Names and syntax of a function that may never be called. */
void mg_check_def(mg_lower *l, const mg_function *f);
const mg_function *mg_make_function(mg_lower *l, const mg_def *def,
                                    mg_scope scope);
/* Makes room for one more in a list of the network; NULL without memory. */
void *mg_lower_append(mg_lower *l, void *list, size_t *n, size_t *capacity,
                      size_t size);

/* ---- warn.c ---- */

/* Whether value v depends on an input, a target, a parameter. */
typedef struct {
    bool input, target, param, random, setting;
    bool batch;   /* on the number of examples */
    bool derived; /* there is a derivative, which is not expanded yet */
} mg_dependence;
mg_dependence mg_depends(mg_lower *l, mg_value v);
/* The same, not looking behind what joins the examples of a batch (total:
 * those of the data). */
mg_dependence mg_depends_alone(mg_lower *l, mg_value v, bool total);
bool mg_is_made_of_constants(mg_lower *l, mg_value v);
/* Warnings that need the whole network. */
void mg_warn_unreached(mg_lower *l);
/* Warnings about one call of the library, and what it returned. */
void mg_warn_call(mg_lower *l, const mg_invocation *call,
                  const mg_item *result);

#endif
