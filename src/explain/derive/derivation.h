/* derivation: the derivative of a network as matrix formulas, in the notation
 * of the lecture, of LaTeX, or of the formula language. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_DERIVATION_H
#define MG_EXPLAIN_DERIVE_DERIVATION_H

#include "formula/network.h"

typedef struct mg_derivation mg_derivation;

typedef struct {
    const char *wrt; /* an input, parameter or named value; NULL: every
                      * parameter */
    bool unfold;     /* open library calls instead of writing their names */
    bool exact;      /* no form that fails where a value is 0: for formulas
                      * that run rather than for reading */
} mg_derivation_options;

/* The gradient of loss + penalty; without both, what becomes of the outputs'
 * gradients. The network must live as long. */
mg_status mg_derivation_create(const mg_network *network,
                               const mg_derivation_options *options,
                               mg_derivation **out);
void mg_derivation_destroy(mg_derivation *derivation);

typedef struct {
    bool ascii;  /* text without UTF-8 */
    bool shapes; /* the shape of every factor (text, LaTeX) */
} mg_derivation_text_options;

void mg_derivation_text(const mg_derivation *derivation,
                        const mg_derivation_text_options *options,
                        mg_text *text);
/* A whole document, for any LaTeX with amsmath. */
void mg_derivation_latex(const mg_derivation *derivation, bool shapes,
                         mg_text *text);
/* The network's own source and below it the derivatives, as d_W1 = ..: a
 * formula file again. Fails where the language has no form for a value. */
mg_status mg_derivation_formula(const mg_derivation *derivation, mg_text *text);
/* One line of JSON. */
void mg_derivation_json(const mg_derivation *derivation, mg_text *text);

#endif
