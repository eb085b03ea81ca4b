/* Products over operands in bf16 against sums in double precision of operands
 * that were rounded here. */
#include "tests/test.h"

#include "run/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t m, n, k;
    bool ta, tb, adds;
} sizes;

/* To eight significant bits, ties to even, by arithmetic alone. */
static double rounded(double x)
{
    int exponent = 0;
    const double half = frexp(x, &exponent);
    return x == 0 ? 0 : ldexp(nearbyint(ldexp(half, 8)), exponent - 8);
}

static float element(int64_t i, int64_t seed)
{
    return (float)((i * 7919 + seed * 104729) % 2003) / 1001 - 1;
}

static float *make(int64_t n, int64_t seed)
{
    float *const x = malloc((size_t)n * sizeof *x);
    assert_non_null(x);
    for (int64_t i = 0; i < n; i++)
        x[i] = element(i, seed);
    return x;
}

static double expected(const sizes *z, const float *a, const float *b,
                       int64_t i, int64_t j, float factor)
{
    double sum = 0;
    for (int64_t l = 0; l < z->k; l++) {
        const float x = a[z->ta ? l * z->m + i : i * z->k + l];
        const float y = b[z->tb ? j * z->k + l : l * z->n + j];
        sum += rounded((double)(x * factor)) * rounded((double)y);
    }
    return sum;
}

static mg_value build(mg_graph *g, const sizes *z)
{
    const mg_shape as = {2, {z->ta ? z->k : z->m, z->ta ? z->m : z->k}};
    const mg_shape bs = {2, {z->tb ? z->n : z->k, z->tb ? z->k : z->n}};
    const mg_shape cs = {2, {z->m, z->n}};
    const mg_value a = mg_variable(g, "a", MG_F32, as);
    const mg_value b = mg_variable(g, "b", MG_F32, bs);
    const mg_value c = mg_variable(g, "c", MG_F32, cs);
    const mg_value product =
        mg_matmul(g, z->ta ? mg_swap(g, a) : a, z->tb ? mg_swap(g, b) : b);
    return z->adds ? mg_sub(g, c, mg_mul(g, mg_real(g, 0.3), product))
                   : product;
}

static void check(mg_ctx *ctx, const sizes *z)
{
    mg_graph *g = NULL;
    mg_plan *plan = NULL;
    mg_session *session = NULL;
    float *const a = make(z->m * z->k, 1), *const b = make(z->k * z->n, 2);
    float *const c = make(z->m * z->n, 3);
    assert_int_equal(mg_graph_create(ctx, MG_F32, &g), MG_OK);
    const mg_value y = build(g, z);
    if (z->adds)
        mg_graph_add_update(
            g, "c", mg_variable(g, "c", MG_F32, (mg_shape){2, {z->m, z->n}}),
            y);
    else
        mg_graph_add_root(g, "y", y);
    assert_int_equal(mg_compile(g, MG_KERNELS_BF16, &plan), MG_OK);
    assert_int_equal(plan->n_steps, 1);
    assert_string_equal(plan->step[0].kernel->name, "matmul-bf16");
    assert_int_equal(mg_session_create(ctx, plan, &session), MG_OK);
    assert_int_equal(mg_session_bind(session, "a", a), MG_OK);
    assert_int_equal(mg_session_bind(session, "b", b), MG_OK);
    if (z->adds)
        assert_int_equal(mg_session_bind(session, "c", c), MG_OK);
    assert_int_equal(mg_session_run(session), MG_OK);
    const float *const got = z->adds ? c : mg_session_result(session, "y").data;
    for (int64_t i = 0; i < z->m * z->n; i++) {
        const double sum =
            expected(z, a, b, i / z->n, i % z->n, z->adds ? -0.3F : 1);
        const double want = z->adds ? (double)element(i, 3) + sum : sum;
        /* k sums in f32 of terms below 1, and one of c. */
        assert_true(fabs((double)got[i] - want) <=
                    0x1p-24 * (double)(z->k + 2) * sqrt((double)z->k));
    }
    mg_session_destroy(session);
    mg_plan_destroy(plan);
    mg_graph_destroy(g);
    free(a);
    free(b);
    free(c);
}

static void sums_of_rounded_products_are_exact_but_for_f32(void **state)
{
    (void)state;
    static const int64_t size[][3] = {
        {64, 80, 300}, {100, 37, 130}, {256, 64, 128}, {65, 129, 257}};
    if (!mg_has_bf16())
        skip();
    for (int threads = 1; threads <= 4; threads *= 4) {
        mg_ctx *ctx = NULL;
        const mg_ctx_options options = {.threads = threads};
        assert_int_equal(mg_ctx_create(&options, &ctx), MG_OK);
        for (size_t i = 0; i < sizeof size / sizeof *size; i++)
            for (int form = 0; form < 8; form++) {
                const sizes z = {size[i][0], size[i][1],     size[i][2],
                                 form & 1,   (form & 2) > 0, (form & 4) > 0};
                check(ctx, &z);
            }
        mg_ctx_destroy(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_rounded_products_are_exact_but_for_f32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
