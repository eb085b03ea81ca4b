/* parse_call: what stands in the brackets behind a value: arguments and
 * indices. Layer formula. */
#include "formula/parse.h"

/* ---- Calls ---- */

/* Whether `name =` or `name ==` follows: an argument by name. */
static bool named_argument_follows(const mg_parser *p)
{
    return mg_parser_peek(p)->kind == MG_TOKEN_NAME &&
           mg_parser_peek_at(p, 1)->kind == MG_TOKEN_ASSIGN;
}

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
        mg_parser_set_depth(p, e, array[i].value->depth + 1, mg_parser_peek(p));
    }
    e->as.call.argument = array;
    e->as.call.n = n;
}

mg_expr *mg_parse_call(mg_parser *p, const mg_expr *callee)
{
    const mg_token *const open = &p->token[p->i++];
    const size_t mark = p->height;
    mg_expr *const e = mg_parser_make(p, MG_EXPR_CALL, open);
    if (!e || !mg_parser_enter(p, open))
        return NULL;
    while (!p->failed && mg_parser_peek(p)->kind != MG_TOKEN_RIGHT_PAREN) {
        parse_argument(p);
        if (!mg_parser_accept(p, MG_TOKEN_COMMA))
            break;
    }
    mg_parser_expect(p, MG_TOKEN_RIGHT_PAREN);
    mg_parser_leave(p);
    mg_parser_set_depth(p, e, callee->depth + 1, open);
    set_arguments(p, e, mark);
    e->as.call.callee = callee;
    e->at = callee->at;
    mg_parser_set_begin(e, callee->outer_begin);
    mg_parser_set_end(e, mg_parser_end(p));
    return e;
}

/* ---- Indexing ---- */

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
            mg_parser_set_depth(p, e, s->part[i]->depth + 1, first);
    return s;
}

mg_expr *mg_parse_index(mg_parser *p, const mg_expr *base)
{
    const mg_token *const open = &p->token[p->i++];
    const size_t mark = p->height;
    size_t n;
    mg_expr *const e = mg_parser_make(p, MG_EXPR_INDEX, open);
    if (!e || !mg_parser_enter(p, open))
        return NULL;
    do {
        mg_parser_push(p, parse_subscript(p, e));
    } while (mg_parser_accept(p, MG_TOKEN_COMMA) &&
             mg_parser_peek(p)->kind != MG_TOKEN_RIGHT_BRACKET);
    mg_parser_expect(p, MG_TOKEN_RIGHT_BRACKET);
    mg_parser_leave(p);
    mg_parser_set_depth(p, e, base->depth + 1, open);
    const mg_subscript *const *const list = mg_parser_take(p, mark, &n);
    mg_subscript *const array = mg_parser_alloc(p, n, sizeof(*array));
    if (p->failed)
        return NULL;
    for (size_t i = 0; i < n; i++)
        array[i] = *list[i];
    e->as.index.base = base;
    e->as.index.subscript = array;
    e->as.index.n = n;
    mg_parser_set_begin(e, base->outer_begin);
    mg_parser_set_end(e, mg_parser_end(p));
    return e;
}
