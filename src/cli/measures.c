/* measures: losses and metrics as JSON. Layer cli. */
#include "cli/measures.h"

#include <math.h>

#define DIGITS 9 /* measures are means of f32 values */

void mg_json_measure(mg_text *text, double value, int digits, bool *finite)
{
    if (isfinite(value)) {
        mg_text_real(text, value, digits);
    } else {
        mg_text_puts(text, "null");
        *finite = false;
    }
}

void mg_measures_json(mg_text *text, const mg_measure *measure, size_t n,
                      const char *prefix, bool *finite)
{
    for (size_t i = 0; i < n; i++) {
        mg_text_printf(text, ", \"%s%s\": ", prefix, measure[i].name);
        mg_json_measure(text, measure[i].value, DIGITS, finite);
    }
}
