/* Elementwise kernels against the ops' scalar functions. */
#include "tests/test.h"

#include <math.h>

#include "graph/evaluate.h"
#include "kernels/take.h"
#include "support/steps.h"

static mg_status take_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{

    return mg_vector_take(mg_vector_at(0), arena, g, step, taken);
}

static mg_status take_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{

    return mg_vector_take(mg_vector_at(1), arena, g, step, taken);
}

static mg_status take_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{

    return mg_vector_take(mg_vector_at(2), arena, g, step, taken);
}

/* One kernel for each instruction set; then the best and the reference. */
static const mg_kernel set_kernel[] = {
    {.name = "set 0", .take = take_at_0},
    {.name = "set 1", .take = take_at_1},
    {.name = "set 2", .take = take_at_2},
};

/* Units of the last place, as exponential.c, roots.c and sine.c state them;
 * what is one operation rounded once is exact. */
static const struct {
    const mg_op *op;
    double ulps;
} inexact[] = {
    {&mg_op_exp, 1.1},     {&mg_op_log, 1},     {&mg_op_tanh, 1.5},
    {&mg_op_sigmoid, 2.5}, {&mg_op_erf, 1.6},   {&mg_op_sin, 2},
    {&mg_op_cos, 2},       {&mg_op_rsqrt, 1.5}, {&mg_op_expm1, 1.6},
    {&mg_op_log1p, 2},     {&mg_op_div, 1},     {&mg_op_sqrt, 1},
};

static double allowed(const mg_op *op)
{
    for (size_t i = 0; i < sizeof inexact / sizeof *inexact; i++)
        if (inexact[i].op == op)
            return inexact[i].ulps;
    return 0;
}

/* A node of the op over inputs of the dtype, broadcasting to `shape`. */
static mg_value draw_node(mg_graph *g, const mg_op *op, mg_dtype dtype,
                          const mg_shape *shape, test_random *r)
{
    static const char *const names[] = {"a", "b", "c"};
    mg_value x[3];
    for (int i = 0; i < op->n_inputs; i++) {
        const mg_shape narrow =
            i == 0 && op != &mg_op_where ? *shape : test_narrower(r, shape);
        const bool truth =
            (op == &mg_op_where && i == 0) || op->operands == MG_AS_TRUTH;
        x[i] = mg_input(g, names[i], truth ? MG_BOOL : dtype, narrow);
    }
    if (op == &mg_op_cast) {
        static const mg_dtype to[] = {MG_F32, MG_F64, MG_I32, MG_I64};
        return mg_cast(g, x[0], to[test_draw(r, 0, 3)]);
    }
    return mg_apply(g, op, op->n_inputs, x, NULL);
}

/* Runs all kernels on one random node; each must agree with the oracle. */
static void check_node(const mg_op *op, mg_dtype dtype, const mg_shape *shape,
                       const test_values *values, test_random *r, mg_ctx *ctx)
{
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value y = draw_node(g, op, dtype, shape, r);
    if (mg_graph_status(g) != MG_OK)
        fail_msg("%s: %s", op->name, mg_message(ctx));
    test_step s;
    test_step_open(&s, g, y, values, r);
    const double relative = allowed(op) * 0x1p-23;
    for (int set = 0; mg_vector_at(set); set++) {
        for (int threads = 1; threads <= 4; threads++) {
            assert_true(test_step_run(&s, g, &set_kernel[set], threads));
            const double far = test_step_distance(&s, 0x1p-149, relative);
            if (far > 1)
                fail_msg("%s of %s, %s, draw %llu: %g units too far", op->name,
                         mg_dtype_name(dtype), mg_vector_at(set)->name,
                         (unsigned long long)r->drawn, far);
        }
    }
    assert_true(test_step_run(&s, g, &mg_kernel_reference, 1));
    assert_true(test_step_distance(&s, 0x1p-149, 0) <= 0);
    test_step_close(&s);
    mg_graph_destroy(g);
}

static bool is_elementwise(const mg_op *op)
{
    return op->kind == MG_ELEMENTWISE && op->scalar;
}

static bool wants_integers(const mg_op *op)
{
    return op == &mg_op_floor_div || op == &mg_op_mod;
}

static void every_op_agrees_with_its_scalar_function(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 11}};
    for (size_t i = 0; i < mg_op_count; i++) {
        if (!is_elementwise(mg_ops[i]))
            continue;
        for (int turn = 0; turn < 24; turn++) {
            const mg_shape shape = test_shape(&r, 0, 4, 9);
            const test_values values = {turn % 2 == 1, turn % 3 == 2, -3, 3};
            const mg_dtype real = turn % 6 == 5 ? MG_F64 : MG_F32;
            const mg_dtype dtype = wants_integers(mg_ops[i]) ? MG_I64 : real;
            check_node(mg_ops[i], dtype, &shape, &values, &r, ctx);
        }
    }
    mg_ctx_destroy(ctx);
}

static void integers_agree_too(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 12}};
    const mg_op *const ops[] = {
        &mg_op_add,   &mg_op_sub,  &mg_op_mul,   &mg_op_maximum, &mg_op_less,
        &mg_op_equal, &mg_op_mod,  &mg_op_where, &mg_op_cast,    &mg_op_abs,
        &mg_op_neg,   &mg_op_sign, &mg_op_clamp,
    };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (int turn = 0; turn < 12; turn++) {
            const mg_shape shape = test_shape(&r, 0, 3, 9);
            const test_values values = {turn % 2 == 1, false, -9, 9};
            check_node(ops[i], MG_I64, &shape, &values, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

/* x^e for the exponents that have a way of their own, and others. */
static void powers_of_one_exponent_agree(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 17}};
    static const double exponents[] = {2, 3, -1, 1, 0, 0.5, 2.5, -2};
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
        mg_graph *g = NULL;
        assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
        const mg_value x = mg_input(g, "x", MG_F32, (mg_shape){1, {100}});
        const mg_value e = mg_input(g, "e", MG_F32, (mg_shape){0});
        const mg_value y = mg_pow(g, x, e);
        test_step s;
        const test_values values = {false, true, -3, 3};
        test_step_open(&s, g, y, &values, &r);
        mg_tensor_set(&s.tensor[1], 0, exponents[i]);
        mg_evaluate_node(&s.frame, s.step.node, s.tensor, &s.expected);
        for (int set = 0; mg_vector_at(set); set++) {
            assert_true(test_step_run(&s, g, &set_kernel[set], 1));
            assert_true(test_step_distance(&s, 0x1p-149, 0) <= 0);
        }
        test_step_close(&s);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

static void bytes_become_reals(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 13}};
    const mg_dtype from[] = {MG_U8, MG_I32, MG_BOOL};
    for (int turn = 0; turn < 60; turn++) {
        const mg_shape shape = test_shape(&r, 0, 3, 40);
        const test_values values = {turn % 2 == 1, false, -200, 255};
        check_node(&mg_op_cast, from[turn % 3], &shape, &values, &r, ctx);
    }
    mg_ctx_destroy(ctx);
}

/* Long enough for several threads and for one long row. */
static void long_rows_and_many_rows_agree(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 14}};
    const mg_op *const ops[] = {&mg_op_add, &mg_op_exp, &mg_op_where,
                                &mg_op_less_equal, &mg_op_tanh};
    const mg_shape shapes[] = {
        {1, {30011}}, {2, {3000, 10}}, {2, {7, 4099}}, {3, {40, 30, 20}}};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
            const test_values values = {k % 2 == 1, false, -20, 20};
            check_node(ops[i], MG_F32, &shapes[k], &values, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

static void nothing_is_done_with_no_elements(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 15}};
    const mg_shape shapes[] = {
        {1, {0}}, {2, {0, 5}}, {2, {5, 0}}, {3, {2, 0, 3}}};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        const test_values values = {false, false, -1, 1};
        check_node(&mg_op_add, MG_F32, &shapes[k], &values, &r, ctx);
        check_node(&mg_op_exp, MG_F32, &shapes[k], &values, &r, ctx);
    }
    mg_ctx_destroy(ctx);
}

/* y in the memory of each operand in turn, wherever the kernel allows it. */
static void check_in_place(const mg_op *op, const mg_shape *shape,
                           test_random *r, mg_ctx *ctx)
{
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value y = draw_node(g, op, MG_F32, shape, r);
    const test_values values = {.from = -2, .to = 2};
    test_step s;
    test_step_open(&s, g, y, &values, r);
    const mg_kernel *const kernels[] = {&mg_kernel_vector, &mg_kernel_reference,
                                        &mg_kernel_vector_baseline};
    int done = 0;
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < op->n_inputs; i++) {
            if (!test_step_run_in_place(&s, g, kernels[k], i))
                continue;
            done++;
            if (test_step_distance(&s, 0x1p-149, allowed(op) * 0x1p-23) > 1)
                fail_msg("%s over operand %d by %s", op->name, i,
                         kernels[k]->name);
        }
    const bool same_size = mg_dtype_size(mg_value_type(g, y).dtype) == 4;
    assert_true(done > 0 || !same_size || op == &mg_op_where);
    test_step_close(&s);
    mg_graph_destroy(g);
}

static void results_may_stand_over_operands(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 16}};
    for (size_t i = 0; i < mg_op_count; i++) {
        if (!is_elementwise(mg_ops[i]) || wants_integers(mg_ops[i]) ||
            mg_ops[i]->operands == MG_AS_TRUTH)
            continue;
        for (int turn = 0; turn < 6; turn++) {
            const mg_shape shape = test_shape(&r, 0, 3, turn % 2 ? 9 : 30);
            check_in_place(mg_ops[i], &shape, &r, ctx);
        }
    }
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_op_agrees_with_its_scalar_function),
        cmocka_unit_test(integers_agree_too),
        cmocka_unit_test(powers_of_one_exponent_agree),
        cmocka_unit_test(bytes_become_reals),
        cmocka_unit_test(long_rows_and_many_rows_agree),
        cmocka_unit_test(nothing_is_done_with_no_elements),
        cmocka_unit_test(results_may_stand_over_operands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
