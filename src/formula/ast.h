/* ast: a formula file as the parser read it. All of it lives in an arena.
 * Layer formula. */
#ifndef MG_FORMULA_AST_H
#define MG_FORMULA_AST_H

#include "formula/lex.h"

typedef struct mg_expr mg_expr;
typedef struct mg_block mg_block;
typedef struct mg_statement mg_statement;
typedef struct mg_def mg_def;

typedef enum {
    MG_EXPR_INTEGER,
    MG_EXPR_REAL,
    MG_EXPR_TRUTH,  /* as.integer */
    MG_EXPR_NAME,   /* a name or a path */
    MG_EXPR_UNARY,  /* op: minus, plus, not, transpose; as.binary.left */
    MG_EXPR_BINARY, /* op: an operator */
    MG_EXPR_CALL,
    MG_EXPR_INDEX,
    MG_EXPR_LIST,   /* [a, b] */
    MG_EXPR_TUPLE,  /* (a, b) */
    MG_EXPR_IF,     /* if training {..} else {..} */
    MG_EXPR_LAMBDA, /* v -> ..; as.lambda */
} mg_expr_kind;

/* An argument of a call; a positional one has no name. */
typedef struct {
    const char *name;
    mg_spot at;
    const mg_expr *value;
} mg_argument;

/* Between the brackets of x[..]: an index, or begin:end:step, each of which
 * may be missing (NULL). */
typedef struct {
    bool slice;
    const mg_expr *part[3];
    mg_spot at;
} mg_subscript;

struct mg_expr {
    uint8_t kind;                    /* mg_expr_kind */
    uint8_t op;                      /* mg_token_kind */
    uint16_t depth;                  /* of nesting, at most MG_NESTING_LIMIT */
    uint32_t begin, end;             /* without brackets around it */
    uint32_t outer_begin, outer_end; /* with them */
    mg_spot at;                      /* the operator or the function's name */
    union {
        int64_t integer;
        double real;
        const char *name;
        struct {
            const mg_expr *left, *right;
        } binary;
        struct {
            const mg_expr *callee;
            const mg_argument *argument;
            size_t n;
        } call;
        struct {
            const mg_expr *base;
            const mg_subscript *subscript;
            size_t n;
        } index;
        struct {
            const mg_expr *const *item;
            size_t n;
        } list;
        struct {
            const mg_block *then, *otherwise;
        } choice;
        const mg_def *lambda;
    } as;
};

/* Brackets, signs, not, ^, ', indexing and calls nest at most so deep. */
#define MG_NESTING_LIMIT 1000

/* What stands left of =: a name, or several. */
typedef struct mg_pattern {
    const char *name; /* NULL: several */
    mg_spot at;
    uint32_t begin, end;
    const struct mg_pattern *const *item;
    size_t n;
} mg_pattern;

typedef enum {
    MG_STATEMENT_BROKEN, /* reported; its pattern still gives names */
    MG_STATEMENT_ASSIGN,
    MG_STATEMENT_UPDATE, /* name := value */
    MG_STATEMENT_EXPRESSION,
    MG_STATEMENT_INPUT,
    MG_STATEMENT_TARGET,
    MG_STATEMENT_PARAM,
    MG_STATEMENT_STATE,
    MG_STATEMENT_OUTPUT,
    MG_STATEMENT_LOSS,
    MG_STATEMENT_WEIGHT,
    MG_STATEMENT_PENALTY,
    MG_STATEMENT_METRIC,
    MG_STATEMENT_DEF,
    MG_STATEMENT_RULE,
    MG_STATEMENT_TRAIN,
} mg_statement_kind;

/* A function's parameter. */
typedef struct {
    const char *name;
    mg_spot at;
    const mg_expr *value; /* the default, or NULL */
} mg_parameter;

/* A function, a rule (whose first two parameters are the weight and its
 * gradient) or a lambda. */
struct mg_def {
    const char *name; /* NULL: a lambda's */
    mg_spot at;
    const mg_parameter *parameter;
    size_t n;
    const mg_block *body;
    bool rule;
    bool derives; /* its body may take derivatives by its parameters */
};

/* key = value in a train block; optimiser PATTERN = value for some of the
 * parameters. */
typedef struct {
    const char *key;
    const char *pattern; /* NULL: all */
    mg_spot pattern_at;
    mg_spot at;
    const mg_expr *value;
} mg_setting_entry;

struct mg_statement {
    mg_statement_kind kind;
    const mg_statement *next;
    uint32_t begin, end;
    mg_spot at;                /* the statement's first word */
    const mg_pattern *pattern; /* the names it gives, or NULL */
    const mg_expr *value;      /* right of =, or after class, int */
    /* input, target, param, state */
    bool has_dims;
    bool integers; /* class or int */
    const mg_expr *const *dim;
    size_t n_dims;
    const mg_expr *initial; /* after ~: a name or a call */
    const mg_def *def;
    const mg_setting_entry *entry; /* train */
    size_t n_entries;
};

struct mg_block {
    const mg_statement *first;
    uint32_t begin, end;
    mg_spot at;
};

#endif
