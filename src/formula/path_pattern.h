/* path_pattern: which paths a pattern stands for, for groups of parameters:
 * `optimiser *.b = ..`. Layer formula. */
#ifndef MG_FORMULA_PATH_PATTERN_H
#define MG_FORMULA_PATH_PATTERN_H

#include <stdbool.h>

/* Whether the pattern is the whole path; each * stands for any characters,
 * points among them, or none. */
bool mg_path_matches(const char *pattern, const char *path);

#endif
