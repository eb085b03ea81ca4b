/* Steps take denormal numbers as zeros, whichever thread does them, and leave
 * the caller's arithmetic as it was. */
#include "test.h"

#include "run/run.h"

#include <float.h>

#define N 100000 /* elements: work for several threads */

#if defined(__SSE2__) || defined(__aarch64__)
#define FLUSHES 1
#else
#define FLUSHES 0
#endif

static float x[N];

static mg_session *open(mg_ctx *ctx, mg_plan **plan)
{
    mg_graph *g = NULL;
    mg_session *session = NULL;
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value v = mg_input(g, "x", MG_F32, (mg_shape){1, {N}});
    mg_graph_add_root(g, "y", mg_mul(g, v, mg_real(g, 0.5)));
    assert_int_equal(mg_compile(g, MG_KERNELS_BEST, plan), MG_OK);
    mg_graph_destroy(g);
    assert_int_equal(mg_session_create(ctx, *plan, &session), MG_OK);
    assert_int_equal(mg_session_bind(session, "x", x), MG_OK);
    return session;
}

/* A product that is denormal, computed here. */
static bool has_denormals(void)
{
    volatile float least = FLT_MIN;
    return least * 0.5F > 0;
}

static void steps_flush_denormals_and_callers_keep_them(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        const mg_ctx_options options = {.threads = threads};
        mg_ctx *ctx = NULL;
        mg_plan *plan = NULL;
        assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
        for (int i = 0; i < N; i++)
            x[i] = FLT_MIN * (1 + (float)(i % 3));
        mg_session *const session = open(ctx, &plan);
        assert_true(has_denormals());
        assert_int_equal(mg_session_run(session), MG_OK);
        assert_true(has_denormals());
        const mg_tensor y = mg_session_result(session, "y");
        for (int i = 0; i < N; i++) {
            const float half = 0.5F * x[i];
            const float expected = FLUSHES && half < FLT_MIN ? 0 : half;
            assert_true(((const float *)y.data)[i] == expected);
        }
        mg_session_destroy(session);
        mg_plan_destroy(plan);
        mg_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_flush_denormals_and_callers_keep_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
