/* parse_pattern: new names: one, or several left of =. Layer formula. */
#include "formula/parse.h"

#include <string.h>

const mg_token *mg_parse_name(mg_parser *p)
{
    const mg_token *const token = mg_parser_peek(p);
    if (!mg_parser_expect(p, MG_TOKEN_NAME))
        return NULL;
    if (strchr(token->as.name, '.')) {
        mg_parser_refuse(p, token, "%s is a path; a new name has no point",
                         token->as.name);
        return NULL;
    }
    return token;
}

mg_pattern *mg_name_pattern(mg_parser *p, const mg_token *name)
{
    mg_pattern *const pattern =
        name ? mg_parser_alloc(p, 1, sizeof(*pattern)) : NULL;
    if (pattern)
        *pattern = (mg_pattern){.name = name->as.name,
                                .at = name->at,
                                .begin = name->at.offset,
                                .end = name->end};
    return pattern;
}

static mg_pattern *parse_pattern(mg_parser *p)
{
    const mg_token *const token = mg_parser_peek(p);
    if (token->kind != MG_TOKEN_LEFT_PAREN)
        return mg_name_pattern(p, mg_parse_name(p));
    if (p->nesting >= MG_NESTING_LIMIT) {
        mg_parser_refuse_depth(p, token);
        return NULL;
    }
    p->i++;
    p->nesting++;
    mg_pattern *const pattern = mg_parse_patterns(p);
    p->nesting--;
    mg_parser_expect(p, MG_TOKEN_RIGHT_PAREN);
    return p->failed ? NULL : pattern;
}

mg_pattern *mg_parse_patterns(mg_parser *p)
{
    const mg_token *const first = mg_parser_peek(p);
    const size_t mark = p->height;
    size_t n;
    bool comma;
    do {
        mg_parser_push(p, parse_pattern(p));
        comma = mg_parser_accept(p, MG_TOKEN_COMMA);
    } while (comma && mg_parser_peek(p)->kind != MG_TOKEN_RIGHT_PAREN &&
             mg_parser_peek(p)->kind != MG_TOKEN_ASSIGN);
    mg_pattern *const *const item = mg_parser_take(p, mark, &n);
    if (p->failed)
        return NULL;
    if (n == 1 && !comma)
        return item[0];
    mg_pattern *const pattern = mg_parser_alloc(p, 1, sizeof(*pattern));
    if (pattern)
        *pattern = (mg_pattern){.at = first->at,
                                .begin = first->at.offset,
                                .end = mg_parser_end(p),
                                .item = (const mg_pattern *const *)item,
                                .n = n};
    return pattern;
}
