/* words: how operations and their operands are called in an explanation.
 * Layer explain. */
#ifndef MG_EXPLAIN_WORDS_H
#define MG_EXPLAIN_WORDS_H

#include "explain/subject.h"

/* The node behind what no formula wrote. */
const mg_node *mg_words_origin(const mg_subject *s, mg_value v);

/* The characters that a UTF-8 string shows. */
int mg_words_width(const char *string);

/* The operation as the formula has it, or made of its operands' names. */
void mg_words_formula(const mg_subject *s, const mg_node *node, mg_text *text);

/* The operand's name or formula, "…" if that is long. */
void mg_words_operand(const mg_subject *s, mg_value operand, mg_text *text);

/* The rule by which node hands its gradient to operand `index`, its operands'
 * names filled in. together: a vector of every example is a matrix with a
 * large letter. */
void mg_words_rule(const mg_subject *s, const mg_node *node, int index,
                   bool together, mg_text *text);

#endif
