/* rules: the optimisers' names and arguments, until rules are formulas
 * themselves. Their updates are built in train/rules.c. Layer formula. */
#ifndef MG_FORMULA_RULES_H
#define MG_FORMULA_RULES_H

#include <stddef.h>

#define MG_RULE_ARGUMENTS 5

typedef struct {
    const char *name;
    double value; /* if not given: PyTorch's default */
} mg_rule_argument;

typedef struct {
    const char *name;
    size_t n_arguments;
    mg_rule_argument argument[MG_RULE_ARGUMENTS];
} mg_rule;

/* All rules, and the one of that name or NULL. */
extern const mg_rule mg_rules[];
extern const size_t mg_rule_count;
const mg_rule *mg_rule_find(const char *name);

#endif
