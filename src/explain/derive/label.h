/* label: how names are spelled in each notation, and numbers. Layer explain. */
#ifndef MG_EXPLAIN_DERIVE_LABEL_H
#define MG_EXPLAIN_DERIVE_LABEL_H

#include "explain/derive/lines.h"

typedef enum { MG_TEXT, MG_ASCII, MG_LATEX, MG_FORMULA } mg_style;

/* The notation, and a path whose own names are written without it: in
 * "z.3.block" y is z.3.block.y, unless the file has another y. */
typedef struct {
    mg_style style;
    const mg_network *network;
    const char *scope; /* not terminated */
    size_t length;     /* 0: none */
} mg_spelling;

void mg_put_label(mg_text *text, const mg_label *label,
                  const mg_spelling *spelling);
/* A path of the network: "h.dense.W". */
void mg_put_path(mg_text *text, const char *path, const mg_spelling *spelling);
/* The length of a path's part that one turn of a repeat and its function give:
 * of "z.3.block" in "z.3.block.y"; 0 if it has none. */
size_t mg_scope_of(const char *path);
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
