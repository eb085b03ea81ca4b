/* rules: the optimisers' updates as graph, until rules are formulas. Layer
 * train. */
#ifndef MG_TRAIN_RULES_H
#define MG_TRAIN_RULES_H

#include "formula/rules.h"
#include "graph/op.h"

#define MG_RULE_STATES 2

/* One parameter's update: what goes in and what comes out. */
typedef struct {
    mg_value weight, gradient;            /* of one shape */
    mg_value step;                        /* steps done before this one */
    mg_value argument[MG_RULE_ARGUMENTS]; /* of the rule, id 0: its default */
    mg_value state[MG_RULE_STATES];       /* the old values; zeros at first */
    mg_value new_weight;                  /* out */
    mg_value new_state[MG_RULE_STATES];   /* out */
} mg_rule_update;

/* The names of the rule's states per parameter, e.g. "m", "v". */
size_t mg_rule_states(const mg_rule *rule, const char *const **names);

/* Fills the outputs with the values after one step. */
void mg_rule_build(mg_graph *g, const mg_rule *rule, mg_rule_update *u);

#endif
