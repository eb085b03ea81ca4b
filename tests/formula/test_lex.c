/* Characters to tokens, and brackets to line breaks. */
#include "formula/lex.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    mg_ctx *ctx;
    mg_arena arena;
    mg_problems problems;
    mg_source source;
    mg_tokens tokens;
} lexing;

static void open_text(lexing *l, const char *text, size_t length)
{
    *l = (lexing){.source = {"test.mg", text, length, false}};
    assert_int_equal(mg_ctx_create(NULL, &l->ctx), MG_OK);
    mg_arena_init(&l->arena, l->ctx);
    mg_problems_init(&l->problems, &l->arena);
    assert_int_equal(mg_lex(&l->problems, &l->source, &l->tokens), MG_OK);
}

static void close_text(lexing *l)
{
    mg_tokens_clear(l->ctx, &l->tokens);
    mg_problems_clear(&l->problems);
    mg_arena_clear(&l->arena);
    mg_ctx_destroy(l->ctx);
}

/* The tokens of a right text, in words, blanks between them. */
static void check_tokens(const char *text, const char *expected)
{
    lexing l;
    mg_text words;
    open_text(&l, text, strlen(text));
    mg_text_init(&words, l.ctx);
    for (size_t i = 0; i < l.tokens.n; i++) {
        const mg_token *const token = &l.tokens.item[i];
        mg_text_puts(&words, i ? " " : "");
        if (token->kind == MG_TOKEN_NEWLINE)
            mg_text_puts(&words, "|");
        else if (token->kind == MG_TOKEN_END)
            mg_text_puts(&words, ".");
        else
            mg_text_append(&words, text + token->at.offset,
                           token->end - token->at.offset);
    }
    assert_string_equal(mg_text_string(&words), expected);
    assert_int_equal(l.problems.n, 0);
    mg_text_clear(&words);
    close_text(&l);
}

static void the_longest_sign_is_taken(void **state)
{
    (void)state;
    check_tokens("a//b/c<=d<-e:=f->g==h!=i", "a // b / c <= d < - e := f -> g "
                                             "== h != i .");
}

static void names_have_greek_letters_digits_and_points(void **state)
{
    (void)state;
    check_tokens("α2_b h.dense.2.W t.0.x", "α2_b h.dense.2.W t.0.x .");
    check_tokens("iffy if ifs", "iffy if ifs .");
}

static void comments_run_to_the_end_of_the_line(void **state)
{
    (void)state;
    check_tokens("a # b ( \" é\nc", "a | c .");
}

static void line_breaks_inside_brackets_are_none(void **state)
{
    (void)state;
    check_tokens("(a\n[b\n]\n)\nc", "( a [ b ] ) | c .");
}

static void line_breaks_inside_braces_in_brackets_are_some(void **state)
{
    (void)state;
    check_tokens("f(\n{\na\n(b\n)\n}\n)", "f ( { | a | ( b ) | } ) .");
}

static void carriage_returns_and_byte_order_marks_are_blanks(void **state)
{
    (void)state;
    check_tokens("\xEF\xBB\xBF"
                 "a\r\nb",
                 "a | b .");
}

static void numbers_are_integers_unless_they_have_point_or_exponent(
    void **state)
{
    lexing l;
    (void)state;
    const char *const text = "12 1.5 1e-3 2. 9223372036854775807";
    open_text(&l, text, strlen(text));
    const mg_token *const t = l.tokens.item;
    assert_int_equal(t[0].kind, MG_TOKEN_INTEGER);
    assert_int_equal(t[0].as.integer, 12);
    assert_int_equal(t[1].kind, MG_TOKEN_REAL);
    assert_true(t[1].as.real == 1.5);
    assert_true(t[2].as.real == 1e-3);
    assert_int_equal(t[3].kind, MG_TOKEN_REAL);
    assert_true(t[3].as.real == 2);
    assert_true(t[4].as.integer == INT64_MAX);
    close_text(&l);
}

static void columns_count_characters_not_bytes(void **state)
{
    lexing l;
    (void)state;
    const char *const text = "λ = 1 # é\n  χψ + b";
    open_text(&l, text, strlen(text));
    const mg_token *const t = l.tokens.item;
    assert_int_equal(t[1].at.column, 3);
    assert_int_equal(t[1].at.offset, 3);
    assert_int_equal(t[4].at.line, 2);
    assert_int_equal(t[5].at.column, 6);
    close_text(&l);
}

/* A text of bytes that is refused, with the first message. */
static void check_refused(const char *text, size_t length, const char *message)
{
    lexing l;
    open_text(&l, text, length);
    assert_true(l.problems.n >= 1);
    assert_string_equal(l.problems.item[0].message, message);
    assert_int_equal(l.tokens.item[l.tokens.n - 1].kind, MG_TOKEN_END);
    close_text(&l);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    check_refused("a = \0 1", 7, "a byte of value 0: this is not a text file");
    check_refused("a = \xC3", 5, "byte 0xC3: this is not UTF-8 text");
    check_refused("\xC0\x80", 2, "byte 0xC0: this is not UTF-8 text");
    check_refused("\xED\xA0\x80", 3, "byte 0xED: this is not UTF-8 text");
    check_refused("\xF4\x90\x80\x80", 4, "byte 0xF4: this is not UTF-8 text");
    check_refused("# \xFF\n", 4, "byte 0xFF: this is not UTF-8 text");
}

static void the_statement_after_an_unclosed_bracket_is_read(void **state)
{
    lexing l;
    (void)state;
    const char *const text = "a = f(1, 2\nb = 3";
    open_text(&l, text, strlen(text));
    assert_int_equal(l.problems.n, 1);
    assert_int_equal(l.problems.item[0].span.at.column, 6);
    const mg_token *const t = l.tokens.item;
    assert_int_equal(t[3].kind, MG_TOKEN_ERROR);
    assert_int_equal(t[4].kind, MG_TOKEN_NEWLINE);
    assert_string_equal(t[5].as.name, "b");
    close_text(&l);
}

/* What closes around an unclosed bracket is kept, so that the rest matches. */
static void a_bracket_around_an_unclosed_one_is_closed(void **state)
{
    lexing l;
    (void)state;
    const char *const text = "f([(x, (1)] + 1\n)\nb = 3";
    open_text(&l, text, strlen(text));
    assert_int_equal(l.problems.n, 1);
    assert_int_equal(l.problems.item[0].span.at.column, 4);
    const mg_token *const t = l.tokens.item;
    assert_int_equal(t[3].kind, MG_TOKEN_ERROR);
    assert_int_equal(t[4].kind, MG_TOKEN_RIGHT_BRACKET);
    assert_int_equal(t[l.tokens.n - 5].kind, MG_TOKEN_NEWLINE);
    assert_string_equal(t[l.tokens.n - 4].as.name, "b");
    close_text(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_sign_is_taken),
        cmocka_unit_test(names_have_greek_letters_digits_and_points),
        cmocka_unit_test(comments_run_to_the_end_of_the_line),
        cmocka_unit_test(line_breaks_inside_brackets_are_none),
        cmocka_unit_test(line_breaks_inside_braces_in_brackets_are_some),
        cmocka_unit_test(carriage_returns_and_byte_order_marks_are_blanks),
        cmocka_unit_test(
            numbers_are_integers_unless_they_have_point_or_exponent),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(the_statement_after_an_unclosed_bracket_is_read),
        cmocka_unit_test(a_bracket_around_an_unclosed_one_is_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
