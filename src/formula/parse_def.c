/* parse_def: functions, rules and lambdas: their parameters and bodies.
 * Layer formula. */
#include "formula/parse.h"

#include <string.h>

/* ---- Parameters ---- */

static void push_parameter(mg_parser *p, const char *name, mg_spot at,
                           const mg_expr *value)
{
    mg_parameter *const parameter = mg_parser_alloc(p, 1, sizeof(*parameter));
    if (!parameter)
        return;
    *parameter = (mg_parameter){name, at, value};
    mg_parser_push(p, parameter);
}

static void parse_parameter(mg_parser *p)
{
    const mg_token *const name = mg_parse_name(p);
    if (!name)
        return;
    const mg_expr *value = NULL;
    if (mg_parser_accept(p, MG_TOKEN_ASSIGN))
        value = mg_parse_expression(p);
    push_parameter(p, name->as.name, name->at, value);
}

static void refuse_parameter(mg_parser *p, const mg_parameter *parameter,
                             const char *format)
{
    const mg_token at = {.kind = MG_TOKEN_NAME,
                         .at = parameter->at,
                         .end = parameter->at.offset +
                                (uint32_t)strlen(parameter->name)};
    mg_parser_refuse(p, &at, format, parameter->name);
}

static void take_parameters(mg_parser *p, mg_def *def, size_t mark)
{
    const mg_parameter *const *const list = mg_parser_take(p, mark, &def->n);
    mg_parameter *const array = mg_parser_alloc(p, def->n, sizeof(*array));
    def->parameter = array;
    for (size_t i = 0; i < def->n && !p->failed; i++) {
        array[i] = *list[i];
        for (size_t j = 0; j < i; j++)
            if (!strcmp(array[i].name, array[j].name))
                refuse_parameter(p, &array[i], "parameter %s is given twice");
    }
}

/* ---- Bodies ---- */

/* Whether a derivative is taken between two tokens. */
static bool takes_derivatives(const mg_parser *p, size_t from, size_t to)
{
    static const char *const names[] = {"grad", "vjp", "jvp", "jacobian",
                                        "hessian"};
    for (size_t i = from; i < to; i++) {
        if (p->token[i].kind != MG_TOKEN_NAME)
            continue;
        for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
            if (!strcmp(p->token[i].as.name, names[k]))
                return true;
    }
    return false;
}

/* The weight and its gradient. */
static void check_rule(mg_parser *p, const mg_def *def)
{
    const mg_token at = {.kind = MG_TOKEN_NAME,
                         .at = def->at,
                         .end = def->at.offset + (uint32_t)strlen(def->name)};
    if (!p->failed && def->n < 2)
        mg_parser_refuse(p, &at,
                         "rule %s wants two parameters first: the weight and "
                         "its gradient",
                         def->name);
    for (size_t i = 0; i < 2 && !p->failed; i++)
        if (def->parameter[i].value)
            refuse_parameter(p, &def->parameter[i],
                             "%s is given by the training step and has no "
                             "default");
}

void mg_parse_def(mg_parser *p, mg_statement *s)
{
    mg_def *const def = mg_parser_alloc(p, 1, sizeof(*def));
    const size_t mark = p->height;
    const bool rule = !strcmp(mg_parser_peek(p)->as.name, "rule");
    p->i++;
    const mg_token *const name = mg_parse_name(p);
    s->kind = rule ? MG_STATEMENT_RULE : MG_STATEMENT_DEF;
    if (!def || !name)
        return;
    s->pattern = mg_name_pattern(p, name);
    def->name = name->as.name;
    def->at = name->at;
    def->rule = rule;
    s->def = def;
    mg_parser_expect(p, MG_TOKEN_LEFT_PAREN);
    while (!p->failed && mg_parser_peek(p)->kind != MG_TOKEN_RIGHT_PAREN) {
        parse_parameter(p);
        if (!mg_parser_accept(p, MG_TOKEN_COMMA))
            break;
    }
    mg_parser_expect(p, MG_TOKEN_RIGHT_PAREN);
    take_parameters(p, def, mark);
    if (rule)
        check_rule(p, def);
    const size_t start = p->i;
    if (!p->failed)
        def->body = mg_parse_block(p);
    if (!p->failed)
        def->derives = takes_derivatives(p, start, p->i);
}

/* ---- Lambdas ---- */

/* v, (v), (a, b), (): the parameters, read as an expression. */
static void take_names(mg_parser *p, mg_def *def, const mg_expr *names)
{
    const size_t mark = p->height;
    const bool tuple = names->kind == MG_EXPR_TUPLE;
    const size_t n = tuple ? names->as.list.n : 1;
    for (size_t i = 0; i < n && !p->failed; i++) {
        const mg_expr *const name = tuple ? names->as.list.item[i] : names;
        const mg_token at = {
            .kind = MG_TOKEN_NAME, .at = name->at, .end = name->end};
        if (name->kind != MG_EXPR_NAME || strchr(name->as.name, '.'))
            mg_parser_refuse(p, &at, "left of -> stand names: v, or (a, b)");
        else
            push_parameter(p, name->as.name, name->at, NULL);
    }
    take_parameters(p, def, mark);
}

/* A body that is one formula, as a block. */
static const mg_block *formula_block(mg_parser *p)
{
    mg_block *const block = mg_parser_alloc(p, 1, sizeof(*block));
    mg_statement *const s = mg_parser_alloc(p, 1, sizeof(*s));
    if (!block || !s)
        return NULL;
    block->at = s->at = mg_parser_peek(p)->at;
    s->kind = MG_STATEMENT_EXPRESSION;
    s->value = mg_parse_expression(p);
    block->first = s;
    block->begin = s->begin = s->at.offset;
    block->end = s->end = mg_parser_end(p);
    return block;
}

mg_expr *mg_parse_lambda(mg_parser *p, const mg_expr *parameters)
{
    const mg_token *const arrow = &p->token[p->i++];
    mg_expr *const e = mg_parser_make(p, MG_EXPR_LAMBDA, arrow);
    mg_def *const def = mg_parser_alloc(p, 1, sizeof(*def));
    if (!e || !def || !mg_parser_enter(p, arrow))
        return NULL;
    const size_t start = p->i;
    def->at = arrow->at;
    take_names(p, def, parameters);
    if (!p->failed)
        def->body = mg_parser_peek(p)->kind == MG_TOKEN_LEFT_BRACE
                        ? mg_parse_block(p)
                        : formula_block(p);
    mg_parser_leave(p);
    if (p->failed)
        return NULL;
    def->derives = takes_derivatives(p, start, p->i);
    e->as.lambda = def;
    mg_parser_set_begin(e, parameters->outer_begin);
    mg_parser_set_end(e, mg_parser_end(p));
    return e;
}
