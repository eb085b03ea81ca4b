/* Reducing kernels against the ops' folds in f64. */
#include "tests/test.h"

#include <math.h>

#include "kernels/take.h"
#include "support/steps.h"

static mg_status take_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_reduce_take(mg_vector_at(0), arena, step, taken);
}

static mg_status take_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_reduce_take(mg_vector_at(1), arena, step, taken);
}

static mg_status take_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_reduce_take(mg_vector_at(2), arena, step, taken);
}

static const mg_kernel set_kernel[] = {
    {.name = "set 0", .take = take_at_0},
    {.name = "set 1", .take = take_at_1},
    {.name = "set 2", .take = take_at_2},
};

static const mg_op *const real_ops[] = {
    &mg_op_sum, &mg_op_mean, &mg_op_max,    &mg_op_min,
    &mg_op_var, &mg_op_prod, &mg_op_argmax, &mg_op_argmin,
};
#define REAL_OPS (sizeof real_ops / sizeof *real_ops)

static bool is_argument(const mg_op *op)
{
    return op == &mg_op_argmax || op == &mg_op_argmin;
}

/* Some axes of the shape; for an index one, or all. */
static mg_value draw_node(mg_graph *g, const mg_op *op, mg_dtype dtype,
                          const mg_shape *shape, test_random *r)
{
    int64_t axes[MG_MAX_RANK];
    int n = 0;
    for (int i = 0; i < shape->rank; i++)
        if (test_draw(r, 0, 1))
            axes[n++] = i;
    if (is_argument(op) && n != 1)
        n = -1;
    const mg_value x = mg_input(g, "x", dtype, *shape);
    return mg_reduce(g, op, x, n, axes, test_draw(r, 0, 1) == 1);
}

/* A sum's error is at most 40 roundings of the sum of magnitudes, each below
 * `to` in size; a variance's the same of squares. max, min and indices are
 * exact; a product makes one rounding a factor. */
static double allowed(const mg_op *op, double to)
{
    const double unit = 0x1p-24 * 40;
    if (op == &mg_op_mean)
        return unit * to;
    if (op == &mg_op_var)
        return unit * 4 * to * to;
    return op == &mg_op_sum ? unit * to : 0;
}

static double count_of(const mg_graph *g, const mg_node *node)
{
    const mg_shape x = mg_value_shape(g, node->input[0]);
    double n = 1;
    for (int i = 1; i < node->n_attrs; i++)
        n *= (double)x.dim[node->attr[i]];
    return n;
}

static void check_node(const mg_op *op, mg_dtype dtype, const mg_shape *shape,
                       const test_values *values, test_random *r, mg_ctx *ctx)
{
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value y = draw_node(g, op, dtype, shape, r);
    if (mg_graph_status(g) != MG_OK)
        fail_msg("%s: %s", op->name, mg_message(ctx));
    const mg_node *const node = mg_graph_node(g, y);
    test_step s;
    test_step_open(&s, g, y, values, r);
    const double n = count_of(g, node);
    const double to = fmax(fabs(values->from), fabs(values->to));
    const double absolute =
        allowed(op, to) * (op == &mg_op_sum ? n : 1) + 0x1p-149;
    const double relative = op == &mg_op_prod ? (n + 1) * 0x1p-24 : 0x1p-24;
    for (int set = 0; mg_vector_at(set); set++) {
        uint64_t bits = 0;
        for (int threads = 1; threads <= 4; threads++) {
            if (!test_step_run(&s, g, &set_kernel[set], threads)) {
                assert_true(is_argument(op) || dtype == MG_BOOL);
                continue;
            }
            const double far = test_step_distance(&s, absolute, relative);
            if (far > 1)
                fail_msg("%s, %s, draw %llu: %g units too far", op->name,
                         mg_vector_at(set)->name, (unsigned long long)r->drawn,
                         far);
            /* Threads share the results, never one sum. */
            const uint64_t now = test_step_bits(&s);
            assert_true(threads == 1 || bits == now);
            bits = now;
        }
    }
    test_step_close(&s);
    mg_graph_destroy(g);
}

static void reductions_agree_with_their_folds(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 21}};
    for (size_t i = 0; i < REAL_OPS; i++)
        for (int turn = 0; turn < 60; turn++) {
            const mg_shape shape = test_shape(&r, 0, 4, 12);
            const test_values values = {turn % 2 == 1, false, -1.5, 1.5};
            check_node(real_ops[i], MG_F32, &shape, &values, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

static void long_reductions_keep_their_accuracy(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 22}};
    const mg_shape shapes[] = {
        {1, {100003}}, {2, {300, 517}}, {3, {20, 50, 33}}, {2, {5000, 10}}};
    for (size_t i = 0; i < REAL_OPS; i++)
        for (size_t k = 0; k < 2 * sizeof shapes / sizeof *shapes; k++) {
            const test_values values = {k % 2 == 1, false, 0.5, 1.1};
            if (real_ops[i] != &mg_op_prod)
                check_node(real_ops[i], MG_F32, &shapes[k / 2], &values, &r,
                           ctx);
        }
    mg_ctx_destroy(ctx);
}

/* Parts of 32 and more rows, whole and not, joined in their order. */
static void tall_columns_are_folded_in_parts(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 25}};
    const mg_op *const ops[] = {&mg_op_sum, &mg_op_mean, &mg_op_prod,
                                &mg_op_max, &mg_op_min};
    const mg_shape shapes[] = {{2, {512, 128}}, {2, {300, 77}},
                               {2, {130, 129}}, {2, {1025, 17}},
                               {2, {2000, 9}},  {3, {40, 25, 20}}};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (int turn = 0; turn < 60; turn++) {
            const bool special = i > 2 && turn % 3 == 0;
            const test_values values = {turn % 2 == 1, special, 0.99, 1.01};
            check_node(ops[i], MG_F32, &shapes[turn % 6], &values, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

static void not_a_number_and_infinities_pass_through(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 23}};
    const mg_op *const ops[] = {&mg_op_max, &mg_op_min, &mg_op_argmax,
                                &mg_op_argmin};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (int turn = 0; turn < 60; turn++) {
            const mg_shape shape = test_shape(&r, 1, 3, 80 / (turn % 2 + 1));
            const test_values values = {turn % 2 == 1, turn % 3 == 0, -1, 1};
            check_node(ops[i], MG_F32, &shape, &values, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

static void truth_values_agree(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 24}};
    for (int turn = 0; turn < 80; turn++) {
        const mg_shape shape = test_shape(&r, 0, 3, 4);
        const test_values values = {turn % 4 > 1, false, 0, 1};
        check_node(turn % 2 ? &mg_op_any : &mg_op_all, MG_BOOL, &shape, &values,
                   &r, ctx);
    }
    mg_ctx_destroy(ctx);
}

static void nothing_sums_to_zero(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 25}};
    const mg_shape shapes[] = {
        {1, {0}}, {2, {0, 5}}, {2, {5, 0}}, {3, {2, 0, 3}}};
    const mg_op *const ops[] = {&mg_op_sum, &mg_op_mean, &mg_op_prod,
                                &mg_op_var};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (size_t k = 0; k < 4 * sizeof shapes / sizeof *shapes; k++) {
            const test_values values = {false, false, -1, 1};
            check_node(ops[i], MG_F32, &shapes[k / 4], &values, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

/* ---- Rows of loops ---- */

#define ROWS 7
#define LONGEST 300

static double take(mg_fold_kind kind, double so_far, double x)
{
    switch (kind) {
    case MG_SUM_FOLD:
        return so_far + x;
    case MG_PRODUCT_FOLD:
        return so_far * x;
    case MG_LARGEST_FOLD:
        return fmax(so_far, x);
    case MG_SMALLEST_FOLD:
        return fmin(so_far, x);
    case MG_SQUARES_FOLD:
    case MG_FOLDS:
        break;
    }
    return so_far;
}

/* From the first element on, which every fold here starts with. */
static double fold_of(mg_fold_kind kind, const float *x, int64_t n)
{
    double so_far = (double)x[0];
    for (int64_t i = 1; i < n; i++)
        so_far = take(kind, so_far, (double)x[i]);
    return so_far;
}

/* What is read beyond the rows, to either side, would be NaN. */
static void check_rows(const mg_vector_set *set, mg_fold_kind kind,
                       int64_t length, test_random *r)
{
    float around[32 + ROWS * LONGEST + 32], y[ROWS];
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        around[i] = NAN;
    float *const x = around + 32;
    for (int64_t i = 0; i < ROWS * length; i++)
        x[i] = (float)test_draw(r, -50, 50) / 101 + 1;
    for (int64_t rows = 1; rows <= ROWS; rows++) {
        const mg_block block = {.n = rows,
                                .source = {x},
                                .step = {1},
                                .target = y,
                                .target_step = 1};
        for (int64_t i = 0; i < ROWS; i++)
            y[i] = 77;
        const float next = x[rows * length];
        x[rows * length] = NAN;
        set->fold[kind].rows(&block, length, 1);
        for (int64_t i = 0; i < ROWS; i++) {
            const double want =
                i < rows ? fold_of(kind, x + i * length, length) : 77;
            if (!(fabs((double)y[i] - want) <= 0x1p-24 * 300 * fabs(want)))
                fail_msg("%s: fold %d, row %d of %d of %d: %g, not %g",
                         set->name, (int)kind, (int)i, (int)rows, (int)length,
                         (double)y[i], want);
        }
        x[rows * length] = next;
    }
}

static void rows_of_every_length_are_folded_whole(void **state)
{
    (void)state;
    test_random r = {.stream = {.seed = 26}};
    for (int i = 0; mg_vector_at(i); i++)
        for (mg_fold_kind kind = 0; kind < MG_SQUARES_FOLD; kind++)
            for (int64_t length = 1; length <= LONGEST; length++)
                check_rows(mg_vector_at(i), kind, length, &r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reductions_agree_with_their_folds),
        cmocka_unit_test(long_reductions_keep_their_accuracy),
        cmocka_unit_test(tall_columns_are_folded_in_parts),
        cmocka_unit_test(not_a_number_and_infinities_pass_through),
        cmocka_unit_test(truth_values_agree),
        cmocka_unit_test(nothing_sums_to_zero),
        cmocka_unit_test(rows_of_every_length_are_folded_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
