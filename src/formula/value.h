/* value: what an expression is while a formula is lowered to a graph.
 * Integers and literals known when compiled are no nodes until they meet a
 * value. Layer formula. */
#ifndef MG_FORMULA_VALUE_H
#define MG_FORMULA_VALUE_H

#include "formula/ast.h"
#include "graph/op.h"

typedef struct mg_lower mg_lower;
typedef struct mg_function mg_function;
typedef struct mg_state mg_state;

typedef enum {
    MG_ITEM_ERROR, /* reported; silences what follows from it */
    MG_ITEM_INTEGER,
    MG_ITEM_REAL,
    MG_ITEM_TRUTH, /* as.integer */
    MG_ITEM_VALUE, /* a node of the graph */
    MG_ITEM_TUPLE,
    MG_ITEM_FUNCTION,
} mg_item_kind;

typedef struct mg_item {
    mg_item_kind kind;
    union {
        int64_t integer;
        double real;
        mg_value value;
        const mg_function *function;
        struct {
            const struct mg_item *item;
            size_t n;
        } tuple;
    } as;
} mg_item;

/* A stretch of a path: the name of a value (h), or a call's part (dense,
 * dense.2), which gets its number when something in it is first named. */
typedef struct mg_path {
    struct mg_path *parent; /* NULL: top level */
    const char *component;
    bool call;
    const char *full;  /* NULL: nothing named so far */
    const char *joint; /* before what goes on from it: "." or, behind the
                        * parameter that a rule is for, "/" */
} mg_path;

/* What := gives new values: a state, or the weight of a rule. */
struct mg_state {
    mg_value variable; /* from before the step */
    mg_value now;      /* what its name means */
    mg_value next;     /* after the step; id 0: nothing was given */
    size_t index;      /* among the network's states; SIZE_MAX: not there */
    mg_shape shape;
    const char *path;
};

typedef struct mg_activation mg_activation;

typedef struct mg_binding {
    const char *name;
    mg_item item;
    const struct mg_binding *next; /* of locals: the one before */
    size_t order;                  /* at top level: its number */
    mg_spot at;
    const mg_path *base;   /* its path is base + path_name */
    const char *path_name; /* NULL: it has no path */
    /* Of a function's parameter: the argument's text, for messages. */
    const mg_expr *argument;
    mg_state *state; /* its value changes with :=; else NULL */
} mg_binding;

/* Which names an expression sees. */
typedef struct {
    const mg_binding *local; /* the newest, or NULL */
    size_t visible;          /* top-level names with a lower order */
    const mg_source *source;
    bool steps; /* step and steps are known: in train and rules */
} mg_scope;

/* The arguments of a call, by parameter. */
typedef struct {
    const mg_expr *call;
    const mg_function *function;
    size_t n; /* parameters */
    const bool *given;
    const mg_item *item;        /* [n] */
    const mg_expr *const *expr; /* [n], NULL where not given */
    bool later;                 /* of repeat: item[] goes on from what expr[]
                                 * says */
    size_t n_rest;              /* positional arguments of a VALUES parameter */
    const mg_item *rest;
    const mg_expr *const *rest_expr;
} mg_invocation;

typedef mg_item mg_builtin_fn(mg_lower *l, const mg_invocation *call);

/* A function of the language that is no single operation. */
typedef struct {
    const char *name;
    const mg_param *params;
    mg_builtin_fn *lower;
} mg_builtin;

struct mg_function {
    const char *name;
    const mg_param *params; /* ends with MG_PARAM_END */
    /* One of these three. */
    const mg_def *def;
    const mg_op *op;
    const mg_builtin *builtin;
    mg_scope scope; /* of a def: what it sees */
};

/* A call of a def that is being lowered. */
struct mg_activation {
    size_t number; /* from 1; 0 stands for top level */
    const mg_activation *caller;
    const mg_function *function;
    const mg_expr *call;
    mg_scope scope; /* the caller's, at the call */
};

#endif
