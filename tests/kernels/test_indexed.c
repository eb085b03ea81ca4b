/* Kernels that read or write by index, and random numbers, against the ops'
 * references. */
#include "tests/test.h"

#include "kernels/take.h"
#include "ops/gather.h"
#include "support/steps.h"

static mg_ctx *open_ctx(void)
{
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    return ctx;
}

static mg_graph *open_graph(mg_ctx *ctx)
{
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    return g;
}

static mg_shape joined(const mg_shape *a, const mg_shape *b)
{
    mg_shape shape = *a;
    for (int i = 0; i < b->rank; i++)
        mg_shape_append(&shape, b->dim[i]);
    return shape;
}

/* Runs y by the kernel, with indices from `lowest` to `highest`: with those
 * below 0 kernel and reference go on with index 0. */
static void check(mg_graph *g, mg_value y, const mg_kernel *kernel,
                  test_random *r, double lowest, double highest)
{
    if (mg_graph_status(g) != MG_OK)
        fail_msg("%s", mg_message(mg_graph_ctx(g)));
    test_step s;
    const test_values values = {false, false, lowest, highest};
    test_step_open(&s, g, y, &values, r);
    for (int threads = 1; threads <= 3; threads++) {
        s.frame.fault = (mg_fault){0};
        assert_true(test_step_run(&s, g, kernel, threads));
        if (!(test_step_distance(&s, 1e-4, 0) <= 1))
            fail_msg("%s, draw %llu", kernel->name,
                     (unsigned long long)r->drawn);
        if (lowest >= 0)
            assert_null(s.frame.fault.node);
        else if (s.frame.fault.node)
            assert_true(s.frame.fault.index < 0 ||
                        s.frame.fault.index >= s.frame.fault.limit);
    }
    test_step_close(&s);
}

static void gathering_agrees(void **state)
{
    (void)state;
    mg_ctx *const ctx = open_ctx();
    test_random r = {.stream = {.seed = 51}};
    static const mg_dtype dtypes[] = {MG_F32, MG_F64, MG_BOOL, MG_I64};
    for (int turn = 0; turn < 120; turn++) {
        mg_graph *const g = open_graph(ctx);
        const mg_shape lead = test_shape(&r, 0, turn % 3 == 0 ? 2 : 0, 5);
        const mg_shape count = {1, {5}};
        const mg_shape picks = test_shape(&r, 0, 2, 7);
        const mg_shape rest = test_shape(&r, 0, 2, turn % 2 ? 5 : 60);
        const mg_shape rows = joined(&count, &rest);
        const mg_value x =
            mg_input(g, "x", dtypes[turn % 4], joined(&lead, &rows));
        const mg_value index =
            mg_input(g, "i", turn % 5 ? MG_I64 : MG_I32, joined(&lead, &picks));
        check(g, mg_gather_common(g, x, index, lead.rank), &mg_kernel_gather,
              &r, turn % 6 == 5 ? -1 : 0, 4);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

static void rows_become_reals(void **state)
{
    (void)state;
    mg_ctx *const ctx = open_ctx();
    test_random r = {.stream = {.seed = 52}};
    static const mg_dtype dtypes[] = {MG_U8, MG_F32, MG_I64, MG_F64};
    for (int turn = 0; turn < 60; turn++) {
        mg_graph *const g = open_graph(ctx);
        const mg_shape count = {1, {9}};
        const mg_shape rest = test_shape(&r, 0, 2, 30);
        const mg_value x =
            mg_input(g, "x", dtypes[turn % 4], joined(&count, &rest));
        const mg_value index =
            mg_input(g, "i", MG_I64, (mg_shape){1, {test_draw(&r, 1, 70)}});
        check(g, mg_rows(g, x, index, turn % 8 == 6 ? MG_I64 : MG_F32),
              &mg_kernel_rows, &r, turn % 6 == 5 ? -1 : 0, 8);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

static void scattering_agrees(void **state)
{
    (void)state;
    mg_ctx *const ctx = open_ctx();
    test_random r = {.stream = {.seed = 53}};
    for (int turn = 0; turn < 80; turn++) {
        mg_graph *const g = open_graph(ctx);
        const mg_shape lead = test_shape(&r, 0, turn % 3 == 0 ? 2 : 0, 5);
        const mg_shape picks = test_shape(&r, 0, 2, 9);
        const mg_shape rest = test_shape(&r, 0, 2, turn % 2 ? 5 : 40);
        const mg_shape all = joined(&lead, &picks);
        const mg_value x = mg_input(g, "x", MG_F32, joined(&all, &rest));
        const mg_value index = mg_input(g, "i", MG_I64, all);
        check(g, mg_scatter_add_common(g, x, index, 6, lead.rank),
              &mg_kernel_scatter_add, &r, turn % 6 == 5 ? -1 : 0, 5);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

static void ones_stand_at_their_index(void **state)
{
    (void)state;
    mg_ctx *const ctx = open_ctx();
    test_random r = {.stream = {.seed = 54}};
    for (int turn = 0; turn < 20; turn++) {
        mg_graph *const g = open_graph(ctx);
        const mg_value index =
            mg_input(g, "i", MG_I64, test_shape(&r, 0, 2, 20));
        check(g, mg_one_hot(g, index, 4), &mg_kernel_one_hot, &r,
              turn % 4 == 3 ? -1 : 0, 3);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

/* The kernel notes what the reference notes. */
static void the_first_index_outside_is_reported(void **state)
{
    (void)state;
    mg_ctx *const ctx = open_ctx();
    mg_graph *const g = open_graph(ctx);
    test_random r = {.stream = {.seed = 55}};
    const mg_value x = mg_input(g, "x", MG_F32, (mg_shape){1, {3}});
    const mg_value index = mg_input(g, "i", MG_I64, (mg_shape){1, {4}});
    const mg_value y = mg_gather(g, x, index);
    const test_values values = {false, false, 0, 2};
    test_step s;
    test_step_open(&s, g, y, &values, &r);
    mg_tensor_set(&s.tensor[1], 1, 3);
    mg_tensor_set(&s.tensor[1], 2, -7);
    assert_true(test_step_run(&s, g, &mg_kernel_gather, 2));
    assert_ptr_equal(s.frame.fault.node, mg_graph_node(g, y));
    assert_int_equal(s.frame.fault.index, 3);
    assert_int_equal(s.frame.fault.limit, 3);
    test_step_close(&s);
    mg_graph_destroy(g);
    mg_ctx_destroy(ctx);
}

/* ---- Random numbers ---- */

static mg_status take_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_random_take(mg_vector_at(0), arena, step, taken);
}

static mg_status take_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_random_take(mg_vector_at(1), arena, step, taken);
}

static mg_status take_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_random_take(mg_vector_at(2), arena, step, taken);
}

static const mg_kernel set_kernel[] = {
    {.name = "set 0", .take = take_at_0},
    {.name = "set 1", .take = take_at_1},
    {.name = "set 2", .take = take_at_2},
};

static void random_numbers_are_the_reference_s(void **state)
{
    (void)state;
    mg_ctx *const ctx = open_ctx();
    test_random r = {.stream = {.seed = 56}};
    static const int64_t sizes[] = {0, 1, 3, 4, 255, 257, 20000};
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        mg_graph *const g = open_graph(ctx);
        const mg_shape shape = {1, {sizes[i / 2]}};
        const mg_value y =
            i % 2 ? mg_random(g, 5, &shape) : mg_normal(g, 6, &shape);
        test_step s;
        const test_values values = {false, false, 0, 1};
        test_step_open(&s, g, y, &values, &r);
        for (int set = 0; mg_vector_at(set); set++)
            for (int threads = 1; threads <= 4; threads++) {
                assert_true(test_step_run(&s, g, &set_kernel[set], threads));
                assert_true(test_step_distance(&s, 0x1p-149, 0) <= 0);
            }
        test_step_close(&s);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gathering_agrees),
        cmocka_unit_test(rows_become_reals),
        cmocka_unit_test(scattering_agrees),
        cmocka_unit_test(ones_stand_at_their_index),
        cmocka_unit_test(the_first_index_outside_is_reported),
        cmocka_unit_test(random_numbers_are_the_reference_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
