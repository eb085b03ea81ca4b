/* label: how names are spelled in each notation, and numbers. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_LABEL_H
#define MG_EXPLAIN_DERIVE_LABEL_H

#include "explain/derive/lines.h"

typedef enum { MG_TEXT, MG_ASCII, MG_LATEX, MG_FORMULA } mg_style;

void mg_put_label(mg_text *text, const mg_label *label, mg_style style);
/* A path of the network: "h.dense.W". */
void mg_put_path(mg_text *text, const char *path, mg_style style);
/* The name that a formula file gives the gradient by `path`: d_h_dense_W. */
void mg_put_gradient_name(mg_text *text, const mg_network *network,
                          const char *path);
/* What a formula file calls a label: its path, delta_z, u1. */
void mg_put_formula_label(mg_text *text, const mg_network *network,
                          const mg_label *label);
/* |number| = p / q with small whole p, q > 1, where that reads better than
 * decimals. */
bool mg_is_fraction(double number, mg_style style, int *p, int *q);
/* A number >= 0 as decimals: 6 digits for people, all for formula files. */
void mg_put_decimal(mg_text *text, double number, mg_style style);

#endif
