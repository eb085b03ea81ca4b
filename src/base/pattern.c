/* pattern: see pattern.h. Only the last star ever needs to take more: what an
 * earlier one took cannot help the rest. Layer base. */
#include "base/pattern.h"

#include <string.h>

bool mg_pattern_fits(const char *pattern, size_t length, const char *name,
                     mg_captures *captures)
{
    mg_captures c = {0};
    const size_t size = strlen(name);
    size_t p = 0, s = 0, behind = 0; /* behind: the last star */
    while (s < size || p < length) {
        if (p < length && pattern[p] == '*') {
            if (c.n == MG_PATTERN_STARS)
                return false;
            c.begin[c.n] = c.end[c.n] = s;
            c.n++;
            behind = ++p;
        } else if (p < length && s < size && pattern[p] == name[s]) {
            p++;
            s++;
        } else if (c.n > 0 && c.end[c.n - 1] < size) {
            s = ++c.end[c.n - 1];
            p = behind;
        } else {
            return false;
        }
    }
    if (captures)
        *captures = c;
    return true;
}

void mg_pattern_fill(const char *to, size_t length, const char *name,
                     const mg_captures *captures, mg_text *out)
{
    size_t star = 0;
    for (size_t i = 0; i < length; i++) {
        if (to[i] != '*' || star >= captures->n) {
            mg_text_append(out, to + i, 1);
            continue;
        }
        mg_text_append(out, name + captures->begin[star],
                       captures->end[star] - captures->begin[star]);
        star++;
    }
}

bool mg_pattern_next(const char **at, const char **line, size_t *length)
{
    *at += strspn(*at, "\n");
    *line = *at;
    *length = strcspn(*at, "\n");
    *at += *length;
    return *length > 0;
}
