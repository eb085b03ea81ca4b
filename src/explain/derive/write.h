/* write: terms as text: mathematics for people, formulas for the language.
 * Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_WRITE_H
#define MG_EXPLAIN_DERIVE_WRITE_H

#include "explain/derive/label.h"

typedef struct {
    const mg_derivation *derivation;
    mg_style style;
    mg_spelling spelling; /* of names, in that style */
    bool shapes;          /* of every factor */
    int indent; /* > 0: the outermost sum breaks its line so far to the right
                 * before every part but the first */
    mg_text *text;
    const char *problem; /* of formulas: an op without a form; else NULL */
} mg_writer;

/* In the notation of the style (not MG_FORMULA). */
void mg_write_math(mg_writer *w, const mg_term *x);
/* In the formula language. */
void mg_write_formula(mg_writer *w, const mg_term *x);

/* A term as a value of a formula file; returns the name of an op that has no
 * form there, or NULL (formula_file.c). */
const char *mg_put_formula(mg_text *text, const mg_derivation *derivation,
                           const mg_term *x);

/* How tightly a term binds where mathematics is written, and the same of the
 * formula language. */
typedef enum {
    MG_BINDS_SUM,
    MG_BINDS_PRODUCT, /* by element */
    MG_BINDS_FACTORS, /* side by side: numbers, matrices */
    MG_BINDS_POWER,
    MG_BINDS_ATOM,
} mg_binding_strength;
mg_binding_strength mg_math_strength(const mg_term *x, mg_style style);

/* The parts of a product, numbers apart: what is written above and below. */
typedef struct {
    double number;
    int p, q;  /* q > 1: the number is a fraction p / q */
    bool root; /* it is 1 / sqrt(q) */
    int n_scalars, n_arrays, n_below;
} mg_product_shape;
mg_product_shape mg_measure_product(const mg_term *x, double number,
                                    mg_style style);

/* Operations that are no sums, products or matrices (math_apply.c). */
void mg_write_application(mg_writer *w, const mg_term *x);
void mg_write_at(mg_writer *w, const mg_term *x, mg_binding_strength least);
/* "[1:3, :]" of a slice, or of where a pad puts its operand. */
void mg_write_slice(mg_writer *w, const mg_term *x);
/* A constant's elements as nested lists. */
void mg_write_list(mg_writer *w, const mg_term *x);

#endif
