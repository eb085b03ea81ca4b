/* Copying moves against the ops' references. */
#include "tests/test.h"

#include "support/steps.h"

typedef mg_value draw_fn(mg_graph *g, mg_dtype dtype, const mg_shape *shape,
                         test_random *r);

static void shuffle_axes(int rank, int64_t axes[], test_random *r)
{
    for (int i = 0; i < rank; i++)
        axes[i] = i;
    for (int i = rank - 1; i > 0; i--) {
        const int64_t j = test_draw(r, 0, i);
        const int64_t kept = axes[i];
        axes[i] = axes[j];
        axes[j] = kept;
    }
}

static mg_value draw_transpose(mg_graph *g, mg_dtype dtype,
                               const mg_shape *shape, test_random *r)
{
    int64_t axes[MG_MAX_RANK];
    shuffle_axes(shape->rank, axes, r);
    return mg_transpose(g, mg_input(g, "x", dtype, *shape), axes);
}

/* The axes in another order, or all in one. */
static mg_value draw_reshape(mg_graph *g, mg_dtype dtype, const mg_shape *shape,
                             test_random *r)
{
    int64_t axes[MG_MAX_RANK];
    mg_shape to = {0};
    shuffle_axes(shape->rank, axes, r);
    for (int i = 0; i < shape->rank; i++)
        mg_shape_append(&to, shape->dim[axes[i]]);
    if (test_draw(r, 0, 1))
        to = (mg_shape){1, {mg_shape_size(shape)}};
    return mg_reshape(g, mg_input(g, "x", dtype, *shape), &to);
}

static mg_value draw_broadcast(mg_graph *g, mg_dtype dtype,
                               const mg_shape *shape, test_random *r)
{
    const mg_shape narrow = test_narrower(r, shape);
    return mg_broadcast(g, mg_input(g, "x", dtype, narrow), shape);
}

static mg_value draw_slice(mg_graph *g, mg_dtype dtype, const mg_shape *shape,
                           test_random *r)
{
    int64_t begin[MG_MAX_RANK], count[MG_MAX_RANK], step[MG_MAX_RANK];
    for (int i = 0; i < shape->rank; i++) {
        const int64_t from = test_draw(r, 0, shape->dim[i] - 1);
        const int64_t to = test_draw(r, 0, shape->dim[i] - 1);
        const int64_t size = to > from ? to - from : from - to;
        step[i] = test_draw(r, 1, 3);
        count[i] = size / step[i] + 1;
        begin[i] = from;
        if (to < from)
            step[i] = -step[i];
    }
    return mg_slice(g, mg_input(g, "x", dtype, *shape), begin, count, step);
}

static mg_value draw_pad(mg_graph *g, mg_dtype dtype, const mg_shape *shape,
                         test_random *r)
{
    int64_t low[MG_MAX_RANK], high[MG_MAX_RANK], interior[MG_MAX_RANK];
    for (int i = 0; i < shape->rank; i++) {
        low[i] = test_draw(r, 0, 3);
        high[i] = test_draw(r, 0, 3);
        interior[i] = test_draw(r, 0, 2);
    }
    return mg_pad(g, mg_input(g, "x", dtype, *shape), low, high, interior);
}

static mg_value draw_flip(mg_graph *g, mg_dtype dtype, const mg_shape *shape,
                          test_random *r)
{
    int64_t axes[MG_MAX_RANK];
    int n = 0;
    for (int i = 0; i < shape->rank; i++)
        if (test_draw(r, 0, 1))
            axes[n++] = i;
    return mg_flip(g, mg_input(g, "x", dtype, *shape), n, axes);
}

static mg_value draw_concat(mg_graph *g, mg_dtype dtype, const mg_shape *shape,
                            test_random *r)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    const int n = (int)test_draw(r, 1, 4);
    const int64_t axis = test_draw(r, 0, shape->rank - 1);
    mg_value x[4];
    for (int i = 0; i < n; i++) {
        mg_shape part = *shape;
        part.dim[axis] = test_draw(r, 0, 7);
        x[i] = mg_input(g, names[i], dtype, part);
    }
    return mg_concat(g, n, x, axis);
}

static const struct {
    const mg_op *op;
    draw_fn *draw;
} moves[] = {
    {&mg_op_transpose, draw_transpose},
    {&mg_op_reshape, draw_reshape},
    {&mg_op_broadcast, draw_broadcast},
    {&mg_op_slice, draw_slice},
    {&mg_op_pad, draw_pad},
    {&mg_op_flip, draw_flip},
    {&mg_op_concat, draw_concat},
};

static void check_move(size_t which, mg_dtype dtype, const mg_shape *shape,
                       bool strided, test_random *r, mg_ctx *ctx)
{
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value y = moves[which].draw(g, dtype, shape, r);
    if (mg_graph_status(g) != MG_OK)
        fail_msg("%s: %s", moves[which].op->name, mg_message(ctx));
    /* Some moves change nothing, and are no node. */
    if (mg_graph_node(g, y)->op == moves[which].op) {
        test_step s;
        const test_values values = {strided, false, -9, 9};
        test_step_open(&s, g, y, &values, r);
        for (int threads = 1; threads <= 3; threads++) {
            assert_true(test_step_run(&s, g, &mg_kernel_move, threads));
            if (test_step_distance(&s, 0x1p-149, 0) > 0)
                fail_msg("%s of %s, draw %llu", moves[which].op->name,
                         mg_dtype_name(dtype), (unsigned long long)r->drawn);
        }
        test_step_close(&s);
    }
    mg_graph_destroy(g);
}

static void moves_agree_with_their_references(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    static const mg_dtype dtypes[] = {MG_F32, MG_F64, MG_BOOL, MG_I64, MG_U8};
    test_random r = {.stream = {.seed = 41}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        for (int turn = 0; turn < 60; turn++) {
            const mg_shape shape = test_shape(&r, 1, 4, turn % 2 ? 6 : 40);
            if (mg_shape_size(&shape) < 100000)
                check_move(i, dtypes[turn % 5], &shape, turn % 4 > 1, &r, ctx);
        }
    mg_ctx_destroy(ctx);
}

static void nothing_is_moved_from_nothing(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    test_random r = {.stream = {.seed = 42}};
    const mg_shape shapes[] = {{1, {0}}, {2, {0, 4}}, {3, {3, 0, 2}}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
            if (moves[i].op != &mg_op_slice && moves[i].op != &mg_op_broadcast)
                check_move(i, MG_F32, &shapes[k], false, &r, ctx);
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_agree_with_their_references),
        cmocka_unit_test(nothing_is_moved_from_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
