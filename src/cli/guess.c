/* guess: edit distance with swaps of neighbours (Damerau, 1964), and a
 * beginning that is typed right counts as near. Layer cli. */
#include "cli/guess.h"

#include <string.h>

#define LONGEST 40

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Deletions, insertions, changes, swaps; both at most LONGEST long. */
static size_t edit_distance(const char *a, size_t m, const char *b, size_t n)
{
    size_t row[3][LONGEST + 1]; /* the last row but one, the last, this */
    for (size_t j = 0; j <= n; j++) {
        row[0][j] = j;
        row[1][j] = j;
    }
    for (size_t i = 1; i <= m; i++) {
        row[2][0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = row[1][j - 1] + (a[i - 1] != b[j - 1]);
            best = least(best, least(row[1][j], row[2][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, row[0][j - 2] + 1);
            row[2][j] = best;
        }
        memcpy(row[0], row[1], sizeof row[0]);
        memcpy(row[1], row[2], sizeof row[1]);
    }
    return row[1][n];
}

void mg_guess_init(mg_guess *guess, const char *typed, size_t length)
{
    *guess = (mg_guess){
        .typed = typed, .length = length, .distance = length / 3 + 2};
}

void mg_guess_consider(mg_guess *guess, const char *name)
{
    const size_t length = strlen(name);
    if (guess->length == 0 || guess->length > LONGEST || length > LONGEST)
        return;
    size_t distance = edit_distance(guess->typed, guess->length, name, length);
    if (guess->length >= 2 && guess->length < length &&
        memcmp(guess->typed, name, guess->length) == 0)
        distance = 1;
    if (distance < guess->distance && distance < length) {
        guess->best = name;
        guess->distance = distance;
    }
}
