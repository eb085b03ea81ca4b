/* Patterns of derivatives: sums over what was broadcast, shapes put back,
 * batches expanded; and the axes that reductions share. */
#include "graph/op.h"
#include "support/values.h"
#include "test.h"

static int open_graph(void **state)
{
    static test_graph graph;
    test_graph_open(&graph);
    *state = &graph;
    return 0;
}

static int close_graph(void **state)
{
    test_graph_close(*state);
    return 0;
}

static mg_shape shape(int rank, int64_t a, int64_t b, int64_t c)
{
    return mg_shape_of(rank, (const int64_t[]){a, b, c});
}

static const double count[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void sums_go_over_the_axes_that_were_broadcast(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(3, 2, 2, 3), count);
    const struct {
        mg_shape like;
        int64_t n;
        double sums[6];
    } cases[] = {
        {shape(0, 0, 0, 0), 1, {78}},
        {shape(1, 3, 0, 0), 3, {22, 26, 30}},
        {shape(1, 1, 0, 0), 1, {78}},
        {shape(2, 2, 1, 0), 2, {30, 48}},
        {shape(2, 2, 3, 0), 6, {8, 10, 12, 14, 16, 18}},
        {shape(3, 2, 1, 1), 2, {21, 57}},
        {shape(3, 1, 1, 3), 3, {22, 26, 30}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const mg_value like = test_table(t, cases[i].like, count);
        const mg_value y = mg_sum_like(g, x, like);
        test_check(t, y, cases[i].n, cases[i].sums, 0);
        test_check_type(t, y, MG_F64, cases[i].like);
    }
    assert_int_equal(mg_sum_like(g, x, x).id, x.id);
}

static void sums_over_no_repetition_are_zero(void **state)
{
    test_graph *const t = *state;
    const mg_value none = test_table(t, shape(2, 0, 2, 0), NULL);
    const mg_value like = test_reals(t, 2, count);
    test_check(t, mg_sum_like(t->g, none, like), 2, (const double[]){0, 0}, 0);
}

static void reduced_axes_are_put_back_with_size_one(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(3, 2, 2, 3), count);
    const int64_t axes[] = {0, 2};
    const mg_value y = mg_sum(g, x, 2, axes, false);
    test_check_type(t, mg_restore_axes(g, y, x, 2, axes), MG_F64,
                    shape(3, 1, 2, 1));
    const mg_value kept = mg_sum(g, x, 2, axes, true);
    assert_int_equal(mg_restore_axes(g, kept, x, 2, axes).id, kept.id);
    test_check_type(t, mg_reshape_like(g, kept, y), MG_F64, shape(1, 2, 0, 0));
}

static void constants_have_the_graphs_types(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(2, 2, 2, 0), count);
    const mg_value i = test_integers(t, 2, (const int64_t[]){5, 6});
    test_check(t, mg_zeros_like(g, x), 4, (const double[]){0, 0, 0, 0}, 0);
    test_check(t, mg_ones_like(g, i), 2, (const double[]){1, 1}, 0);
    test_check_type(t, mg_ones_like(g, i), MG_I64, shape(1, 2, 0, 0));
    test_check(t, mg_real(g, 0.1), 1, (const double[]){0.1}, 0);
    test_check_type(t, mg_integer(g, 3), MG_I64, (mg_shape){0});
    assert_int_equal(mg_cast_to(g, x, MG_F64).id, x.id);
    test_check_type(t, mg_cast_to(g, i, MG_F64), MG_F64, shape(1, 2, 0, 0));
}

static void swap_wants_two_axes(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_table(t, shape(3, 1, 2, 3), count);
    test_check(t, mg_swap(g, x), 6, (const double[]){1, 4, 2, 5, 3, 6}, 0);
    test_check_failure(t, mg_swap(g, test_reals(t, 2, count)),
                       "transpose: wants at least two axes, not 1");
}

static void a_batch_axis_is_put_in_front(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    const mg_value x = test_reals(t, 2, count);
    test_check(t, mg_expand_batch(g, x, 3), 6,
               (const double[]){1, 2, 1, 2, 1, 2}, 0);
    test_check_type(t, mg_expand_batch(g, x, 0), MG_F64, shape(2, 0, 2, 0));
    const mg_shape most = {8, {1, 1, 1, 1, 1, 1, 1, 1}};
    test_check_failure(t, mg_expand_batch(g, test_table(t, most, count), 3),
                       "batch: a value of 8 axes has no room for one more");
}

static void axes_are_counted_sorted_and_checked(void **state)
{
    test_graph *const t = *state;
    mg_graph *const g = t->g;
    int64_t out[MG_MAX_RANK];
    int n = 0;
    const int64_t axes[] = {-1, 0};
    assert_true(mg_canonical_axes(g, "f", 3, 2, axes, out, &n));
    assert_int_equal(n, 2);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[1], 2);
    assert_true(mg_canonical_axes(g, "f", 2, -1, NULL, out, &n));
    assert_int_equal(n, 2);
    assert_true(mg_canonical_axes(g, "f", 0, -1, NULL, out, &n));
    assert_int_equal(n, 0);
    const int64_t twice[] = {1, -2}, far[] = {3}, least[] = {INT64_MIN};
    assert_false(mg_canonical_axes(g, "f", 3, 2, twice, out, &n));
    test_check_failure(t, (mg_value){0}, "f: axis -2 is named twice");
    assert_false(mg_canonical_axes(g, "f", 3, 1, far, out, &n));
    test_check_failure(t, (mg_value){0}, "f: axis 3 of a value with 3 axes");
    assert_false(mg_canonical_axes(g, "f", 3, 1, least, out, &n));
    mg_graph_forgive(g);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sums_go_over_the_axes_that_were_broadcast),
        TEST(sums_over_no_repetition_are_zero),
        TEST(reduced_axes_are_put_back_with_size_one),
        TEST(constants_have_the_graphs_types),
        TEST(swap_wants_two_axes),
        TEST(a_batch_axis_is_put_in_front),
        TEST(axes_are_counted_sorted_and_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
