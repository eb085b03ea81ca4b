/* settings: keys of the train block that come from a command line: where their
 * errors stand. Layer formula. */
#ifndef MG_FORMULA_SETTINGS_H
#define MG_FORMULA_SETTINGS_H

#include "formula/problem.h"

/* Users know the options that they gave, not the text that was made of them.
 * Errors in the settings' source move to the one key and value that they are
 * in, called --optimiser (the value alone) or --set. */
mg_status mg_settings_place(mg_problems *problems, const mg_source *settings);

#endif
