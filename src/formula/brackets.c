/* brackets: which bracket closes which, and which line breaks end a
 * statement. Layer formula. */
#include "formula/lex_internal.h"

typedef struct {
    mg_problems *problems;
    const mg_source *source;
    mg_token *token;
    size_t n;
    size_t *open; /* indices of the open brackets, innermost last */
    size_t depth, capacity;
} matcher;

static bool is_opener(mg_token_kind kind)
{
    return kind == MG_TOKEN_LEFT_PAREN || kind == MG_TOKEN_LEFT_BRACKET ||
           kind == MG_TOKEN_LEFT_BRACE;
}

static bool is_closer(mg_token_kind kind)
{
    return kind == MG_TOKEN_RIGHT_PAREN || kind == MG_TOKEN_RIGHT_BRACKET ||
           kind == MG_TOKEN_RIGHT_BRACE;
}

/* Closers stand behind their openers in the list of kinds. */
static bool fit(mg_token_kind opener, mg_token_kind closer)
{
    return closer == opener + 1;
}

static mg_span token_span(const matcher *m, const mg_token *token)
{
    return (mg_span){m->source, token->at.offset, token->end, token->at};
}

/* Of several open brackets on one line only the first is reported. */
static void report_open(matcher *m, size_t from)
{
    int line = 0;
    for (size_t i = from; m->open && i < m->depth; i++) {
        mg_token *const token = &m->token[m->open[i]];
        if (token->at.line != line)
            mg_problem_add(m->problems, token_span(m, token),
                           "`%s` is never closed", mg_token_name(token->kind));
        line = token->at.line;
        if (token->kind != MG_TOKEN_LEFT_BRACE)
            token->kind = MG_TOKEN_ERROR;
    }
}

/* The place in the stack of the bracket that closer closes; depth if none.
 * A parenthesis does not close what stands outside its braces. */
static size_t find_partner(const matcher *m, mg_token_kind closer)
{
    for (size_t i = m->open ? m->depth : 0; i > 0; i--) {
        const mg_token_kind opener = m->token[m->open[i - 1]].kind;
        if (fit(opener, closer))
            return i - 1;
        if (opener == MG_TOKEN_LEFT_BRACE)
            break;
    }
    return m->depth;
}

/* A closer without partner: a wrong bracket (a], or one too many. */
static void refuse_closer(matcher *m, mg_token *token)
{
    mg_token *const top =
        m->open && m->depth ? &m->token[m->open[m->depth - 1]] : NULL;
    if (top && top->kind != MG_TOKEN_LEFT_BRACE) {
        mg_problem_add(m->problems, token_span(m, top),
                       "`%s` is closed by `%s` on line %d",
                       mg_token_name(top->kind), mg_token_name(token->kind),
                       token->at.line);
        top->kind = MG_TOKEN_ERROR;
        m->depth--;
    } else {
        mg_problem_add(m->problems, token_span(m, token), "`%s` closes nothing",
                       mg_token_name(token->kind));
    }
    token->kind = MG_TOKEN_ERROR;
}

static void close_bracket(matcher *m, mg_token *token)
{
    const size_t partner = find_partner(m, token->kind);
    if (partner == m->depth) {
        refuse_closer(m, token);
        return;
    }
    report_open(m, partner + 1);
    m->depth = partner;
}

static mg_status match(matcher *m)
{
    for (size_t i = 0; i < m->n; i++) {
        mg_token *const token = &m->token[i];
        if (is_opener(token->kind)) {
            MG_TRY(mg_grow(m->problems->arena->ctx, &m->open, &m->capacity,
                           m->depth + 1, sizeof(size_t)));
            m->open[m->depth++] = i;
        } else if (is_closer(token->kind)) {
            close_bracket(m, token);
        }
    }
    report_open(m, 0);
    return MG_OK;
}

/* Whether the line from token i on looks like the start of a statement: that
 * is where an unclosed bracket is taken to end. */
static bool starts_statement(const mg_token *token, size_t n, size_t i)
{
    if (i < n && token[i].kind == MG_TOKEN_RIGHT_BRACE)
        return true;
    if (i + 1 >= n || token[i].kind != MG_TOKEN_NAME)
        return token[i].kind == MG_TOKEN_END;
    const mg_token_kind next = token[i + 1].kind;
    return next == MG_TOKEN_ASSIGN || next == MG_TOKEN_UPDATE ||
           next == MG_TOKEN_NAME || next == MG_TOKEN_LEFT_BRACE;
}

/* The index behind the last token of an unclosed bracket's statement, or of
 * what stands in the bracket around it. Skips whole pairs, so that those kept
 * match. */
static size_t skip_broken(const mg_token *token, size_t n, size_t i)
{
    size_t depth = 0;
    for (; token[i].kind != MG_TOKEN_END; i++) {
        if (token[i].kind == MG_TOKEN_NEWLINE && depth == 0 &&
            starts_statement(token, n, i + 1))
            break;
        if (is_closer(token[i].kind) && depth-- == 0)
            break;
        depth += is_opener(token[i].kind);
    }
    return i;
}

/* Whether an error token is a bracket that nothing closes. */
static bool opens(const mg_source *source, const mg_token *token)
{
    const char c = source->text[token->at.offset];
    return c == '(' || c == '[';
}

/* Drops line breaks inside () and [], and what follows an error token in its
 * statement. */
static void filter(matcher *m, mg_tokens *tokens)
{
    size_t kept = 0;
    m->depth = 0;
    for (size_t i = 0; i < m->n; i++) {
        const mg_token token = m->token[i];
        const size_t depth = m->depth;
        const bool inside =
            m->open && depth > 0 && m->open[depth - 1] != MG_TOKEN_LEFT_BRACE;
        if (token.kind == MG_TOKEN_NEWLINE && inside)
            continue;
        if (m->open && m->depth < m->capacity && is_opener(token.kind))
            m->open[m->depth++] = (size_t)token.kind;
        else if (is_closer(token.kind) && depth > 0)
            m->depth--;
        tokens->item[kept++] = token;
        if (token.kind == MG_TOKEN_ERROR && opens(m->source, &token))
            i = skip_broken(m->token, m->n, i) - 1;
    }
    tokens->n = kept;
    tokens->open = m->depth > 0;
}

mg_status mg_match_brackets(mg_problems *problems, const mg_source *source,
                            mg_tokens *tokens)
{
    matcher m = {.problems = problems,
                 .source = source,
                 .token = tokens->item,
                 .n = tokens->n};
    const mg_status status = match(&m);
    if (status == MG_OK)
        filter(&m, tokens);
    mg_free(problems->arena->ctx, m.open);
    return status;
}
