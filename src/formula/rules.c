/* rules: names, arguments and defaults of the optimisers. Layer formula. */
#include "formula/rules.h"

#include <string.h>

const mg_rule mg_rules[] = {
    {"sgd", 2, {{"lr", 0.01}, {"weight_decay", 0}}},
    {"momentum", 3, {{"lr", 0.01}, {"mu", 0.9}, {"weight_decay", 0}}},
    {"adam",
     5,
     {{"lr", 1e-3},
      {"beta1", 0.9},
      {"beta2", 0.999},
      {"epsilon", 1e-8},
      {"weight_decay", 0}}},
    {"adamw",
     5,
     {{"lr", 1e-3},
      {"beta1", 0.9},
      {"beta2", 0.999},
      {"epsilon", 1e-8},
      {"weight_decay", 0.01}}},
};

const size_t mg_rule_count = sizeof mg_rules / sizeof *mg_rules;

const mg_rule *mg_rule_find(const char *name)
{
    for (size_t i = 0; i < mg_rule_count; i++)
        if (strcmp(mg_rules[i].name, name) == 0)
            return &mg_rules[i];
    return NULL;
}
