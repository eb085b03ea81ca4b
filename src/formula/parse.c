/* parse: the parser's cursor and its lists. Layer formula. */
#include "formula/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const mg_token *mg_parser_peek(const mg_parser *p)
{
    return &p->token[p->i];
}

const mg_token *mg_parser_peek_at(const mg_parser *p, size_t ahead)
{
    size_t i = p->i;
    while (ahead > 0 && p->token[i].kind != MG_TOKEN_END)
        i++, ahead--;
    return &p->token[i];
}

bool mg_parser_accept(mg_parser *p, mg_token_kind kind)
{
    if (p->failed || mg_parser_peek(p)->kind != kind)
        return false;
    p->i++;
    return true;
}

bool mg_parser_expect(mg_parser *p, mg_token_kind kind)
{
    if (p->failed || mg_parser_accept(p, kind))
        return !p->failed;
    const mg_token *const token = mg_parser_peek(p);
    const char *const wanted = mg_token_name(kind);
    const char *const quote = kind >= MG_TOKEN_IF ? "`" : "";
    const char *const found = token->kind < MG_TOKEN_IF ? "" : "`";
    mg_problem *const problem = mg_parser_refuse(
        p, token, "%s%s%s where %s%s%s is wanted", found,
        mg_token_name(token->kind), found, quote, wanted, quote);
    if (kind == MG_TOKEN_NAME && mg_token_is_reserved(token->kind))
        mg_problem_help(p->problems, problem,
                        "`%s` is a reserved word; choose another name",
                        mg_token_name(token->kind));
    else if (token->kind == MG_TOKEN_NEWLINE && kind == MG_TOKEN_ELSE)
        mg_problem_help(p->problems, problem,
                        "both branches are wanted, and `else` follows `}` on "
                        "its line");
    else if (token->kind == MG_TOKEN_NEWLINE && kind == MG_TOKEN_LEFT_BRACE)
        mg_problem_help(p->problems, problem,
                        "`{` stands on the line that it belongs to");
    return false;
}

uint32_t mg_parser_end(const mg_parser *p)
{
    return p->i ? p->token[p->i - 1].end : 0;
}

mg_problem *mg_parser_refuse(mg_parser *p, const mg_token *token,
                             const char *format, ...)
{
    char message[400];
    va_list list;
    const bool known = p->failed || token->kind == MG_TOKEN_ERROR;
    p->failed = true;
    if (known)
        return NULL;
    va_start(list, format);
    vsnprintf(message, sizeof(message), format, list);
    va_end(list);
    uint32_t end = token->end;
    if (token->kind == MG_TOKEN_NEWLINE || token->kind == MG_TOKEN_END)
        end = token->at.offset;
    return mg_problem_add(
        p->problems, (mg_span){p->source, token->at.offset, end, token->at},
        "%s", message);
}

void *mg_parser_alloc(mg_parser *p, size_t count, size_t size)
{
    void *const block = mg_arena_alloc(p->problems->arena, count, size);
    if (!block) {
        p->failed = true;
        p->status = MG_NO_MEMORY;
    }
    return block;
}

void mg_parser_push(mg_parser *p, const void *item)
{
    if (mg_grow(p->problems->arena->ctx, &p->stack, &p->capacity, p->height + 1,
                sizeof(void *)) != MG_OK) {
        p->failed = true;
        p->status = MG_NO_MEMORY;
        return;
    }
    memcpy(&p->stack[p->height++], &item, sizeof(item));
}

void *mg_parser_take(mg_parser *p, size_t mark, size_t *n)
{
    *n = p->height - mark;
    p->height = mark;
    void **const items = mg_parser_alloc(p, *n + 1, sizeof(void *));
    if (items && *n > 0)
        memcpy(items, p->stack + mark, *n * sizeof(void *));
    else if (!items)
        *n = 0;
    return items;
}

/* ---- Making nodes ---- */

mg_expr *mg_parser_make(mg_parser *p, mg_expr_kind kind, const mg_token *at)
{
    mg_expr *const e = mg_parser_alloc(p, 1, sizeof(*e));
    if (!e)
        return NULL;
    e->kind = (uint8_t)kind;
    e->op = (uint8_t)at->kind;
    e->at = at->at;
    e->begin = e->outer_begin = at->at.offset;
    e->end = e->outer_end = mg_parser_end(p);
    return e;
}

void mg_parser_set_end(mg_expr *e, uint32_t end)
{
    e->end = e->outer_end = end;
}

void mg_parser_set_begin(mg_expr *e, uint32_t begin)
{
    e->begin = e->outer_begin = begin;
}

void mg_parser_refuse_depth(mg_parser *p, const mg_token *token)
{
    mg_parser_refuse(p, token, "nested more than %d deep", MG_NESTING_LIMIT);
}

void mg_parser_set_depth(mg_parser *p, mg_expr *e, int depth,
                         const mg_token *token)
{
    if (depth > MG_NESTING_LIMIT) {
        mg_parser_refuse_depth(p, token);
        return;
    }
    if (depth > e->depth)
        e->depth = (uint16_t)depth;
}

bool mg_parser_enter(mg_parser *p, const mg_token *token)
{
    if (p->nesting >= MG_NESTING_LIMIT) {
        mg_parser_refuse_depth(p, token);
        return false;
    }
    p->nesting++;
    return true;
}

void mg_parser_leave(mg_parser *p)
{
    p->nesting--;
}
