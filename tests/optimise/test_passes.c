/* What single passes do to small graphs, seen in the optimised graph; that
 * they keep values is test_random_graphs' matter. */
#include "tests/test.h"

#include "optimise/optimise.h"

#include <string.h>

typedef struct {
    mg_ctx *ctx;
    mg_graph *g, *optimised;
    mg_value x, w; /* f32[2,3], f32[4,3] */
} setting;

static void open(setting *s)
{
    *s = (setting){0};
    assert_int_equal(mg_ctx_create(NULL, &s->ctx), MG_OK);
    assert_int_equal(mg_graph_create(s->ctx, MG_F32, &s->g), MG_OK);
    const int64_t x[] = {2, 3}, w[] = {4, 3};
    s->x = mg_input(s->g, "x", MG_F32, mg_shape_of(2, x));
    s->w = mg_variable(s->g, "w", MG_F32, mg_shape_of(2, w));
}

/* The node of the only root after all passes. */
static const mg_node *optimise(setting *s, mg_value y)
{
    mg_graph_add_root(s->g, "y", y);
    assert_int_equal(mg_optimise(s->g, NULL, &s->optimised), MG_OK);
    const mg_root *const root = mg_graph_root(s->optimised, 0);
    return mg_graph_node(s->optimised, root->value);
}

static const mg_node *input(const setting *s, const mg_node *node, int i)
{
    return mg_graph_node(s->optimised, node->input[i]);
}

static void close(setting *s)
{
    mg_graph_destroy(s->optimised);
    mg_graph_destroy(s->g);
    mg_ctx_destroy(s->ctx);
}

static void a_swapped_product_is_made_the_other_way_round(void **state)
{
    (void)state;
    const int64_t swap[] = {1, 0};
    setting s;
    open(&s);
    const mg_value z = mg_matmul(s.g, s.x, mg_transpose(s.g, s.w, swap));
    const mg_node *const y = optimise(&s, mg_transpose(s.g, z, swap));
    assert_ptr_equal(y->op, &mg_op_matmul); /* w x' */
    assert_string_equal(input(&s, y, 0)->name, "w");
    assert_string_equal(input(&s, y, 1)->name, "x");
    assert_int_equal(y->attr[0], 0);
    assert_int_equal(y->attr[1], 1);
    close(&s);
}

static mg_value scaled(mg_graph *g, double factor, mg_value v)
{
    return mg_mul(g, mg_real(g, factor), v);
}

static void exact_factors_join(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y =
        optimise(&s, scaled(s.g, 1e-4, scaled(s.g, 2, s.x)));
    assert_ptr_equal(y->op, &mg_op_mul);
    assert_string_equal(input(&s, y, 1)->name, "x");
    assert_true(mg_tensor_get(input(&s, y, 0)->data, 0) == (double)(2 * 1e-4F));
    close(&s);
}

static void a_half_of_the_double_vanishes(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y =
        optimise(&s, scaled(s.g, 0.5, scaled(s.g, 2, s.x)));
    assert_ptr_equal(y->op, &mg_op_input);
    close(&s);
}

static void factors_that_would_round_stay(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y =
        optimise(&s, scaled(s.g, 3, scaled(s.g, 1e-4, s.x)));
    assert_ptr_equal(y->op, &mg_op_mul);
    assert_ptr_equal(input(&s, y, 1)->op, &mg_op_mul);
    close(&s);
}

static void a_known_divisor_becomes_a_factor(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y = optimise(&s, mg_div(s.g, s.x, mg_real(s.g, 3)));
    assert_ptr_equal(y->op, &mg_op_mul);
    assert_string_equal(input(&s, y, 0)->name, "x");
    assert_true(mg_tensor_get(input(&s, y, 1)->data, 0) == (double)(1.0F / 3));
    close(&s);
}

/* 2^-127 is no normal float, and 1 / 0 no number. */
static void a_divisor_without_an_inverse_stays(void **state)
{
    (void)state;
    const double divisor[] = {0x1p-127, 0};
    for (int i = 0; i < 2; i++) {
        setting s;
        open(&s);
        const mg_node *const y =
            optimise(&s, mg_div(s.g, s.x, mg_real(s.g, divisor[i])));
        assert_ptr_equal(y->op, &mg_op_div);
        close(&s);
    }
}

/* x [2,3] by numbers of rows [2,1] shares too little, w [4,3] by all its sum
 * enough. */
static void a_shared_divisor_is_inverted_once(void **state)
{
    (void)state;
    const int64_t columns = 1;
    setting s;
    open(&s);
    const mg_node *y =
        optimise(&s, mg_div(s.g, s.x, mg_sum(s.g, s.x, 1, &columns, true)));
    assert_ptr_equal(y->op, &mg_op_div);
    close(&s);
    open(&s);
    y = optimise(&s, mg_div(s.g, s.w, mg_sum(s.g, s.w, -1, NULL, false)));
    assert_ptr_equal(y->op, &mg_op_mul);
    assert_string_equal(input(&s, y, 0)->name, "w");
    assert_ptr_equal(input(&s, y, 1)->op, &mg_op_div);
    assert_int_equal(input(&s, y, 1)->type.shape.rank, 0);
    close(&s);
}

static void a_shared_factor_is_taken_out(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value a =
        mg_mul(s.g, mg_mul(s.g, mg_erf(s.g, s.x), s.x), mg_tanh(s.g, s.x));
    const mg_value b = mg_mul(s.g, s.x, mg_exp(s.g, s.x));
    const mg_node *const y = optimise(&s, mg_sub(s.g, a, b));
    assert_ptr_equal(y->op, &mg_op_mul);
    assert_string_equal(input(&s, y, 0)->name, "x");
    const mg_node *const rest = input(&s, y, 1);
    assert_ptr_equal(rest->op, &mg_op_sub);
    assert_ptr_equal(input(&s, rest, 0)->op, &mg_op_mul);
    assert_ptr_equal(input(&s, rest, 1)->op, &mg_op_exp);
    close(&s);
}

static void a_product_that_others_read_keeps_its_factors(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value a = mg_mul(s.g, s.x, mg_erf(s.g, s.x));
    const mg_value b = mg_mul(s.g, s.x, mg_exp(s.g, s.x));
    const mg_value sum = mg_add(s.g, a, b);
    const mg_node *const y = optimise(&s, mg_add(s.g, sum, mg_sin(s.g, a)));
    assert_ptr_equal(input(&s, y, 0)->op, &mg_op_add);
    close(&s);
}

/* strong_mul(g, s) is 0 where g is 0, whatever s is, but not where s is. */
static void a_strong_product_gives_its_first_operand_alone(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value erf = mg_erf(s.g, s.x), exp = mg_exp(s.g, s.x);
    const mg_value plain = mg_mul(s.g, s.x, exp);
    const mg_node *y =
        optimise(&s, mg_add(s.g, mg_strong_mul(s.g, s.x, erf), plain));
    assert_ptr_equal(y->op, &mg_op_strong_mul);
    assert_string_equal(input(&s, y, 0)->name, "x");
    assert_ptr_equal(input(&s, y, 1)->op, &mg_op_add);
    close(&s);
    open(&s);
    const mg_value again = mg_erf(s.g, s.x);
    const mg_value other = mg_mul(s.g, s.x, mg_exp(s.g, s.x));
    y = optimise(&s, mg_add(s.g, mg_strong_mul(s.g, again, s.x), other));
    assert_ptr_equal(y->op, &mg_op_add);
    close(&s);
}

static mg_value padded(mg_graph *g, mg_value v, int64_t low, int64_t high)
{
    const int64_t before[] = {low, 0}, after[] = {high, 0}, between[] = {0, 0};
    return mg_pad(g, v, before, after, between);
}

/* Rows 2 to 5 of w, 0 and 1 of x. */
static void zeros_beside_zeros_become_a_concat(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y = optimise(
        &s, mg_add(s.g, padded(s.g, s.w, 2, 0), padded(s.g, s.x, 0, 4)));
    assert_ptr_equal(y->op, &mg_op_concat);
    assert_int_equal(y->n_inputs, 2);
    assert_string_equal(input(&s, y, 0)->name, "x");
    assert_string_equal(input(&s, y, 1)->name, "w");
    close(&s);
}

/* With a row between, and with a row that both have. */
static void zeros_that_are_seen_stay(void **state)
{
    (void)state;
    for (int64_t gap = -1; gap <= 1; gap += 2) {
        setting s;
        open(&s);
        const mg_node *const y =
            optimise(&s, mg_add(s.g, padded(s.g, s.w, 2 + gap, 0),
                                padded(s.g, s.x, 0, 4 + gap)));
        assert_ptr_equal(y->op, &mg_op_add);
        close(&s);
    }
}

static void a_concat_reads_what_was_reshaped(void **state)
{
    (void)state;
    const int64_t x[] = {1, 2, 3}, w[] = {2, 2, 3};
    setting s;
    open(&s);
    const mg_shape flat = mg_shape_of(2, (const int64_t[]){2, 3});
    const mg_shape high = mg_shape_of(2, (const int64_t[]){4, 3});
    const mg_value a =
        mg_neg(s.g, mg_input(s.g, "a", MG_F32, mg_shape_of(3, x)));
    const mg_value b =
        mg_neg(s.g, mg_input(s.g, "b", MG_F32, mg_shape_of(3, w)));
    const mg_value part[] = {mg_reshape(s.g, a, &flat),
                             mg_reshape(s.g, b, &high)};
    const mg_node *const y = optimise(&s, mg_concat(s.g, 2, part, 0));
    assert_ptr_equal(y->op, &mg_op_reshape);
    assert_ptr_equal(input(&s, y, 0)->op, &mg_op_concat);
    assert_int_equal(input(&s, y, 0)->type.shape.dim[0], 3);
    assert_ptr_equal(input(&s, input(&s, y, 0), 0)->op, &mg_op_neg);
    close(&s);
}

/* y[j][l][i] of a product [l, i, j]. */
static void a_product_is_turned_under_a_transpose(void **state)
{
    (void)state;
    const int64_t a[] = {5, 2, 3}, b[] = {5, 3, 4}, axes[] = {2, 0, 1};
    setting s;
    open(&s);
    const mg_value p =
        mg_matmul(s.g, mg_input(s.g, "a", MG_F32, mg_shape_of(3, a)),
                  mg_input(s.g, "b", MG_F32, mg_shape_of(3, b)));
    const mg_node *const y = optimise(&s, mg_transpose(s.g, p, axes));
    assert_ptr_equal(y->op, &mg_op_transpose);
    assert_int_equal(y->attr[0], 1);
    assert_int_equal(y->attr[1], 0);
    assert_int_equal(y->attr[2], 2);
    const mg_node *const product = input(&s, y, 0);
    assert_ptr_equal(product->op, &mg_op_matmul); /* b' a' */
    assert_string_equal(input(&s, product, 0)->name, "b");
    assert_int_equal(product->attr[0], 1);
    assert_int_equal(product->attr[1], 1);
    close(&s);
}

/* "# after PASS", then a graph that reads back. */
static void the_graph_after_a_pass_can_be_read(void **state)
{
    (void)state;
    setting s;
    mg_text dump;
    mg_graph *again = NULL;
    open(&s);
    mg_text_init(&dump, s.ctx);
    const mg_value named = mg_name(s.g, mg_neg(s.g, s.x), "n");
    mg_graph_add_root(s.g, "y", mg_add(s.g, named, s.x));
    mg_optimise_options options = {.dump_after = "names", .dump = &dump};
    assert_int_equal(mg_optimise(s.g, &options, &s.optimised), MG_OK);
    const char *const text = mg_text_string(&dump);
    const char *const graph = strchr(text, '\n') + 1;
    assert_memory_equal(text, "# after names\n", 14);
    assert_null(strstr(graph, "# after"));
    assert_non_null(strstr(graph, "neg"));
    assert_null(strstr(graph, "name \"n\""));
    assert_int_equal(mg_graph_parse(s.ctx, graph, strlen(graph), &again),
                     MG_OK);
    mg_graph_destroy(again);
    mg_text_clear(&dump);
    close(&s);
}

static mg_value input_of(setting *s, const char *name, int64_t m, int64_t n)
{
    const int64_t shape[] = {m, n};
    return mg_input(s->g, name, MG_F32, mg_shape_of(2, shape));
}

static mg_value sum_of_rows(setting *s, mg_value v)
{
    const int64_t columns = 1;
    return mg_sum(s->g, v, 1, &columns, true);
}

/* Of x -(c x), of x [2,3] and c [2,1], the rows' sums. */
static void what_a_sum_shares_goes_behind_it(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value turned =
        mg_neg(s.g, mg_mul(s.g, input_of(&s, "c", 2, 1), s.x));
    const mg_node *const y =
        optimise(&s, sum_of_rows(&s, mg_strong_mul(s.g, s.x, turned)));
    assert_ptr_equal(y->op, &mg_op_strong_mul);
    assert_string_equal(input(&s, y, 1)->name, "c");
    const mg_node *const sign = input(&s, y, 0);
    assert_ptr_equal(sign->op, &mg_op_neg);
    assert_ptr_equal(input(&s, sign, 0)->op, &mg_op_sum);
    const mg_node *const product = input(&s, input(&s, sign, 0), 0);
    assert_string_equal(input(&s, product, 0)->name, "x");
    assert_string_equal(input(&s, product, 1)->name, "x");
    close(&s);
}

/* c [1,3] differs along the summed axis. */
static void what_a_sum_does_not_share_stays_in_it(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value product = mg_mul(s.g, input_of(&s, "c", 1, 3), s.x);
    const mg_node *const y = optimise(&s, sum_of_rows(&s, product));
    assert_ptr_equal(y->op, &mg_op_sum);
    close(&s);
}

/* A root reads c x too, so that to sum x instead saves nothing. */
static void what_others_read_stays_in_a_sum(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value product = mg_mul(s.g, input_of(&s, "c", 2, 1), s.x);
    const mg_value sum = sum_of_rows(&s, product);
    mg_graph_add_root(s.g, "sum", sum);
    mg_graph_add_root(s.g, "product", product);
    assert_int_equal(mg_optimise(s.g, NULL, &s.optimised), MG_OK);
    const mg_node *const y = mg_graph_node(
        s.optimised, mg_graph_find_root(s.optimised, "sum")->value);
    assert_ptr_equal(y->op, &mg_op_sum);
    close(&s);
}

/* (x c + r c) e, with c e as a root or not; c and r have a number a row. */
static const mg_node *regroup(setting *s, bool stands)
{
    const mg_value c = input_of(s, "c", 2, 1), r = input_of(s, "r", 2, 1);
    const mg_value e = input_of(s, "e", 2, 3);
    if (stands)
        mg_graph_add_root(s->g, "product", mg_mul(s->g, c, e));
    const mg_value sum =
        mg_add(s->g, mg_strong_mul(s->g, s->x, c), mg_strong_mul(s->g, r, c));
    mg_graph_add_root(s->g, "y", mg_strong_mul(s->g, sum, e));
    assert_int_equal(mg_optimise(s->g, NULL, &s->optimised), MG_OK);
    return mg_graph_node(s->optimised,
                         mg_graph_find_root(s->optimised, "y")->value);
}

static void a_product_that_stands_is_read(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y = regroup(&s, true);
    const mg_root *const product = mg_graph_find_root(s.optimised, "product");
    assert_int_equal(y->input[1].id, product->value.id);
    assert_ptr_equal(input(&s, y, 0)->op, &mg_op_add); /* x + r */
    assert_string_equal(input(&s, input(&s, y, 0), 0)->name, "x");
    assert_string_equal(input(&s, input(&s, y, 0), 1)->name, "r");
    close(&s);
}

static void a_product_that_does_not_stand_is_not_made(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_node *const y = regroup(&s, false);
    assert_string_equal(input(&s, y, 1)->name, "e");
    close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_swapped_product_is_made_the_other_way_round),
        cmocka_unit_test(exact_factors_join),
        cmocka_unit_test(a_half_of_the_double_vanishes),
        cmocka_unit_test(factors_that_would_round_stay),
        cmocka_unit_test(a_known_divisor_becomes_a_factor),
        cmocka_unit_test(a_divisor_without_an_inverse_stays),
        cmocka_unit_test(a_shared_divisor_is_inverted_once),
        cmocka_unit_test(a_shared_factor_is_taken_out),
        cmocka_unit_test(a_product_that_others_read_keeps_its_factors),
        cmocka_unit_test(a_strong_product_gives_its_first_operand_alone),
        cmocka_unit_test(zeros_beside_zeros_become_a_concat),
        cmocka_unit_test(zeros_that_are_seen_stay),
        cmocka_unit_test(a_concat_reads_what_was_reshaped),
        cmocka_unit_test(a_product_is_turned_under_a_transpose),
        cmocka_unit_test(the_graph_after_a_pass_can_be_read),
        cmocka_unit_test(what_a_sum_shares_goes_behind_it),
        cmocka_unit_test(what_a_sum_does_not_share_stays_in_it),
        cmocka_unit_test(what_others_read_stays_in_a_sum),
        cmocka_unit_test(a_product_that_stands_is_read),
        cmocka_unit_test(a_product_that_does_not_stand_is_not_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
