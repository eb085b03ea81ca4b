/* Random operations: numbers that depend on seed, call, step and element
 * alone, and that a batch counts on. */
#include "base/philox.h"
#include "derive/batch.h"
#include "support/values.h"
#include "test.h"

#include <math.h>

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

static mg_shape shape(int rank, int64_t a, int64_t b)
{
    return mg_shape_of(rank, (const int64_t[]){a, b});
}

/* The values of v with that seed and step. */
static mg_tensor draw(test_graph *t, const mg_graph *g, mg_value v,
                      uint64_t seed, uint32_t step)
{
    const mg_node *const node = mg_graph_node(g, v);
    mg_tensor y;
    assert_int_equal(mg_tensor_alloc(&t->arena, node->type, &y), MG_OK);
    mg_frame frame = {.seed = seed, .step = step};
    mg_evaluate_node(&frame, node, NULL, &y);
    return y;
}

static bool equal(const mg_tensor *a, const mg_tensor *b)
{
    bool same = true;
    for (int64_t i = 0; same && i < mg_shape_size(&a->type.shape); i++)
        same = test_close(mg_tensor_get(a, i), mg_tensor_get(b, i), 0);
    return same;
}

static void elements_are_the_numbers_of_their_stream(void **state)
{
    test_graph *const t = *state;
    const mg_shape of = shape(2, 3, 4);
    const mg_tensor u = draw(t, t->g, mg_random(t->g, 5, &of), 42, 7);
    const mg_tensor n = draw(t, t->g, mg_normal(t->g, 5, &of), 42, 7);
    const mg_stream stream = {.seed = 42, .stream = 5, .step = 7};
    for (int64_t i = 0; i < 12; i++) {
        const double uniform = mg_random_uniform(&stream, (uint64_t)i);
        const double normal = mg_random_normal(&stream, (uint64_t)i);
        assert_true(test_close(mg_tensor_get(&u, i), uniform, 0));
        assert_true(test_close(mg_tensor_get(&n, i), normal, 0));
    }
}

static void seed_step_and_call_each_change_the_numbers(void **state)
{
    test_graph *const t = *state;
    const mg_shape of = shape(1, 8, 0);
    const mg_value a = mg_random(t->g, 0, &of), b = mg_random(t->g, 1, &of);
    const mg_tensor first = draw(t, t->g, a, 1, 0);
    const mg_tensor again = draw(t, t->g, a, 1, 0);
    const mg_tensor other_seed = draw(t, t->g, a, 2, 0);
    const mg_tensor other_step = draw(t, t->g, a, 1, 1);
    const mg_tensor other_call = draw(t, t->g, b, 1, 0);
    assert_int_not_equal(a.id, b.id);
    assert_true(equal(&first, &again));
    assert_false(equal(&first, &other_seed));
    assert_false(equal(&first, &other_step));
    assert_false(equal(&first, &other_call));
}

static void every_example_of_a_batch_draws_its_own(void **state)
{
    test_graph *const t = *state;
    const mg_shape of = shape(1, 4, 0);
    const mg_root root = {.name = "y", .value = mg_normal(t->g, 3, &of)};
    mg_graph *batch = NULL;
    assert_int_equal(mg_batch(t->g, 1, &root, NULL, 2, &batch), MG_OK);
    const mg_value all = mg_graph_root(batch, 0)->value;
    const mg_type type = mg_value_type(batch, all);
    assert_int_equal(type.shape.rank, 2);
    assert_int_equal(type.shape.dim[0], 2);
    const mg_tensor both = draw(t, batch, all, 9, 0);
    const mg_tensor one = draw(t, t->g, root.value, 9, 0);
    const mg_stream stream = {.seed = 9, .stream = 3};
    for (int64_t i = 0; i < 8; i++)
        assert_true(test_close(mg_tensor_get(&both, i),
                               mg_random_normal(&stream, (uint64_t)i), 0));
    for (int64_t i = 0; i < 4; i++)
        assert_true(
            test_close(mg_tensor_get(&both, i), mg_tensor_get(&one, i), 0));
    mg_graph_destroy(batch);
}

/* Of 10,000 numbers, mean and variance stay within five standard errors:
 * uniform 5 sqrt(1/12/1e4) = 0.0145, normal 0.05 and 5 sqrt(2/1e4) = 0.07. */
static void numbers_have_their_distribution(void **state)
{
    test_graph *const t = *state;
    const int64_t n = 10000;
    const mg_shape of = shape(1, n, 0);
    const mg_tensor u = draw(t, t->g, mg_random(t->g, 0, &of), 1, 0);
    const mg_tensor z = draw(t, t->g, mg_normal(t->g, 0, &of), 1, 0);
    double u_sum = 0, z_sum = 0, z_squares = 0;
    for (int64_t i = 0; i < n; i++) {
        const double uniform = mg_tensor_get(&u, i), x = mg_tensor_get(&z, i);
        assert_true(uniform >= 0 && uniform < 1);
        u_sum += uniform;
        z_sum += x;
        z_squares += x * x;
    }
    assert_true(fabs(u_sum / (double)n - 0.5) < 0.0145);
    assert_true(fabs(z_sum / (double)n) < 0.05);
    assert_true(fabs(z_squares / (double)n - 1) < 0.07);
}

static void results_are_reals_of_the_graph(void **state)
{
    test_graph *const t = *state;
    mg_graph *small = NULL;
    const mg_shape of = shape(1, 2, 0), none = shape(2, 0, 3);
    assert_int_equal(mg_graph_create(t->ctx, MG_F32, &small), MG_OK);
    const mg_value y = mg_random(small, 0, &of);
    assert_int_equal(mg_value_type(small, y).dtype, MG_F32);
    mg_graph_destroy(small);
    test_check_type(t, mg_random(t->g, 0, &none), MG_F64, none);
    test_check_type(t, mg_normal(t->g, 0, &(mg_shape){0}), MG_F64,
                    (mg_shape){0});
}

static void calls_and_shapes_are_checked(void **state)
{
    test_graph *const t = *state;
    const mg_shape of = shape(1, 2, 0), negative = shape(1, -2, 0);
    test_check_failure(t, mg_random(t->g, -1, &of),
                       "random: a call's number is from 0 to 2^32 - 1");
    test_check_failure(t, mg_normal(t->g, INT64_C(1) << 32, &of),
                       "normal: a call's number is from 0 to 2^32 - 1");
    test_check_failure(t, mg_random(t->g, 0, &negative),
                       "shape: [-2] has a negative size");
    const mg_shape large = {.rank = 9};
    test_check_failure(t, mg_random(t->g, 0, &large),
                       "random: a shape of 9 axes; at most 8");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_graph, close_graph)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(elements_are_the_numbers_of_their_stream),
        TEST(seed_step_and_call_each_change_the_numbers),
        TEST(every_example_of_a_batch_draws_its_own),
        TEST(numbers_have_their_distribution),
        TEST(results_are_reals_of_the_graph),
        TEST(calls_and_shapes_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
