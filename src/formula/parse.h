/* parse: tokens to the tree of ast.h. Layer formula. */
#ifndef MG_FORMULA_PARSE_H
#define MG_FORMULA_PARSE_H

#include "formula/ast.h"

/* Reads a whole file. What is wrong goes to problems, and the statements that
 * can be read are returned all the same. Fails only without memory. */
mg_status mg_parse_file(mg_problems *problems, const mg_source *source,
                        const mg_statement **out);

/* Reads the inside of a train block, for keys from the command line. */
mg_status mg_parse_settings(mg_problems *problems, const mg_source *source,
                            const mg_statement **out);

/* ---- Shared by the parser's files ---- */

typedef struct {
    mg_problems *problems;
    const mg_source *source;
    const mg_token *token;
    size_t i; /* the next token */
    int nesting;
    int blocks;  /* open {} */
    bool failed; /* this statement is given up */
    mg_status status;
    void **stack; /* items of the lists that are being read */
    size_t height, capacity;
} mg_parser;

const mg_token *mg_parser_peek(const mg_parser *p);
const mg_token *mg_parser_peek_at(const mg_parser *p, size_t ahead);
bool mg_parser_accept(mg_parser *p, mg_token_kind kind);
/* Refuses any other token: "... where `)` is wanted". */
bool mg_parser_expect(mg_parser *p, mg_token_kind kind);
/* The end of the token before the next. */
uint32_t mg_parser_end(const mg_parser *p);

/* Reports an error at a token and gives the statement up. NULL if this
 * statement has failed before or the token was reported already. */
mg_problem *mg_parser_refuse(mg_parser *p, const mg_token *token,
                             const char *format, ...) MG_PRINTF(3, 4);

void *mg_parser_alloc(mg_parser *p, size_t count, size_t size);
/* A list is read by pushing its items; taken from the mark on at its end. */
void mg_parser_push(mg_parser *p, const void *item);
void *mg_parser_take(mg_parser *p, size_t mark, size_t *n);

/* A node of that kind for the token that was just taken. */
mg_expr *mg_parser_make(mg_parser *p, mg_expr_kind kind, const mg_token *at);
void mg_parser_set_begin(mg_expr *e, uint32_t begin);
void mg_parser_set_end(mg_expr *e, uint32_t end);
/* Gives e the depth of an operation over an operand of depth - 1. */
void mg_parser_set_depth(mg_parser *p, mg_expr *e, int depth,
                         const mg_token *token);
void mg_parser_refuse_depth(mg_parser *p, const mg_token *token);
/* Guards the parser's own recursion; leave after each true. */
bool mg_parser_enter(mg_parser *p, const mg_token *token);
void mg_parser_leave(mg_parser *p);

/* A name that is no path; NULL after an error. */
const mg_token *mg_parse_name(mg_parser *p);
mg_pattern *mg_name_pattern(mg_parser *p, const mg_token *name);
/* a, (b, c), d: one item without a comma is that item. */
mg_pattern *mg_parse_patterns(mg_parser *p);

/* What stands behind a value: (arguments), [indices]. */
mg_expr *mg_parse_call(mg_parser *p, const mg_expr *callee);
mg_expr *mg_parse_index(mg_parser *p, const mg_expr *base);

/* def name(parameters) { .. }, rule name(parameters) { .. } */
void mg_parse_def(mg_parser *p, mg_statement *s);
/* The rest of parameters -> body, from the arrow on. */
mg_expr *mg_parse_lambda(mg_parser *p, const mg_expr *parameters);

/* NULL once the statement has failed. */
const mg_expr *mg_parse_expression(mg_parser *p);
const mg_block *mg_parse_block(mg_parser *p);
/* Expressions up to a closing bracket, which is consumed. */
const mg_expr *const *mg_parse_items(mg_parser *p, mg_token_kind closer,
                                     size_t *n);

#endif
