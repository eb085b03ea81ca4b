/* profile: where a step's time goes, as a table or as JSON. Layer cli. */
#ifndef MG_CLI_PROFILE_H
#define MG_CLI_PROFILE_H

#include "base/text.h"

/* The steps, slowest first; those of less than a thousandth of the time are
 * one line. */
void mg_text_profile(mg_text *text, const mg_profile *profile);

/* All steps in their order, as one line. */
void mg_text_profile_json(mg_text *text, const mg_profile *profile);

#endif
