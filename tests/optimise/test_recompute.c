/* Which values later loops compute again, seen in the groups of a schedule;
 * that they keep values is test_random_graphs' matter. */
#include "tests/test.h"

#include "graph/evaluate.h"
#include "optimise/recompute.h"

typedef struct {
    mg_ctx *ctx;
    mg_graph *g;
    mg_arena arena;
    mg_schedule schedule;
    mg_value x, w; /* f32[256,128], f32[128,128] */
} setting;

static void open(setting *s)
{
    *s = (setting){0};
    assert_int_equal(mg_ctx_create(NULL, &s->ctx), MG_OK);
    assert_int_equal(mg_graph_create(s->ctx, MG_F32, &s->g), MG_OK);
    mg_arena_init(&s->arena, s->ctx);
    const int64_t x[] = {256, 128}, w[] = {128, 128};
    s->x = mg_input(s->g, "x", MG_F32, mg_shape_of(2, x));
    s->w = mg_variable(s->g, "w", MG_F32, mg_shape_of(2, w));
}

static void close(setting *s)
{
    mg_arena_clear(&s->arena);
    mg_graph_destroy(s->g);
    mg_ctx_destroy(s->ctx);
}

/* Schedules the graph of root y. */
static void schedule(setting *s, mg_value y, bool eager)
{
    const size_t size = (size_t)mg_graph_size(s->g) + 1;
    bool *const needed = mg_arena_alloc(&s->arena, size, sizeof *needed);
    assert_non_null(needed);
    mg_graph_add_root(s->g, "y", y);
    needed[y.id] = true;
    mg_mark_inputs(s->g, needed);
    assert_int_equal(mg_fuse(&s->arena, s->g, needed, false, &s->schedule),
                     MG_OK);
    assert_int_equal(mg_recompute(&s->arena, s->g, eager, &s->schedule), MG_OK);
}

/* u w, which a root reads too, so that it leads no loop. */
static mg_value product_of(setting *s, mg_value u)
{
    const mg_value product = mg_matmul(s->g, u, s->w);
    mg_graph_add_root(s->g, "product", product);
    return product;
}

/* How many groups compute v, and how many have it as output. */
static int count_makers(const setting *s, mg_value v)
{
    int count = 0;
    for (size_t i = 0; i < s->schedule.n; i++)
        for (size_t k = 0; k < s->schedule.group[i].n; k++)
            count += s->schedule.group[i].node[k]->self.id == v.id;
    return count;
}

static int count_outputs(const setting *s, mg_value v)
{
    int count = 0;
    for (size_t i = 0; i < s->schedule.n; i++)
        for (size_t k = 0; k < s->schedule.group[i].n_outputs; k++)
            count += s->schedule.group[i].output[k].id == v.id;
    return count;
}

/* u = f(2 x) goes into a product, and 2 x itself is wanted behind it. */
static mg_value build(setting *s, const mg_op *f, mg_value *twice, mg_value *u)
{
    *twice = mg_add(s->g, s->x, s->x);
    *u = mg_apply(s->g, f, 1, twice, NULL);
    return mg_mul(s->g, product_of(s, *u), *twice);
}

static void a_cheap_value_is_computed_again(void **state)
{
    (void)state;
    setting s;
    mg_value twice, u;
    open(&s);
    schedule(&s, build(&s, &mg_op_exp, &twice, &u), false);
    assert_int_equal(count_makers(&s, twice), 2);
    assert_int_equal(count_outputs(&s, twice), 0);
    assert_int_equal(count_makers(&s, u), 1);
    assert_int_equal(count_outputs(&s, u), 1);
    close(&s);
}

/* erf(2 x) costs more than to keep it. */
static void a_dear_value_is_kept(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value twice = mg_add(s.g, s.x, s.x);
    const mg_value u = mg_erf(s.g, twice);
    const mg_value product = product_of(&s, mg_add(s.g, u, twice));
    schedule(&s, mg_mul(s.g, product, u), false);
    assert_int_equal(count_makers(&s, u), 1);
    assert_int_equal(count_outputs(&s, u), 1);
    close(&s);
}

/* Numbers are drawn in the loop that reads them; what was made of them for a
 * dropout is kept for its gradient. */
static void random_numbers_are_drawn_once(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value zero = mg_real(s.g, 0);
    const mg_shape shape = mg_value_shape(s.g, s.x);
    const mg_value number = mg_random(s.g, 0, &shape);
    const mg_value gone = mg_less(s.g, number, mg_real(s.g, 0.25));
    const mg_value product = product_of(&s, mg_where(s.g, gone, zero, s.x));
    schedule(&s, mg_where(s.g, gone, zero, product), false);
    assert_int_equal(count_makers(&s, number), 1);
    assert_int_equal(count_outputs(&s, number), 0);
    assert_int_equal(count_makers(&s, gone), 1);
    assert_int_equal(count_outputs(&s, gone), 1);
    close(&s);
}

/* erf(2 x) is wanted behind the product alone, and moves there. */
static void a_dear_value_that_is_wanted_later_moves(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value twice = mg_add(s.g, s.x, s.x);
    const mg_value u = mg_erf(s.g, twice);
    const mg_value product = product_of(&s, mg_neg(s.g, twice));
    schedule(&s, mg_mul(s.g, product, u), false);
    assert_int_equal(count_makers(&s, u), 1);
    assert_int_equal(count_outputs(&s, u), 0);
    close(&s);
}

static void small_loops_stay_unless_asked(void **state)
{
    (void)state;
    const int64_t small[] = {16, 128};
    for (int eager = 0; eager < 2; eager++) {
        setting s;
        mg_value twice, u;
        open(&s);
        s.x = mg_input(s.g, "small", MG_F32, mg_shape_of(2, small));
        schedule(&s, build(&s, &mg_op_exp, &twice, &u), eager);
        assert_int_equal(count_makers(&s, twice), 1 + eager);
        close(&s);
    }
}

/* A sum of rows is done once; to write it beside each element of its row costs
 * what x - sum costs to keep. */
static void a_value_of_a_fold_is_kept(void **state)
{
    (void)state;
    const int64_t columns = 1;
    setting s;
    open(&s);
    const mg_value sum = mg_sum(s.g, s.x, 1, &columns, true);
    const mg_value u = mg_sub(s.g, s.x, sum);
    const mg_value product = product_of(&s, mg_exp(s.g, u));
    schedule(&s, mg_mul(s.g, product, u), false);
    assert_int_equal(count_makers(&s, sum), 1);
    assert_int_equal(count_outputs(&s, sum), 0);
    assert_int_equal(count_makers(&s, u), 1);
    assert_int_equal(count_outputs(&s, u), 1);
    close(&s);
}

/* How many groups are loops behind a product of their own. */
static int count_led(const setting *s)
{
    int count = 0;
    for (size_t i = 0; i < s->schedule.n; i++)
        count += s->schedule.group[i].loop != NULL;
    return count;
}

/* u = exp(x w) and its slope -u; u w meets the slope. Products lead both
 * loops, and u is wanted by the second product too. */
static void a_value_moves_between_loops_behind_products(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value u = mg_exp(s.g, mg_matmul(s.g, s.x, s.w));
    const mg_value slope = mg_neg(s.g, u);
    schedule(&s, mg_mul(s.g, mg_matmul(s.g, u, s.w), slope), false);
    assert_int_equal(count_led(&s), 2);
    assert_int_equal(count_makers(&s, slope), 1);
    assert_int_equal(count_outputs(&s, slope), 0);
    assert_int_equal(count_makers(&s, u), 1);
    assert_int_equal(count_outputs(&s, u), 1);
    close(&s);
}

/* -(x w), computed again, would need x w in memory. */
static void what_reads_a_leading_product_is_kept(void **state)
{
    (void)state;
    setting s;
    open(&s);
    const mg_value turned = mg_neg(s.g, mg_matmul(s.g, s.x, s.w));
    const mg_value product = product_of(&s, mg_exp(s.g, turned));
    schedule(&s, mg_mul(s.g, product, turned), false);
    assert_int_equal(count_led(&s), 1);
    assert_int_equal(count_makers(&s, turned), 1);
    assert_int_equal(count_outputs(&s, turned), 1);
    close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cheap_value_is_computed_again),
        cmocka_unit_test(a_dear_value_is_kept),
        cmocka_unit_test(random_numbers_are_drawn_once),
        cmocka_unit_test(a_dear_value_that_is_wanted_later_moves),
        cmocka_unit_test(small_loops_stay_unless_asked),
        cmocka_unit_test(a_value_of_a_fold_is_kept),
        cmocka_unit_test(a_value_moves_between_loops_behind_products),
        cmocka_unit_test(what_reads_a_leading_product_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
