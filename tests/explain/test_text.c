/* The blackboard: whole pages against golden files, and its pieces. */
#include "explain/ascii.h"
#include "explain/board.h"
#include "explain/study.h"
#include "explain/words.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Whole pages ---- */

/* Compares with a golden file of this folder; with UPDATE_GOLDEN set in the
 * environment it writes the file instead, and fails. */
static void check_golden(const char *name, const char *found)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/explain/%s", MATGRAD_SOURCE_DIR,
             name);
    if (getenv("UPDATE_GOLDEN")) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        fputs(found, file);
        fclose(file);
        fail_msg("%s is written: read it", name);
    }
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    static char expected[100000];
    const size_t length = fread(expected, 1, sizeof expected - 1, file);
    fclose(file);
    expected[length] = 0;
    assert_string_equal(found, expected);
}

static void check_page(size_t count, const mg_walk_text_options *options,
                       bool jacobians, const char *golden)
{
    study s;
    study_open(&s, study_koehn, MG_F64);
    study_give_koehn(&s, false);
    for (int e = 1; e < (int)count; e++) {
        study_give(&s, e, "x", (double[]){e - 1, 1});
        study_give(&s, e, "y", (double[]){0});
    }
    const mg_walk_options with = {
        .lr = 0.01, .jacobians = jacobians, .lecture = jacobians};
    mg_walk *walk = NULL;
    study_must(&s, mg_walk_create(s.network, &s.weights, count, s.examples,
                                  &with, &walk));
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_walk_text(walk, options, &text);
    assert_int_equal(mg_text_status(&text), MG_OK);
    check_golden(golden, mg_text_string(&text));
    mg_text_clear(&text);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void koehns_network_reads_like_a_blackboard(void **state)
{
    (void)state;
    check_page(1, &(mg_walk_text_options){.columns = 80, .unicode = true},
               false, "koehn.golden");
}

static void jacobians_stand_beside_the_rules_that_avoid_them(void **state)
{
    (void)state;
    check_page(1, &(mg_walk_text_options){.columns = 80, .unicode = true}, true,
               "koehn_jacobians.golden");
}

static void a_batch_stands_as_a_matrix(void **state)
{
    (void)state;
    check_page(3, &(mg_walk_text_options){.columns = 80, .unicode = true},
               false, "koehn_batch.golden");
}

static void ascii_alone_is_enough(void **state)
{
    (void)state;
    check_page(1, &(mg_walk_text_options){.columns = 60}, false,
               "koehn_ascii.golden");
    study s;
    study_open(&s, "param α = 2\nloss = α^2\n", MG_F64);
    mg_walk *walk = study_walk(&s, 1);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_walk_text(walk, &(mg_walk_text_options){.columns = 0}, &text);
    for (size_t i = 0; i < text.length; i++)
        assert_true((unsigned char)text.data[i] < 0x80);
    assert_non_null(strstr(mg_text_string(&text), "alpha <- 2"));
    mg_text_clear(&text);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void without_a_loss_nothing_flows_back(void **state)
{
    (void)state;
    study s;
    study_open(&s, "input x[2]\noutput y = 2 * x\n", MG_F64);
    study_give(&s, 0, "x", (double[]){1, 2});
    mg_walk *walk = study_walk(&s, 1);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_walk_text(walk, &(mg_walk_text_options){.color = true}, &text);
    assert_non_null(strstr(mg_text_string(&text), "No loss here"));
    assert_null(strstr(mg_text_string(&text), "Update"));
    assert_non_null(strstr(mg_text_string(&text), "\x1b[1m  1  y = 2 * x"));
    mg_text_clear(&text);
    mg_walk_destroy(walk);
    study_close(&s);
}

/* ---- Pictures ---- */

/* Draws one tensor with "a = " before it. */
static void check_picture(mg_shape shape, const double data[], int columns,
                          bool unicode, const char *expected)
{
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_arena arena;
    mg_arena_init(&arena, ctx);
    mg_tensor t;
    assert_int_equal(mg_tensor_alloc(&arena, (mg_type){MG_F64, shape}, &t),
                     MG_OK);
    const int64_t n = mg_shape_size(&shape);
    for (int64_t i = 0; i < n; i++)
        mg_tensor_set(&t, i, data ? data[i] : (double)i);
    mg_text text;
    mg_text_init(&text, ctx);
    mg_board board;
    mg_board_init(&board, &text, columns, unicode, false);
    mg_board_put(&board, "a = ", &t, false);
    mg_board_flush(&board);
    mg_board_clear(&board);
    assert_string_equal(mg_text_string(&text), expected);
    mg_text_clear(&text);
    mg_arena_clear(&arena);
    mg_ctx_destroy(ctx);
}

static void numbers_are_aligned_on_the_point(void **state)
{
    (void)state;
    check_picture((mg_shape){1, {5}},
                  (double[]){-1.5, 200, 0.12345678, -3e-9, INFINITY}, 80, true,
                  "    ⎡  -1.5      ⎤\n"
                  "    ⎢ 200        ⎥\n"
                  "a = ⎢   0.123457 ⎥\n"
                  "    ⎢  -3e-09    ⎥\n"
                  "    ⎣ inf        ⎦\n");
    check_picture((mg_shape){0, {0}}, (double[]){-0.0}, 80, true, "a = 0\n");
    check_picture((mg_shape){1, {1}}, (double[]){NAN}, 80, true,
                  "a = [ nan ]\n");
}

static void wide_and_high_matrices_are_elided(void **state)
{
    (void)state;
    check_picture((mg_shape){2, {12, 100}}, NULL, 44, true,
                  "    ⎡    0     1     2     3  …    99 ⎤\n"
                  "    ⎢  100   101   102   103  …   199 ⎥\n"
                  "    ⎢  200   201   202   203  …   299 ⎥\n"
                  "    ⎢  300   301   302   303  …   399 ⎥\n"
                  "a = ⎢  400   401   402   403  …   499 ⎥\n"
                  "    ⎢  500   501   502   503  …   599 ⎥\n"
                  "    ⎢    ⋮     ⋮     ⋮     ⋮  …     ⋮ ⎥\n"
                  "    ⎢ 1000  1001  1002  1003  …  1099 ⎥\n"
                  "    ⎣ 1100  1101  1102  1103  …  1199 ⎦\n");
    check_picture((mg_shape){2, {2, 30}}, NULL, 40, false,
                  "a = [  0   1   2   3   4   5  ...  29 ]\n"
                  "    [ 30  31  32  33  34  35  ...  59 ]\n");
}

static void tensors_without_a_matrix_say_their_shape(void **state)
{
    (void)state;
    check_picture((mg_shape){2, {0, 3}}, NULL, 80, true, "a = [0, 3]\n");
    check_picture((mg_shape){3, {2, 2, 2}}, NULL, 80, true,
                  "a = ⎡ 0  1 ⎤  the first matrix of [2, 2, 2]\n"
                  "    ⎣ 2  3 ⎦\n");
}

static void every_line_fits_the_terminal(void **state)
{
    (void)state;
    study s;
    study_open(&s,
               "input x[30]\ntarget c class 20\n"
               "z = dense(tanh(dense(x, 25)), 20)\n"
               "loss = cross_entropy(z, c)\n",
               MG_F64);
    double x[30];
    for (int i = 0; i < 30; i++)
        x[i] = sin(1e3 * i);
    study_give(&s, 0, "x", x);
    study_give(&s, 0, "c", (double[]){7});
    mg_walk *walk = study_walk(&s, 1);
    mg_text text;
    mg_text_init(&text, s.ctx);
    mg_walk_text(walk, &(mg_walk_text_options){.columns = 100, .unicode = true},
                 &text);
    char *line = text.data;
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        if (mg_words_width(line) > 100)
            fail_msg("%d characters: %s", mg_words_width(line), line);
    }
    mg_text_clear(&text);
    mg_walk_destroy(walk);
    study_close(&s);
}

static void mathematics_has_an_ascii_spelling(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    mg_text text;
    mg_text_init(&text, ctx);
    mg_ascii(&text, "W1ᵀ G ⊙ y² − ½ ≤ … Δβ ω € é");
    assert_string_equal(mg_text_string(&text),
                        "W1^T G * y^2 - 1/2 <= ... Deltabeta omega ? ?");
    mg_text_clear(&text);
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(koehns_network_reads_like_a_blackboard),
        cmocka_unit_test(jacobians_stand_beside_the_rules_that_avoid_them),
        cmocka_unit_test(a_batch_stands_as_a_matrix),
        cmocka_unit_test(ascii_alone_is_enough),
        cmocka_unit_test(without_a_loss_nothing_flows_back),
        cmocka_unit_test(numbers_are_aligned_on_the_point),
        cmocka_unit_test(wide_and_high_matrices_are_elided),
        cmocka_unit_test(tensors_without_a_matrix_say_their_shape),
        cmocka_unit_test(every_line_fits_the_terminal),
        cmocka_unit_test(mathematics_has_an_ascii_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
