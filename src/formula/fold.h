/* fold: operators over numbers known when compiled. Layer formula. */
#ifndef MG_FORMULA_FOLD_H
#define MG_FORMULA_FOLD_H

#include "formula/lower.h"

/* a op b; both are known. Reports overflow and operands that do not fit. */
mg_item mg_fold(mg_lower *l, const mg_expr *e, mg_item a, mg_item b);

#endif
