/* problem: the errors of a formula file, gathered and written as a report:
 *
 *   bad.mg:4:13: error: W1 @ x: W1 is [64, 784] but x is [28, 28]
 *      4 | h = relu(W1 @ x + b1)
 *        |          ~~~^~~
 *     help: did you mean W1 @ flatten(x)?
 *
 * Layer formula. */
#ifndef MG_FORMULA_PROBLEM_H
#define MG_FORMULA_PROBLEM_H

#include "formula/source.h"
#include "base/text.h"

typedef struct {
    mg_span span;
    const char *message;
    const char *help; /* or NULL */
    const char *note; /* or NULL */
} mg_problem;

typedef struct {
    mg_arena *arena;
    mg_problem *item;
    size_t n, capacity;
    bool cut;         /* more came than are kept */
    mg_status status; /* MG_NO_MEMORY once an allocation failed */
} mg_problems;

void mg_problems_init(mg_problems *problems, mg_arena *arena);
void mg_problems_clear(mg_problems *problems);

/* Adds an error, unless the same one stands there already. NULL if it was not
 * added. */
mg_problem *mg_problem_add(mg_problems *problems, mg_span span,
                           const char *format, ...) MG_PRINTF(3, 4);

/* A line of help or a note for a problem; problem may be NULL. */
void mg_problem_help(mg_problems *problems, mg_problem *problem,
                     const char *format, ...) MG_PRINTF(3, 4);
void mg_problem_note(mg_problems *problems, mg_problem *problem,
                     const char *format, ...) MG_PRINTF(3, 4);

/* MG_OK if there are none; else sets the context's message to the report,
 * ordered by line. */
mg_status mg_problems_report(mg_problems *problems);

/* printf into the arena; NULL without memory. */
char *mg_arena_format(mg_arena *arena, const char *format, ...) MG_PRINTF(2, 3);

/* Edits (insert, delete, replace, swap neighbours) between two names. */
size_t mg_edit_distance(const char *a, const char *b);

/* Keeps in *best the candidate nearest to name, if it is near enough. */
typedef struct {
    const char *name;
    const char *best; /* NULL: none */
    size_t distance;
} mg_nearest;
void mg_nearest_try(mg_nearest *nearest, const char *candidate);

#endif
