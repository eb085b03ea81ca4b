/* parse_expression: from strong to weak
 *
 *   postfix  '  [..]  (..)
 *   power    ^            to the right; its exponent may carry a sign
 *   sign     -  +
 *   term     @ * / // %
 *   sum      + -
 *   compare  < <= > >= == !=   do not chain
 *   not, and, or
 *
 * Operators to the left are read in a loop, so long sums are no recursion.
 * Layer formula. */
#include "formula/parse.h"

#include <math.h>
#include <string.h>

/* The levels of binary operators, weak to strong. */
enum { LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_SUM, LEVEL_TERM };
#define NO_LEVEL (-1)

static int level_of(mg_token_kind kind)
{
    switch (kind) {
    case MG_TOKEN_OR:
        return LEVEL_OR;
    case MG_TOKEN_AND:
        return LEVEL_AND;
    case MG_TOKEN_PLUS:
    case MG_TOKEN_MINUS:
        return LEVEL_SUM;
    case MG_TOKEN_TIMES:
    case MG_TOKEN_DIVIDE:
    case MG_TOKEN_FLOOR_DIVIDE:
    case MG_TOKEN_MODULO:
    case MG_TOKEN_MATMUL:
        return LEVEL_TERM;
    default:
        return kind >= MG_TOKEN_EQUAL && kind <= MG_TOKEN_GREATER_EQUAL
                   ? LEVEL_COMPARE
                   : NO_LEVEL;
    }
}

/* ---- Brackets ---- */

const mg_expr *const *mg_parse_items(mg_parser *p, mg_token_kind closer,
                                     size_t *n)
{
    const size_t mark = p->height;
    while (!p->failed && mg_parser_peek(p)->kind != closer) {
        mg_parser_push(p, mg_parse_expression(p));
        if (!mg_parser_accept(p, MG_TOKEN_COMMA))
            break;
    }
    mg_parser_expect(p, closer);
    return mg_parser_take(p, mark, n);
}

static int deepest(const mg_expr *const *item, size_t n)
{
    int depth = 0;
    for (size_t i = 0; i < n; i++)
        if (item[i]->depth > depth)
            depth = item[i]->depth;
    return depth;
}

static mg_expr *parse_list(mg_parser *p)
{
    const mg_token *const open = &p->token[p->i++];
    mg_expr *const e = mg_parser_make(p, MG_EXPR_LIST, open);
    if (!e || !mg_parser_enter(p, open))
        return NULL;
    e->as.list.item = mg_parse_items(p, MG_TOKEN_RIGHT_BRACKET, &e->as.list.n);
    mg_parser_leave(p);
    if (p->failed)
        return NULL;
    mg_parser_set_end(e, mg_parser_end(p));
    mg_parser_set_depth(p, e, deepest(e->as.list.item, e->as.list.n) + 1, open);
    return e;
}

/* (a), (a, b), (a,), () */
static mg_expr *parse_group(mg_parser *p)
{
    const mg_token *const open = &p->token[p->i++];
    const size_t start = p->i;
    size_t n;
    if (!mg_parser_enter(p, open))
        return NULL;
    const mg_expr *const *const item =
        mg_parse_items(p, MG_TOKEN_RIGHT_PAREN, &n);
    mg_parser_leave(p);
    if (p->failed)
        return NULL;
    const bool comma = p->token[p->i - 2].kind == MG_TOKEN_COMMA;
    mg_expr *e = mg_parser_make(p, MG_EXPR_TUPLE, open);
    if (!e)
        return NULL;
    if (n == 1 && !comma && start < p->i) {
        *e = *item[0];
        e->outer_begin = open->at.offset;
        e->outer_end = mg_parser_end(p);
    } else {
        e->as.list.item = item;
        e->as.list.n = n;
        mg_parser_set_end(e, mg_parser_end(p));
    }
    mg_parser_set_depth(p, e, deepest(item, n) + 1, open);
    return e;
}

/* ---- From strong to weak ---- */

static mg_expr *parse_if(mg_parser *p)
{
    const mg_token *const word = &p->token[p->i++];
    mg_expr *const e = mg_parser_make(p, MG_EXPR_IF, word);
    const mg_token *const condition = mg_parser_peek(p);
    if (!e)
        return NULL;
    if (condition->kind != MG_TOKEN_NAME ||
        strcmp(condition->as.name, "training") != 0) {
        mg_problem *const problem = mg_parser_refuse(
            p, condition, "only `if training` can be chosen when compiled");
        mg_problem_help(p->problems, problem,
                        "where(condition, a, b) chooses by value");
        return NULL;
    }
    p->i++;
    if (!mg_parser_enter(p, word))
        return NULL;
    e->as.choice.then = mg_parse_block(p);
    mg_parser_expect(p, MG_TOKEN_ELSE);
    e->as.choice.otherwise = p->failed ? NULL : mg_parse_block(p);
    mg_parser_leave(p);
    mg_parser_set_end(e, mg_parser_end(p));
    e->depth = 1;
    return p->failed ? NULL : e;
}

static void refuse_primary(mg_parser *p, const mg_token *token)
{
    if (token->kind == MG_TOKEN_NEWLINE || token->kind == MG_TOKEN_END) {
        mg_problem *const problem = mg_parser_refuse(
            p, token, "%s where a value is wanted", mg_token_name(token->kind));
        mg_problem_help(p->problems, problem,
                        "a formula goes on in the next line inside ( )");
    } else if (token->kind == MG_TOKEN_NOT) {
        mg_problem *const problem = mg_parser_refuse(
            p, token, "`not` is weaker than the operator before it");
        mg_problem_help(p->problems, problem, "put it in brackets: (not ..)");
    } else {
        mg_parser_refuse(p, token, "`%s` where a value is wanted",
                         mg_token_name(token->kind));
    }
}

static mg_expr *parse_atom(mg_parser *p)
{
    const mg_token *const token = &p->token[p->i++];
    mg_expr *e = NULL;
    switch (token->kind) {
    case MG_TOKEN_INTEGER:
        if ((e = mg_parser_make(p, MG_EXPR_INTEGER, token)))
            e->as.integer = token->as.integer;
        break;
    case MG_TOKEN_REAL:
    case MG_TOKEN_INF:
    case MG_TOKEN_PI:
        if ((e = mg_parser_make(p, MG_EXPR_REAL, token)))
            e->as.real = token->as.real;
        if (e && token->kind == MG_TOKEN_INF)
            e->as.real = INFINITY;
        if (e && token->kind == MG_TOKEN_PI)
            e->as.real = 3.14159265358979323846;
        break;
    case MG_TOKEN_TRUE:
    case MG_TOKEN_FALSE:
        if ((e = mg_parser_make(p, MG_EXPR_TRUTH, token)))
            e->as.integer = token->kind == MG_TOKEN_TRUE;
        break;
    case MG_TOKEN_NAME:
        if ((e = mg_parser_make(p, MG_EXPR_NAME, token)))
            e->as.name = token->as.name;
        break;
    default:
        p->i--;
        refuse_primary(p, token);
    }
    return e;
}

static mg_expr *parse_primary(mg_parser *p)
{
    switch (mg_parser_peek(p)->kind) {
    case MG_TOKEN_LEFT_PAREN:
        return parse_group(p);
    case MG_TOKEN_LEFT_BRACKET:
        return parse_list(p);
    case MG_TOKEN_IF:
        return parse_if(p);
    default:
        return parse_atom(p);
    }
}

static mg_expr *parse_transpose(mg_parser *p, const mg_expr *operand)
{
    const mg_token *const mark = &p->token[p->i++];
    mg_expr *const e = mg_parser_make(p, MG_EXPR_UNARY, mark);
    if (!e)
        return NULL;
    e->as.binary.left = operand;
    mg_parser_set_begin(e, operand->outer_begin);
    mg_parser_set_depth(p, e, operand->depth + 1, mark);
    return e;
}

static mg_expr *parse_postfix(mg_parser *p)
{
    mg_expr *e = parse_primary(p);
    while (!p->failed) {
        const mg_token_kind kind = mg_parser_peek(p)->kind;
        if (kind == MG_TOKEN_TRANSPOSE)
            e = parse_transpose(p, e);
        else if (kind == MG_TOKEN_LEFT_BRACKET)
            e = mg_parse_index(p, e);
        else if (kind == MG_TOKEN_LEFT_PAREN)
            e = mg_parse_call(p, e);
        else if (kind == MG_TOKEN_ARROW)
            e = mg_parse_lambda(p, e);
        else
            return e;
    }
    return NULL;
}

static mg_expr *binary(mg_parser *p, const mg_token *op, const mg_expr *left,
                       const mg_expr *right)
{
    mg_expr *const e = mg_parser_make(p, MG_EXPR_BINARY, op);
    if (!e || p->failed)
        return NULL;
    e->as.binary.left = left;
    e->as.binary.right = right;
    mg_parser_set_begin(e, left->outer_begin);
    mg_parser_set_end(e, right->outer_end);
    e->depth = left->depth > right->depth ? left->depth : right->depth;
    return e;
}

static mg_expr *parse_sign(mg_parser *p);

static mg_expr *parse_power(mg_parser *p)
{
    mg_expr *const base = parse_postfix(p);
    const mg_token *const op = mg_parser_peek(p);
    if (p->failed || op->kind != MG_TOKEN_POWER || !mg_parser_enter(p, op))
        return base;
    p->i++;
    mg_expr *const exponent = parse_sign(p);
    mg_parser_leave(p);
    if (p->failed)
        return NULL;
    mg_expr *const e = binary(p, op, base, exponent);
    if (e)
        mg_parser_set_depth(p, e, exponent->depth + 1, op);
    return e;
}

/* A sign or not, over an operand of the same level. */
static mg_expr *parse_prefix(mg_parser *p, mg_expr *(*operand)(mg_parser *p))
{
    const mg_token *const op = &p->token[p->i++];
    if (!mg_parser_enter(p, op))
        return NULL;
    const mg_expr *const inner = operand(p);
    mg_parser_leave(p);
    if (p->failed)
        return NULL;
    mg_expr *const e = mg_parser_make(p, MG_EXPR_UNARY, op);
    if (!e)
        return NULL;
    e->as.binary.left = inner;
    mg_parser_set_end(e, inner->outer_end);
    mg_parser_set_depth(p, e, inner->depth + 1, op);
    return e;
}

static mg_expr *parse_sign(mg_parser *p)
{
    const mg_token_kind kind = mg_parser_peek(p)->kind;
    if (kind == MG_TOKEN_MINUS || kind == MG_TOKEN_PLUS)
        return parse_prefix(p, parse_sign);
    return parse_power(p);
}

static mg_expr *parse_level(mg_parser *p, int level);

static mg_expr *parse_not(mg_parser *p)
{
    if (mg_parser_peek(p)->kind == MG_TOKEN_NOT)
        return parse_prefix(p, parse_not);
    return parse_level(p, LEVEL_COMPARE);
}

/* An operand of an operator of that level: something stronger. */
static mg_expr *parse_operand(mg_parser *p, int level)
{
    if (level == LEVEL_TERM)
        return parse_sign(p);
    if (level == LEVEL_AND)
        return parse_not(p);
    return parse_level(p, level + 1);
}

static mg_expr *parse_level(mg_parser *p, int level)
{
    mg_expr *left = parse_operand(p, level);
    int count = 0;
    while (!p->failed && level_of(mg_parser_peek(p)->kind) == level) {
        const mg_token *const op = &p->token[p->i++];
        if (level == LEVEL_COMPARE && count++ > 0) {
            mg_problem *const problem =
                mg_parser_refuse(p, op, "comparisons do not chain");
            mg_problem_help(p->problems, problem, "write a < b and b < c");
            return NULL;
        }
        mg_expr *const right = parse_operand(p, level);
        if (p->failed)
            return NULL;
        left = binary(p, op, left, right);
    }
    return p->failed ? NULL : left;
}

const mg_expr *mg_parse_expression(mg_parser *p)
{
    return p->failed ? NULL : parse_level(p, LEVEL_OR);
}
