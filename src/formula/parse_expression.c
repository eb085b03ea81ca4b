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

/* ---- Making nodes ---- */

static mg_expr *make(mg_parser *p, mg_expr_kind kind, const mg_token *at)
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

static void set_end(mg_expr *e, uint32_t end)
{
    e->end = e->outer_end = end;
}

static void set_begin(mg_expr *e, uint32_t begin)
{
    e->begin = e->outer_begin = begin;
}

static void refuse_depth(mg_parser *p, const mg_token *token)
{
    mg_parser_refuse(p, token, "nested more than %d deep", MG_NESTING_LIMIT);
}

/* Gives e the depth of an operation over an operand of that depth. */
static void set_depth(mg_parser *p, mg_expr *e, int depth,
                      const mg_token *token)
{
    if (depth > MG_NESTING_LIMIT) {
        refuse_depth(p, token);
        return;
    }
    if (depth > e->depth)
        e->depth = (uint16_t)depth;
}

/* Guards the parser's own recursion; leave() after each true. */
static bool enter(mg_parser *p, const mg_token *token)
{
    if (p->nesting >= MG_NESTING_LIMIT) {
        refuse_depth(p, token);
        return false;
    }
    p->nesting++;
    return true;
}

static void leave(mg_parser *p)
{
    p->nesting--;
}

/* ---- Brackets ---- */

/* Whether `name =` or `name ==` follows: an argument by name. */
static bool named_argument_follows(const mg_parser *p)
{
    return mg_parser_peek(p)->kind == MG_TOKEN_NAME &&
           mg_parser_peek_at(p, 1)->kind == MG_TOKEN_ASSIGN;
}

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
    mg_expr *const e = make(p, MG_EXPR_LIST, open);
    if (!e || !enter(p, open))
        return NULL;
    e->as.list.item = mg_parse_items(p, MG_TOKEN_RIGHT_BRACKET, &e->as.list.n);
    leave(p);
    if (p->failed)
        return NULL;
    set_end(e, mg_parser_end(p));
    set_depth(p, e, deepest(e->as.list.item, e->as.list.n) + 1, open);
    return e;
}

/* The parameters of a lambda are the names of a tuple. */
static mg_expr *parse_lambda(mg_parser *p, mg_expr *parameters)
{
    const mg_token *const arrow = &p->token[p->i++];
    mg_expr *const e = make(p, MG_EXPR_LAMBDA, arrow);
    if (!e || !enter(p, arrow))
        return NULL;
    e->as.binary.left = parameters;
    if (mg_parser_peek(p)->kind == MG_TOKEN_LEFT_BRACE)
        mg_parse_block(p);
    else
        e->as.binary.right = mg_parse_expression(p);
    leave(p);
    if (p->failed)
        return NULL;
    set_begin(e, parameters->outer_begin);
    set_end(e, mg_parser_end(p));
    return e;
}

/* (a), (a, b), (a,), () */
static mg_expr *parse_group(mg_parser *p)
{
    const mg_token *const open = &p->token[p->i++];
    const size_t start = p->i;
    size_t n;
    if (!enter(p, open))
        return NULL;
    const mg_expr *const *const item =
        mg_parse_items(p, MG_TOKEN_RIGHT_PAREN, &n);
    leave(p);
    if (p->failed)
        return NULL;
    const bool comma = p->token[p->i - 2].kind == MG_TOKEN_COMMA;
    mg_expr *e = make(p, MG_EXPR_TUPLE, open);
    if (!e)
        return NULL;
    if (n == 1 && !comma && start < p->i) {
        *e = *item[0];
        e->outer_begin = open->at.offset;
        e->outer_end = mg_parser_end(p);
    } else {
        e->as.list.item = item;
        e->as.list.n = n;
        set_end(e, mg_parser_end(p));
    }
    set_depth(p, e, deepest(item, n) + 1, open);
    return e;
}

/* ---- Calls and indexing ---- */

static void parse_argument(mg_parser *p)
{
    mg_argument *const argument = mg_parser_alloc(p, 1, sizeof(*argument));
    if (!argument)
        return;
    argument->at = mg_parser_peek(p)->at;
    if (named_argument_follows(p)) {
        argument->name = mg_parser_peek(p)->as.name;
        p->i += 2;
    }
    argument->value = mg_parse_expression(p);
    mg_parser_push(p, argument);
}

/* Copies the arguments from the list of pointers into one array. */
static void set_arguments(mg_parser *p, mg_expr *e, size_t mark)
{
    size_t n;
    const mg_argument *const *const list = mg_parser_take(p, mark, &n);
    mg_argument *const array = mg_parser_alloc(p, n, sizeof(*array));
    if (p->failed)
        return;
    for (size_t i = 0; i < n; i++) {
        array[i] = *list[i];
        set_depth(p, e, array[i].value->depth + 1, mg_parser_peek(p));
    }
    e->as.call.argument = array;
    e->as.call.n = n;
}

static mg_expr *parse_call(mg_parser *p, const mg_expr *callee)
{
    const mg_token *const open = &p->token[p->i++];
    const size_t mark = p->height;
    mg_expr *const e = make(p, MG_EXPR_CALL, open);
    if (!e || !enter(p, open))
        return NULL;
    while (!p->failed && mg_parser_peek(p)->kind != MG_TOKEN_RIGHT_PAREN) {
        parse_argument(p);
        if (!mg_parser_accept(p, MG_TOKEN_COMMA))
            break;
    }
    mg_parser_expect(p, MG_TOKEN_RIGHT_PAREN);
    leave(p);
    set_depth(p, e, callee->depth + 1, open);
    set_arguments(p, e, mark);
    e->as.call.callee = callee;
    e->at = callee->at;
    set_begin(e, callee->outer_begin);
    set_end(e, mg_parser_end(p));
    return e;
}

static const mg_expr *parse_bound(mg_parser *p)
{
    const mg_token_kind kind = mg_parser_peek(p)->kind;
    if (kind == MG_TOKEN_COLON || kind == MG_TOKEN_COMMA ||
        kind == MG_TOKEN_RIGHT_BRACKET)
        return NULL;
    return mg_parse_expression(p);
}

static mg_subscript *parse_subscript(mg_parser *p, mg_expr *e)
{
    mg_subscript *const s = mg_parser_alloc(p, 1, sizeof(*s));
    if (!s)
        return NULL;
    const mg_token *const first = mg_parser_peek(p);
    s->at = first->at;
    s->part[0] = parse_bound(p);
    for (int i = 1; i < 3 && mg_parser_accept(p, MG_TOKEN_COLON); i++) {
        s->slice = true;
        s->part[i] = parse_bound(p);
    }
    if (!s->slice && !s->part[0])
        mg_parser_refuse(p, mg_parser_peek(p), "an index is wanted here");
    for (int i = 0; i < 3 && !p->failed; i++)
        if (s->part[i])
            set_depth(p, e, s->part[i]->depth + 1, first);
    return s;
}

static mg_expr *parse_index(mg_parser *p, const mg_expr *base)
{
    const mg_token *const open = &p->token[p->i++];
    const size_t mark = p->height;
    size_t n;
    mg_expr *const e = make(p, MG_EXPR_INDEX, open);
    if (!e || !enter(p, open))
        return NULL;
    do {
        mg_parser_push(p, parse_subscript(p, e));
    } while (mg_parser_accept(p, MG_TOKEN_COMMA) &&
             mg_parser_peek(p)->kind != MG_TOKEN_RIGHT_BRACKET);
    mg_parser_expect(p, MG_TOKEN_RIGHT_BRACKET);
    leave(p);
    set_depth(p, e, base->depth + 1, open);
    const mg_subscript *const *const list = mg_parser_take(p, mark, &n);
    mg_subscript *const array = mg_parser_alloc(p, n, sizeof(*array));
    if (p->failed)
        return NULL;
    for (size_t i = 0; i < n; i++)
        array[i] = *list[i];
    e->as.index.base = base;
    e->as.index.subscript = array;
    e->as.index.n = n;
    set_begin(e, base->outer_begin);
    set_end(e, mg_parser_end(p));
    return e;
}

/* ---- From strong to weak ---- */

static mg_expr *parse_if(mg_parser *p)
{
    const mg_token *const word = &p->token[p->i++];
    mg_expr *const e = make(p, MG_EXPR_IF, word);
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
    if (!enter(p, word))
        return NULL;
    e->as.choice.then = mg_parse_block(p);
    mg_parser_expect(p, MG_TOKEN_ELSE);
    e->as.choice.otherwise = p->failed ? NULL : mg_parse_block(p);
    leave(p);
    set_end(e, mg_parser_end(p));
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
        if ((e = make(p, MG_EXPR_INTEGER, token)))
            e->as.integer = token->as.integer;
        break;
    case MG_TOKEN_REAL:
    case MG_TOKEN_INF:
    case MG_TOKEN_PI:
        if ((e = make(p, MG_EXPR_REAL, token)))
            e->as.real = token->as.real;
        if (e && token->kind == MG_TOKEN_INF)
            e->as.real = INFINITY;
        if (e && token->kind == MG_TOKEN_PI)
            e->as.real = 3.14159265358979323846;
        break;
    case MG_TOKEN_TRUE:
    case MG_TOKEN_FALSE:
        if ((e = make(p, MG_EXPR_TRUTH, token)))
            e->as.integer = token->kind == MG_TOKEN_TRUE;
        break;
    case MG_TOKEN_NAME:
        if ((e = make(p, MG_EXPR_NAME, token)))
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
    mg_expr *const e = make(p, MG_EXPR_UNARY, mark);
    if (!e)
        return NULL;
    e->as.binary.left = operand;
    set_begin(e, operand->outer_begin);
    set_depth(p, e, operand->depth + 1, mark);
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
            e = parse_index(p, e);
        else if (kind == MG_TOKEN_LEFT_PAREN)
            e = parse_call(p, e);
        else if (kind == MG_TOKEN_ARROW)
            e = parse_lambda(p, e);
        else
            return e;
    }
    return NULL;
}

static mg_expr *binary(mg_parser *p, const mg_token *op, const mg_expr *left,
                       const mg_expr *right)
{
    mg_expr *const e = make(p, MG_EXPR_BINARY, op);
    if (!e || p->failed)
        return NULL;
    e->as.binary.left = left;
    e->as.binary.right = right;
    set_begin(e, left->outer_begin);
    set_end(e, right->outer_end);
    e->depth = left->depth > right->depth ? left->depth : right->depth;
    return e;
}

static mg_expr *parse_sign(mg_parser *p);

static mg_expr *parse_power(mg_parser *p)
{
    mg_expr *const base = parse_postfix(p);
    const mg_token *const op = mg_parser_peek(p);
    if (p->failed || op->kind != MG_TOKEN_POWER || !enter(p, op))
        return base;
    p->i++;
    mg_expr *const exponent = parse_sign(p);
    leave(p);
    if (p->failed)
        return NULL;
    mg_expr *const e = binary(p, op, base, exponent);
    if (e)
        set_depth(p, e, exponent->depth + 1, op);
    return e;
}

/* A sign or not, over an operand of the same level. */
static mg_expr *parse_prefix(mg_parser *p, mg_expr *(*operand)(mg_parser *p))
{
    const mg_token *const op = &p->token[p->i++];
    if (!enter(p, op))
        return NULL;
    const mg_expr *const inner = operand(p);
    leave(p);
    if (p->failed)
        return NULL;
    mg_expr *const e = make(p, MG_EXPR_UNARY, op);
    if (!e)
        return NULL;
    e->as.binary.left = inner;
    set_end(e, inner->outer_end);
    set_depth(p, e, inner->depth + 1, op);
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
