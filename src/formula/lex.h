/* lex: a formula file's text as tokens. A line break inside () or [] is no
 * token; one inside a {} is. Brackets match in what this returns: an unclosed
 * one has been reported, and its statement ends in an error token.
 * Layer formula. */
#ifndef MG_FORMULA_LEX_H
#define MG_FORMULA_LEX_H

#include "formula/problem.h"

typedef enum {
    MG_TOKEN_END,
    MG_TOKEN_ERROR,   /* reported already */
    MG_TOKEN_NEWLINE, /* or ; */
    MG_TOKEN_NAME,    /* a name or a path: h, h.dense.W */
    MG_TOKEN_PATTERN, /* of parameters' paths, behind `optimiser`: *.b */
    MG_TOKEN_INTEGER,
    MG_TOKEN_REAL,
    /* Reserved words. */
    MG_TOKEN_IF,
    MG_TOKEN_ELSE,
    MG_TOKEN_AND,
    MG_TOKEN_OR,
    MG_TOKEN_NOT,
    MG_TOKEN_TRUE,
    MG_TOKEN_FALSE,
    MG_TOKEN_INF,
    MG_TOKEN_PI,
    /* Operators and brackets. */
    MG_TOKEN_PLUS,
    MG_TOKEN_MINUS,
    MG_TOKEN_TIMES,
    MG_TOKEN_DIVIDE,
    MG_TOKEN_FLOOR_DIVIDE,
    MG_TOKEN_MODULO,
    MG_TOKEN_POWER,
    MG_TOKEN_MATMUL,
    MG_TOKEN_TRANSPOSE,
    MG_TOKEN_EQUAL,
    MG_TOKEN_NOT_EQUAL,
    MG_TOKEN_LESS,
    MG_TOKEN_LESS_EQUAL,
    MG_TOKEN_GREATER,
    MG_TOKEN_GREATER_EQUAL,
    MG_TOKEN_ASSIGN,
    MG_TOKEN_UPDATE, /* := */
    MG_TOKEN_TILDE,
    MG_TOKEN_ARROW, /* -> */
    MG_TOKEN_COLON,
    MG_TOKEN_COMMA,
    MG_TOKEN_LEFT_PAREN,
    MG_TOKEN_RIGHT_PAREN,
    MG_TOKEN_LEFT_BRACKET,
    MG_TOKEN_RIGHT_BRACKET,
    MG_TOKEN_LEFT_BRACE,
    MG_TOKEN_RIGHT_BRACE,
} mg_token_kind;

typedef struct {
    mg_token_kind kind;
    uint32_t end; /* the token is [at.offset, end) */
    mg_spot at;
    union {
        int64_t integer;
        double real;
        const char *name;
    } as;
} mg_token;

typedef struct {
    mg_token *item; /* the last one is MG_TOKEN_END */
    size_t n, capacity;
    bool open; /* a { is never closed: what follows cannot be understood */
} mg_tokens;

/* Reads the whole source; what is wrong goes to problems. The caller ends the
 * tokens with mg_tokens_clear, also after a failure (no memory). */
mg_status mg_lex(mg_problems *problems, const mg_source *source,
                 mg_tokens *out);
void mg_tokens_clear(mg_ctx *ctx, mg_tokens *tokens);

bool mg_token_is_reserved(mg_token_kind kind); /* if, else, ..., pi */

/* How messages name a token: "`+`", "a name", "the end of the line". */
const char *mg_token_name(mg_token_kind kind);

#endif
