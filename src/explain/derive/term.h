/* term: a formula in the form that a person reads: sums and products of any
 * number of parts, numbers collected in front. Terms are immutable and
 * interned; the constructors simplify, so that what is equal by the rules is
 * the same term. Shapes broadcast as NumPy's. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_TERM_H
#define MG_EXPLAIN_DERIVE_TERM_H

#include "graph/op.h"

typedef enum {
    MG_TERM_NAME,    /* a value that has a name: label */
    MG_TERM_NUMBER,  /* the number */
    MG_TERM_SUM,     /* sum of weight[i] arg[i] */
    MG_TERM_PRODUCT, /* number times all arg[i] ^ weight[i], by element */
    MG_TERM_OUTER,   /* arg[0] arg[1]^T of two vectors */
    MG_TERM_APPLY,   /* op of the arguments */
} mg_term_kind;

/* What a name is made of; the writers spell it. Filled in until writing. */
typedef struct mg_label {
    enum {
        MG_LABEL_VALUE, /* a value of the network: `name` is its path */
        MG_LABEL_DELTA, /* a gradient, named after the value `name` */
        MG_LABEL_HELP,  /* anything else */
        MG_LABEL_GIVEN, /* the gradient by `name`, which comes from outside */
    } kind;
    const char *name;          /* of what only helps: a free letter */
    const struct mg_label *by; /* DELTA: of what this names; or NULL */
    int number;                /* from 1; 0: none is needed */
    int definition;            /* from 1; 0: it stands in the file */
    bool unnamed;              /* nothing in the file gives it: a random draw */
} mg_label;

typedef struct mg_term mg_term;
struct mg_term {
    mg_term_kind kind;
    const mg_op *op; /* of APPLY; never with flags of the optimiser */
    mg_shape shape;
    mg_dtype dtype; /* MG_BOOL: a truth value, 1 or 0 where it meets numbers */
    double number;
    int n;
    const mg_term *const *arg;
    const double *weight; /* [n] of SUM and PRODUCT, else NULL */
    int n_attrs;
    const int64_t *attr; /* as the op has them */
    const mg_tensor *data;
    const mg_label *label;
    uint32_t id;
    int size; /* of the tree that is written out; bounded */
};

typedef struct {
    mg_ctx *ctx;
    mg_arena *arena;
    mg_status status; /* sticky: MG_NO_MEMORY */
    size_t n, capacity, slots;
    const mg_term **item;
    const mg_term **table;
    mg_term nothing; /* the result of what failed */
} mg_terms;

void mg_terms_init(mg_terms *t, mg_ctx *ctx, mg_arena *arena);
void mg_terms_clear(mg_terms *t);

/* The equal term that is there, or a copy of the draft. */
const mg_term *mg_term_intern(mg_terms *t, const mg_term *draft);
void *mg_terms_alloc(mg_terms *t, size_t count, size_t size); /* or NULL */

/* ---- Leaves ---- */

const mg_term *mg_term_number(mg_terms *t, double number);
const mg_term *mg_term_name(mg_terms *t, const mg_label *label, mg_type type);
bool mg_term_is_number(const mg_term *x, double number); /* repeated or not */
bool mg_term_is_op(const mg_term *x, const mg_op *op);

/* ---- By element (algebra.c) ---- */

const mg_term *mg_term_sum(mg_terms *t, int n, const mg_term *const arg[],
                           const double weight[]);
const mg_term *mg_term_add(mg_terms *t, const mg_term *a, const mg_term *b,
                           double weight_of_b);
const mg_term *mg_term_product(mg_terms *t, int n, const mg_term *const arg[],
                               const double power[]);
const mg_term *mg_term_times(mg_terms *t, const mg_term *a, const mg_term *b);
const mg_term *mg_term_scale(mg_terms *t, double factor, const mg_term *x);
const mg_term *mg_term_power(mg_terms *t, const mg_term *x, double power);
/* What a product's number and its factors without axes leave of it; *front is
 * their product. */
const mg_term *mg_term_without_front(mg_terms *t, const mg_term *x,
                                     const mg_term **front);

/* The product multiplied out if that cancels fractions, else as it is
 * (expand.c). */
const mg_term *mg_term_cancelled(mg_terms *t, const mg_term *product);

/* ---- Conditions (choice.c) ---- */

const mg_term *mg_term_where(mg_terms *t, const mg_term *c, const mg_term *a,
                             const mg_term *b);
const mg_term *mg_term_not(mg_terms *t, const mg_term *c);
const mg_term *mg_term_compare(mg_terms *t, const mg_op *op,
                               const mg_shape *shape, const mg_term *a,
                               const mg_term *b);
const mg_term *mg_term_logic(mg_terms *t, const mg_op *op,
                             const mg_shape *shape, const mg_term *a,
                             const mg_term *b);

/* ---- Matrices and shapes (matrix.c) ---- */

const mg_term *mg_term_apply(mg_terms *t, const mg_op *op, mg_type type, int n,
                             const mg_term *const arg[], int n_attrs,
                             const int64_t attr[]);
const mg_term *mg_term_matmul(mg_terms *t, const mg_term *a, const mg_term *b);
const mg_term *mg_term_transpose(mg_terms *t, const mg_term *x,
                                 const int64_t axes[]);
const mg_term *mg_term_swap(mg_terms *t, const mg_term *x);
const mg_term *mg_term_outer(mg_terms *t, const mg_term *u, const mg_term *v);
const mg_term *mg_term_reshape(mg_terms *t, const mg_term *x,
                               const mg_shape *shape);
const mg_term *mg_term_broadcast(mg_terms *t, const mg_term *x,
                                 const mg_shape *shape);
/* attr: keep, then the axes, as the op's. */
const mg_term *mg_term_total(mg_terms *t, const mg_term *x, int n_attrs,
                             const int64_t attr[]);
/* The vector that a column is made of, else x. */
const mg_term *mg_vector_of(const mg_term *x);
/* Whether x swaps the last two axes of its argument. */
bool mg_term_is_swap(const mg_term *x);
/* Whether x is the identity matrix, as Jacobians are made of it. */
bool mg_term_is_identity(const mg_term *x);

#endif
