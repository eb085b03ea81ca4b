/* Which kernels a plan gets. */
#include "tests/test.h"

#include "run/run.h"

#include <string.h>

/* y[i] = x[index[i][1]]: the index is walked by steps of 2. */
static mg_graph *gather_at_second_column(mg_ctx *ctx)
{
    const int64_t table[] = {4, 3}, pairs[] = {5, 2}, five = 5;
    const int64_t begin[] = {0, 1}, count[] = {5, 1}, step[] = {1, 1};
    mg_graph *g = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value x = mg_input(g, "x", MG_F32, mg_shape_of(2, table));
    const mg_value index = mg_input(g, "index", MG_I64, mg_shape_of(2, pairs));
    const mg_shape shape = mg_shape_of(1, &five);
    const mg_value second =
        mg_reshape(g, mg_slice(g, index, begin, count, step), &shape);
    mg_graph_add_root(g, "y", mg_gather(g, x, second));
    assert_int_equal(mg_graph_status(g), MG_OK);
    return g;
}

static void check_gather(mg_ctx *ctx, const mg_plan *plan)
{
    float x[12];
    int64_t index[] = {9, 3, 9, 0, 9, 2, 9, 2, 9, 1};
    mg_session *session = NULL;
    for (int i = 0; i < 12; i++)
        x[i] = (float)i;
    assert_int_equal(mg_session_create(ctx, plan, &session), MG_OK);
    assert_int_equal(mg_session_bind(session, "x", x), MG_OK);
    assert_int_equal(mg_session_bind(session, "index", index), MG_OK);
    assert_int_equal(mg_session_run(session), MG_OK);
    const float *const y = mg_session_result(session, "y").data;
    for (int i = 0; i < 15; i++)
        assert_true(y[i] == x[3 * index[2 * (i / 3) + 1] + i % 3]);
    mg_session_destroy(session);
}

static void strides_do_not_leave_a_step_to_the_reference(void **state)
{
    (void)state;
    mg_ctx *ctx = NULL;
    assert_int_equal(mg_ctx_create(NULL, &ctx), MG_OK);
    static const mg_kernels kernels[] = {MG_KERNELS_BEST, MG_KERNELS_PLAIN};
    for (int k = 0; k < 2; k++) {
        mg_plan *plan = NULL;
        mg_graph *const g = gather_at_second_column(ctx);
        assert_int_equal(mg_compile(g, kernels[k], &plan), MG_OK);
        assert_true(plan->n_steps >= 2); /* a copy, the gather */
        for (size_t i = 0; i < plan->n_steps; i++)
            assert_string_not_equal(plan->step[i].kernel->name, "reference");
        check_gather(ctx, plan);
        mg_plan_destroy(plan);
        mg_graph_destroy(g);
    }
    mg_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strides_do_not_leave_a_step_to_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
