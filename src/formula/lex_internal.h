/* lex_internal: what lex.c and brackets.c share. Layer formula. */
#ifndef MG_FORMULA_LEX_INTERNAL_H
#define MG_FORMULA_LEX_INTERNAL_H

#include "formula/lex.h"

/* Matches brackets and drops the line breaks inside () and []. Reports a
 * bracket that nothing closes where it opens; the rest of its statement
 * becomes one error token. */
mg_status mg_match_brackets(mg_problems *problems, const mg_source *source,
                            mg_tokens *tokens);

#endif
