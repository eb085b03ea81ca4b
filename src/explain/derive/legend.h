/* legend: what a derivation's notation means, as far as it was used. Layer
 * explain. */
#ifndef MG_EXPLAIN_DERIVE_LEGEND_H
#define MG_EXPLAIN_DERIVE_LEGEND_H

#include "explain/derive/label.h"

/* "The gradient of loss" */
void mg_put_title(mg_text *text, const mg_derivation *derivation);
/* Below text or LaTeX. */
void mg_put_legend(mg_text *text, const mg_derivation *derivation,
                   mg_style style);
/* The functions of the legend, for a formula file. */
void mg_put_functions(mg_text *text, const mg_derivation *derivation);

#endif
