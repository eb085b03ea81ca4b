/* Precedence and statements: trees written out with all brackets. */
#include "formula/parse.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_problems problems;
    mg_source source;
    const mg_statement *first;
} parsing;

static void open_text(parsing *p, const char *text)
{
    *p = (parsing){.source = {"test.mg", text, strlen(text), false}};
    assert_int_equal(mg_ctx_create(NULL, &p->ctx), MG_OK);
    mg_arena_init(&p->arena, p->ctx);
    mg_problems_init(&p->problems, &p->arena);
    assert_int_equal(mg_parse_file(&p->problems, &p->source, &p->first), MG_OK);
}

static void close_text(parsing *p)
{
    mg_problems_clear(&p->problems);
    mg_arena_clear(&p->arena);
    mg_ctx_destroy(p->ctx);
}

static void put(mg_text *out, const mg_expr *e);

static void put_list(mg_text *out, const mg_expr *e, const char *open,
                     const char *close)
{
    mg_text_puts(out, open);
    for (size_t i = 0; i < e->as.list.n; i++) {
        mg_text_puts(out, i ? " " : "");
        put(out, e->as.list.item[i]);
    }
    mg_text_puts(out, close);
}

static void put_call(mg_text *out, const mg_expr *e)
{
    put(out, e->as.call.callee);
    mg_text_puts(out, "(");
    for (size_t i = 0; i < e->as.call.n; i++) {
        const mg_argument *const argument = &e->as.call.argument[i];
        mg_text_printf(out, "%s%s%s", i ? " " : "",
                       argument->name ? argument->name : "",
                       argument->name ? "=" : "");
        put(out, argument->value);
    }
    mg_text_puts(out, ")");
}

static void put_index(mg_text *out, const mg_expr *e)
{
    put(out, e->as.index.base);
    mg_text_puts(out, "[");
    for (size_t i = 0; i < e->as.index.n; i++) {
        const mg_subscript *const s = &e->as.index.subscript[i];
        mg_text_puts(out, i ? " " : "");
        for (int k = 0; k < 3; k++) {
            mg_text_puts(out, k && s->slice ? ":" : "");
            if (s->part[k])
                put(out, s->part[k]);
        }
    }
    mg_text_puts(out, "]");
}

static void put_operation(mg_text *out, const mg_expr *e)
{
    const char *const sign = mg_token_name((mg_token_kind)e->op);
    mg_text_puts(out, "(");
    if (e->kind == MG_EXPR_UNARY && e->op != MG_TOKEN_TRANSPOSE)
        mg_text_printf(out, "%s ", sign);
    put(out, e->as.binary.left);
    if (e->kind == MG_EXPR_BINARY) {
        mg_text_printf(out, " %s ", sign);
        put(out, e->as.binary.right);
    }
    if (e->op == MG_TOKEN_TRANSPOSE)
        mg_text_puts(out, "'");
    mg_text_puts(out, ")");
}

static void put(mg_text *out, const mg_expr *e)
{
    switch ((mg_expr_kind)e->kind) {
    case MG_EXPR_INTEGER:
    case MG_EXPR_TRUTH:
        mg_text_printf(out, "%d", (int)e->as.integer);
        break;
    case MG_EXPR_REAL:
        mg_text_real(out, e->as.real, 9);
        break;
    case MG_EXPR_NAME:
        mg_text_puts(out, e->as.name);
        break;
    case MG_EXPR_UNARY:
    case MG_EXPR_BINARY:
        put_operation(out, e);
        break;
    case MG_EXPR_CALL:
        put_call(out, e);
        break;
    case MG_EXPR_INDEX:
        put_index(out, e);
        break;
    case MG_EXPR_LIST:
        put_list(out, e, "[", "]");
        break;
    case MG_EXPR_TUPLE:
        put_list(out, e, "<", ">");
        break;
    case MG_EXPR_IF:
        mg_text_puts(out, "if");
        break;
    case MG_EXPR_LAMBDA:
        mg_text_puts(out, "lambda");
        break;
    }
}

/* The tree of "x = formula". */
static void check_tree(const char *formula, const char *expected)
{
    char text[500];
    parsing p;
    mg_text out;
    snprintf(text, sizeof(text), "x = %s", formula);
    open_text(&p, text);
    if (p.problems.n > 0)
        fail_msg("%s: %s", formula, p.problems.item[0].message);
    mg_text_init(&out, p.ctx);
    put(&out, p.first->value);
    assert_string_equal(mg_text_string(&out), expected);
    mg_text_clear(&out);
    close_text(&p);
}

static void operators_bind_from_strong_to_weak(void **state)
{
    static const char *const table[][2] = {
        {"a + b * c", "(a + (b * c))"},
        {"a * b + c", "((a * b) + c)"},
        {"a - b - c", "((a - b) - c)"},
        {"a / b * c", "((a / b) * c)"},
        {"a @ b * c", "((a @ b) * c)"},
        {"a // b % c", "((a // b) % c)"},
        {"a ^ b ^ c", "(a ^ (b ^ c))"},
        {"-a ^ b", "(- (a ^ b))"},
        {"a ^ -b", "(a ^ (- b))"},
        {"2 ^ -1 * 3", "((2 ^ (- 1)) * 3)"},
        {"a ^ b'", "(a ^ (b'))"},
        {"-a'", "(- (a'))"},
        {"-a * b", "((- a) * b)"},
        {"a * -b", "(a * (- b))"},
        {"--a", "(- (- a))"},
        {"a - -b", "(a - (- b))"},
        {"W @ x'", "(W @ (x'))"},
        {"a[0]'", "(a[0]')"},
        {"a'[0]", "(a')[0]"},
        {"f(a)'[1](b)", "(f(a)')[1](b)"},
        {"a + b < c * d", "((a + b) < (c * d))"},
        {"not a == b", "(not (a == b))"},
        {"not a and b", "((not a) and b)"},
        {"a or b and c", "(a or (b and c))"},
        {"a and b or c and d", "((a and b) or (c and d))"},
        {"not not a", "(not (not a))"},
        {"a < b and b < c", "((a < b) and (b < c))"},
        {"(a + b) * c", "((a + b) * c)"},
        {"1/2 * sum((z - y)^2)", "((1 / 2) * sum(((z - y) ^ 2)))"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        check_tree(table[i][0], table[i][1]);
}

static void brackets_make_groups_tuples_and_lists(void **state)
{
    (void)state;
    check_tree("(a)", "a");
    check_tree("(a,)", "<a>");
    check_tree("(a, (b, c))", "<a <b c>>");
    check_tree("()", "<>");
    check_tree("[[1, 2.5], [inf, true],]", "[[1 2.5] [inf 1]]");
}

static void subscripts_are_indices_and_slices(void **state)
{
    (void)state;
    check_tree("x[0, -1]", "x[0 (- 1)]");
    check_tree("x[1:3, :]", "x[1:3: ::]");
    check_tree("x[::2, a:]", "x[::2 a::]");
}

static void arguments_may_have_names(void **state)
{
    (void)state;
    check_tree("f(a, axis = (1, 2), keep = a == b)",
               "f(a axis=<1 2> keep=(a == b))");
    check_tree("f (\n a,\n b,\n)", "f(a b)");
}

/* The kinds of a file's statements. */
static void check_kinds(const char *text, size_t n,
                        const mg_statement_kind kinds[])
{
    parsing p;
    open_text(&p, text);
    const mg_statement *s = p.first;
    if (p.problems.n > 0)
        fail_msg("%s", p.problems.item[0].message);
    for (size_t i = 0; i < n; i++, s = s->next) {
        assert_non_null(s);
        assert_int_equal(s->kind, kinds[i]);
    }
    assert_null(s);
    close_text(&p);
}

static void words_begin_statements_only_before_a_name(void **state)
{
    const mg_statement_kind kinds[] = {
        MG_STATEMENT_INPUT,  MG_STATEMENT_TARGET, MG_STATEMENT_PARAM,
        MG_STATEMENT_PARAM,  MG_STATEMENT_OUTPUT, MG_STATEMENT_METRIC,
        MG_STATEMENT_LOSS,   MG_STATEMENT_DEF,    MG_STATEMENT_TRAIN,
        MG_STATEMENT_ASSIGN, MG_STATEMENT_ASSIGN, MG_STATEMENT_ASSIGN,
        MG_STATEMENT_ASSIGN,
    };
    (void)state;
    check_kinds("input x; target y class 3\nparam a[2] = 1, b ~ he\n"
                "output z = x\nmetric m = 1; loss = x\n"
                "def f(loss, state) {\n loss = 3; h, s = state; h\n}\n"
                "train {}\n"
                "input = 3; train = 4; rule, state = (1, 2); def = output",
                sizeof(kinds) / sizeof(*kinds), kinds);
}

static void patterns_may_nest(void **state)
{
    parsing p;
    (void)state;
    open_text(&p, "(h, s), hs = f(x)\na, b = (1, 2)");
    assert_int_equal(p.problems.n, 0);
    const mg_pattern *const pattern = p.first->pattern;
    assert_int_equal(pattern->n, 2);
    assert_int_equal(pattern->item[0]->n, 2);
    assert_string_equal(pattern->item[0]->item[1]->name, "s");
    assert_string_equal(pattern->item[1]->name, "hs");
    assert_int_equal(p.first->next->pattern->n, 2);
    close_text(&p);
}

static void a_broken_statement_keeps_its_names_and_the_next_is_read(
    void **state)
{
    parsing p;
    (void)state;
    open_text(&p, "a, b = 1 +\ndef f(x) {\n y = ]\n x\n}\nc = 3");
    const mg_statement *const s = p.first;
    assert_int_equal(p.problems.n, 2);
    assert_int_equal(s->kind, MG_STATEMENT_BROKEN);
    assert_string_equal(s->pattern->item[1]->name, "b");
    assert_int_equal(s->next->kind, MG_STATEMENT_DEF);
    assert_int_equal(s->next->def->body->first->kind, MG_STATEMENT_BROKEN);
    assert_int_equal(s->next->next->kind, MG_STATEMENT_ASSIGN);
    close_text(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_from_strong_to_weak),
        cmocka_unit_test(brackets_make_groups_tuples_and_lists),
        cmocka_unit_test(subscripts_are_indices_and_slices),
        cmocka_unit_test(arguments_may_have_names),
        cmocka_unit_test(words_begin_statements_only_before_a_name),
        cmocka_unit_test(patterns_may_nest),
        cmocka_unit_test(
            a_broken_statement_keeps_its_names_and_the_next_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
