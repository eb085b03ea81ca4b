/* path_pattern: after a mismatch the last * takes one character more; earlier
 * ones need not be tried again. Layer formula. */
#include "formula/path_pattern.h"

#include <stddef.h>

bool mg_path_matches(const char *pattern, const char *path)
{
    const char *star = NULL, *taken = NULL;
    while (*path) {
        if (*pattern == '*') {
            star = ++pattern;
            taken = path;
        } else if (*pattern == *path) {
            pattern++;
            path++;
        } else if (star) {
            pattern = star;
            path = ++taken;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == 0;
}
