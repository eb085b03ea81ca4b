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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_swapped_product_is_made_the_other_way_round),
        cmocka_unit_test(exact_factors_join),
        cmocka_unit_test(a_half_of_the_double_vanishes),
        cmocka_unit_test(factors_that_would_round_stay),
        cmocka_unit_test(the_graph_after_a_pass_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
