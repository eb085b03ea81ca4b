/* parse_statement: statements, blocks, and going on after an error: the rest
 * of a broken statement is skipped, its names are kept. Layer formula. */
#include "formula/parse.h"

#include <string.h>

static bool word_is(const mg_token *token, const char *word)
{
    return token->kind == MG_TOKEN_NAME && !strcmp(token->as.name, word);
}

static bool is_end(mg_token_kind kind)
{
    return kind == MG_TOKEN_NEWLINE || kind == MG_TOKEN_END ||
           kind == MG_TOKEN_RIGHT_BRACE;
}

/* ---- Statements with a word in front ---- */

static void parse_dims(mg_parser *p, mg_statement *s)
{
    if (!mg_parser_accept(p, MG_TOKEN_LEFT_BRACKET))
        return;
    s->has_dims = true;
    s->dim = mg_parse_items(p, MG_TOKEN_RIGHT_BRACKET, &s->n_dims);
}

/* input name, input name[dims], input name class K, input name[dims] int K */
static void parse_input(mg_parser *p, mg_statement *s)
{
    s->kind = word_is(mg_parser_peek(p), "input") ? MG_STATEMENT_INPUT
                                                  : MG_STATEMENT_TARGET;
    p->i++;
    s->pattern = mg_name_pattern(p, mg_parse_name(p));
    parse_dims(p, s);
    const mg_token *const word = mg_parser_peek(p);
    const bool class = word_is(word, "class");
    if (p->failed || is_end(word->kind))
        return;
    if (!class && !word_is(word, "int")) {
        mg_problem *const problem = mg_parser_refuse(
            p, word, "after the name come [dims], `class K` or `int K`");
        if (word->kind == MG_TOKEN_COMMA)
            mg_problem_help(p->problems, problem, "one input a statement");
        return;
    }
    if (class && s->has_dims) {
        mg_problem *const problem = mg_parser_refuse(
            p, word, "`class` is one label and takes no dimensions");
        mg_problem_help(p->problems, problem, "write `int K` for several");
        return;
    }
    p->i++;
    s->integers = true;
    s->value = mg_parse_expression(p);
}

/* One parameter of a param statement. */
static void parse_param(mg_parser *p, mg_statement *s)
{
    const mg_token *const name = mg_parse_name(p);
    s->kind = MG_STATEMENT_PARAM;
    if (!name)
        return;
    s->at = name->at;
    s->pattern = mg_name_pattern(p, name);
    parse_dims(p, s);
    if (mg_parser_accept(p, MG_TOKEN_ASSIGN)) {
        s->value = mg_parse_expression(p);
    } else if (mg_parser_accept(p, MG_TOKEN_TILDE)) {
        s->initial = mg_parse_expression(p);
    } else if (!p->failed) {
        const mg_token *const next = mg_parser_peek(p);
        mg_problem *const problem = mg_parser_refuse(
            p, next->kind == MG_TOKEN_ERROR ? next : name,
            "parameter %s has no initial value", name->as.name);
        mg_problem_help(p->problems, problem,
                        "write = value, or ~ he, xavier, normal(std), "
                        "uniform(a, b), orthogonal, zeros, ones");
    }
}

/* state name[dims] = value */
static void parse_state(mg_parser *p, mg_statement *s)
{
    p->i++;
    const mg_token *const name = mg_parse_name(p);
    s->kind = MG_STATEMENT_STATE;
    if (!name)
        return;
    s->pattern = mg_name_pattern(p, name);
    parse_dims(p, s);
    if (!p->failed && mg_parser_peek(p)->kind != MG_TOKEN_ASSIGN) {
        mg_problem *const problem = mg_parser_refuse(
            p, name, "state %s has no initial value", name->as.name);
        mg_problem_help(p->problems, problem, "write = value");
    }
    mg_parser_expect(p, MG_TOKEN_ASSIGN);
    s->value = mg_parse_expression(p);
}

/* output name = value, metric name = value, loss, weight, penalty = value */
static void parse_result(mg_parser *p, mg_statement *s)
{
    const mg_token *const word = &p->token[p->i];
    const bool named = word_is(word, "output") || word_is(word, "metric");
    s->kind = word_is(word, "output")   ? MG_STATEMENT_OUTPUT
              : word_is(word, "metric") ? MG_STATEMENT_METRIC
              : word_is(word, "loss")   ? MG_STATEMENT_LOSS
              : word_is(word, "weight") ? MG_STATEMENT_WEIGHT
                                        : MG_STATEMENT_PENALTY;
    p->i += named;
    s->pattern = mg_name_pattern(p, mg_parse_name(p));
    mg_parser_expect(p, MG_TOKEN_ASSIGN);
    s->value = mg_parse_expression(p);
}

/* ---- Train blocks ---- */

static void skip_statement(mg_parser *p);

static void parse_entry(mg_parser *p)
{
    mg_setting_entry *const entry = mg_parser_alloc(p, 1, sizeof(*entry));
    const mg_token *const key = mg_parse_name(p);
    const mg_token *const pattern = mg_parser_peek(p);
    const bool chosen = mg_parser_accept(p, MG_TOKEN_PATTERN);
    mg_parser_expect(p, MG_TOKEN_ASSIGN);
    const mg_expr *const value = mg_parse_expression(p);
    if (!p->failed && !is_end(mg_parser_peek(p)->kind))
        mg_parser_refuse(p, mg_parser_peek(p),
                         "a line break or ; is wanted after a key's value");
    if (p->failed) {
        skip_statement(p);
        p->failed = p->status != MG_OK;
        return;
    }
    *entry = (mg_setting_entry){.key = key->as.name,
                                .at = key->at,
                                .pattern = chosen ? pattern->as.name : NULL,
                                .pattern_at = pattern->at,
                                .value = value};
    mg_parser_push(p, entry);
}

/* Entries up to the closer, which is left. */
static void parse_entries(mg_parser *p, mg_statement *s, mg_token_kind closer)
{
    const size_t mark = p->height;
    while (!p->failed && mg_parser_peek(p)->kind != closer &&
           mg_parser_peek(p)->kind != MG_TOKEN_END) {
        if (!mg_parser_accept(p, MG_TOKEN_NEWLINE))
            parse_entry(p);
    }
    const mg_setting_entry *const *const list =
        mg_parser_take(p, mark, &s->n_entries);
    mg_setting_entry *const array =
        mg_parser_alloc(p, s->n_entries, sizeof(*array));
    for (size_t i = 0; i < s->n_entries && array && list; i++)
        array[i] = *list[i];
    s->entry = array;
}

static void parse_train(mg_parser *p, mg_statement *s)
{
    s->kind = MG_STATEMENT_TRAIN;
    p->i += 2;
    parse_entries(p, s, MG_TOKEN_RIGHT_BRACE);
    mg_parser_expect(p, MG_TOKEN_RIGHT_BRACE);
}

/* ---- Choosing ---- */

/* The first = or := of the statement outside brackets, else its end. */
static mg_token_kind find_assignment(const mg_parser *p)
{
    int depth = 0;
    for (const mg_token *token = mg_parser_peek(p);; token++) {
        const mg_token_kind kind = token->kind;
        if (kind == MG_TOKEN_END || kind == MG_TOKEN_ERROR)
            return kind;
        if (depth == 0 && (kind == MG_TOKEN_ASSIGN || kind == MG_TOKEN_UPDATE ||
                           is_end(kind)))
            return kind;
        if (kind >= MG_TOKEN_LEFT_PAREN)
            depth += (kind - MG_TOKEN_LEFT_PAREN) % 2 ? -1 : 1;
    }
}

static void refuse_pattern(mg_parser *p, const mg_token *first)
{
    mg_parser_refuse(p, first,
                     "left of = stand names: a, or a, b, or (a, b), c");
}

static void parse_assignment(mg_parser *p, mg_statement *s)
{
    const mg_token *const first = mg_parser_peek(p);
    if (mg_token_is_reserved(first->kind)) {
        mg_parser_expect(p, MG_TOKEN_NAME);
        return;
    }
    if (first->kind != MG_TOKEN_NAME && first->kind != MG_TOKEN_LEFT_PAREN) {
        refuse_pattern(p, first);
        return;
    }
    s->kind = MG_STATEMENT_ASSIGN;
    s->pattern = mg_parse_patterns(p);
    if (!p->failed && mg_parser_peek(p)->kind != MG_TOKEN_ASSIGN) {
        s->pattern = NULL;
        refuse_pattern(p, first);
    }
    mg_parser_expect(p, MG_TOKEN_ASSIGN);
    s->value = mg_parse_expression(p);
}

/* name := value */
static void parse_update(mg_parser *p, mg_statement *s)
{
    const mg_token *const first = mg_parser_peek(p);
    s->kind = MG_STATEMENT_UPDATE;
    if (first->kind != MG_TOKEN_NAME || strchr(first->as.name, '.') ||
        mg_parser_peek_at(p, 1)->kind != MG_TOKEN_UPDATE) {
        mg_parser_refuse(p, first, "left of := stands the name of one state");
        return;
    }
    const mg_pattern *const name = mg_name_pattern(p, mg_parse_name(p));
    mg_parser_expect(p, MG_TOKEN_UPDATE);
    s->value = mg_parse_expression(p);
    s->pattern = name;
}

typedef enum { ANYWHERE, TOP_LEVEL } level;

static const struct {
    const char *word;
    void (*parse)(mg_parser *p, mg_statement *s);
    level level;
} words[] = {
    {"input", parse_input, TOP_LEVEL},   {"target", parse_input, TOP_LEVEL},
    {"output", parse_result, TOP_LEVEL}, {"metric", parse_result, TOP_LEVEL},
    {"def", mg_parse_def, ANYWHERE},     {"state", parse_state, ANYWHERE},
    {"rule", mg_parse_def, TOP_LEVEL},
};

/* A word and a name behind it, which is no assignment or call. */
static void parse_word(mg_parser *p, mg_statement *s)
{
    const mg_token *const word = mg_parser_peek(p);
    mg_nearest nearest = {.name = word->as.name};
    mg_nearest_try(&nearest, "param");
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        mg_nearest_try(&nearest, words[i].word);
        if (!word_is(word, words[i].word))
            continue;
        if (words[i].level == TOP_LEVEL && p->blocks > 0)
            mg_parser_refuse(p, word, "`%s` stands at top level only",
                             words[i].word);
        else
            words[i].parse(p, s);
        return;
    }
    mg_problem *const problem =
        mg_parser_refuse(p, word, "`%s` begins no statement", word->as.name);
    if (nearest.best)
        mg_problem_help(p->problems, problem, "did you mean %s?", nearest.best);
}

static bool is_result(const mg_parser *p)
{
    const mg_token *const word = mg_parser_peek(p);
    return p->blocks == 0 && mg_parser_peek_at(p, 1)->kind == MG_TOKEN_ASSIGN &&
           (word_is(word, "loss") || word_is(word, "penalty") ||
            word_is(word, "weight"));
}

static void parse_train_statement(mg_parser *p, mg_statement *s)
{
    if (p->blocks > 0)
        mg_parser_refuse(p, mg_parser_peek(p),
                         "`train` stands at top level only");
    else
        parse_train(p, s);
}

/* `input inf`: a reserved word where the statement's name should stand. Behind
 * `and` and `or` the word before is a value. */
static bool names_reserved(mg_token_kind next)
{
    return mg_token_is_reserved(next) && next != MG_TOKEN_AND &&
           next != MG_TOKEN_OR;
}

static bool is_word(const mg_token *token)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (word_is(token, words[i].word))
            return true;
    return false;
}

static void parse_statement(mg_parser *p, mg_statement *s)
{
    const mg_token *const word = mg_parser_peek(p);
    const mg_token_kind next = mg_parser_peek_at(p, 1)->kind;
    if (word_is(word, "train") && next == MG_TOKEN_LEFT_BRACE) {
        parse_train_statement(p, s);
    } else if ((word->kind == MG_TOKEN_NAME && next == MG_TOKEN_NAME) ||
               (is_word(word) && names_reserved(next))) {
        parse_word(p, s);
    } else if (is_result(p)) {
        parse_result(p, s);
    } else if (find_assignment(p) == MG_TOKEN_UPDATE) {
        parse_update(p, s);
    } else if (find_assignment(p) == MG_TOKEN_ASSIGN ||
               (next == MG_TOKEN_ASSIGN && word->kind == MG_TOKEN_NAME)) {
        parse_assignment(p, s);
    } else {
        s->kind = MG_STATEMENT_EXPRESSION;
        s->value = mg_parse_expression(p);
    }
}

/* ---- Sequences ---- */

/* Goes to the end of the statement, over whole {}. */
static void skip_statement(mg_parser *p)
{
    int depth = 0;
    for (;; p->i++) {
        const mg_token_kind kind = mg_parser_peek(p)->kind;
        if (kind == MG_TOKEN_END || (depth == 0 && is_end(kind)))
            return;
        depth += kind == MG_TOKEN_LEFT_BRACE;
        depth -= kind == MG_TOKEN_RIGHT_BRACE;
    }
}

/* What stands behind a whole statement must be its end. */
static void expect_end(mg_parser *p)
{
    const mg_token *const token = mg_parser_peek(p);
    if (p->failed || is_end(token->kind))
        return;
    if (token->kind == MG_TOKEN_ELSE)
        mg_parser_refuse(p, token, "`else` belongs to no `if`");
    else if (token->kind == MG_TOKEN_COMMA) {
        mg_problem *const problem =
            mg_parser_refuse(p, token, "`,` after a whole formula");
        mg_problem_help(p->problems, problem,
                        "a tuple on the right is written in ( )");
    } else {
        const char *const text = p->source->text + token->at.offset;
        const uint32_t length = token->end - token->at.offset;
        mg_parser_refuse(p, token, "`%.*s` after a whole formula",
                         length > 60 ? 60 : (int)length, text);
    }
}

/* One statement, or one parameter of several. *at_word: `param` itself. */
static mg_statement *next_statement(mg_parser *p, bool parameter)
{
    mg_statement *const s = mg_parser_alloc(p, 1, sizeof(*s));
    const size_t height = p->height;
    const int nesting = p->nesting, blocks = p->blocks;
    if (!s)
        return NULL;
    s->at = mg_parser_peek(p)->at;
    if (parameter)
        parse_param(p, s);
    else
        parse_statement(p, s);
    if (s->kind != MG_STATEMENT_PARAM ||
        mg_parser_peek(p)->kind != MG_TOKEN_COMMA)
        expect_end(p);
    s->begin = s->at.offset;
    s->end = mg_parser_end(p);
    if (p->failed) {
        s->kind = MG_STATEMENT_BROKEN;
        p->height = height;
        p->nesting = nesting;
        p->blocks = blocks;
        skip_statement(p);
        p->failed = p->status != MG_OK;
    }
    return s;
}

/* Whether the next statement begins with the word `param`. */
static bool is_param(const mg_parser *p)
{
    const mg_token_kind next = mg_parser_peek_at(p, 1)->kind;
    return word_is(mg_parser_peek(p), "param") &&
           (next == MG_TOKEN_NAME || names_reserved(next));
}

static const mg_statement *parse_sequence(mg_parser *p)
{
    const mg_statement *first = NULL, **tail = &first;
    bool parameter = false;
    while (!p->failed) {
        const mg_token_kind kind = mg_parser_peek(p)->kind;
        if (kind == MG_TOKEN_END || kind == MG_TOKEN_RIGHT_BRACE)
            break;
        if (mg_parser_accept(p, MG_TOKEN_NEWLINE)) {
            parameter = false;
            continue;
        }
        if (is_param(p) || (parameter && kind == MG_TOKEN_COMMA)) {
            parameter = true;
            p->i++;
        }
        mg_statement *const s = next_statement(p, parameter);
        if (!s)
            break;
        *tail = s;
        tail = &s->next;
    }
    return first;
}

const mg_block *mg_parse_block(mg_parser *p)
{
    const mg_token *const open = mg_parser_peek(p);
    if (!mg_parser_expect(p, MG_TOKEN_LEFT_BRACE))
        return NULL;
    mg_block *const block = mg_parser_alloc(p, 1, sizeof(*block));
    if (!block)
        return NULL;
    if (p->nesting >= MG_NESTING_LIMIT) {
        mg_parser_refuse_depth(p, open);
        return NULL;
    }
    p->nesting++;
    p->blocks++;
    block->first = parse_sequence(p);
    p->blocks--;
    p->nesting--;
    mg_parser_expect(p, MG_TOKEN_RIGHT_BRACE);
    block->at = open->at;
    block->begin = open->at.offset;
    block->end = mg_parser_end(p);
    return p->failed ? NULL : block;
}

/* ---- Files ---- */

static mg_status parse_source(mg_problems *problems, const mg_source *source,
                              bool settings, const mg_statement **out)
{
    mg_tokens tokens;
    mg_parser p = {.problems = problems, .source = source};
    const mg_statement *statements = NULL;
    mg_status status = mg_lex(problems, source, &tokens);
    p.token = tokens.item;
    if (status == MG_OK && settings && !tokens.open) {
        mg_statement *const s = mg_parser_alloc(&p, 1, sizeof(*s));
        if (s) {
            s->kind = MG_STATEMENT_TRAIN;
            parse_entries(&p, s, MG_TOKEN_END);
        }
        statements = s;
    } else if (status == MG_OK && !tokens.open) {
        statements = parse_sequence(&p);
    }
    if (status == MG_OK)
        status = p.status;
    mg_free(problems->arena->ctx, p.stack);
    mg_tokens_clear(problems->arena->ctx, &tokens);
    if (status == MG_OK)
        *out = statements;
    return status;
}

mg_status mg_parse_file(mg_problems *problems, const mg_source *source,
                        const mg_statement **out)
{
    return parse_source(problems, source, false, out);
}

mg_status mg_parse_settings(mg_problems *problems, const mg_source *source,
                            const mg_statement **out)
{
    return parse_source(problems, source, true, out);
}
