/* The errors of division and square root over floats of all sizes: the bounds
 * that kernels/vector/roots.c states. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "kernels/vector/set.h"
#include "support/floats.h"

#define BLOCK 4099 /* whole vectors and a rest */
/* Bit patterns are a prime apart: each exponent gets a sample of fractions. */
#define APART 499
#define ROOT_ULPS 0.8
#define QUOTIENT_ULPS 0.51
/* Of smaller dividends, and of denormal results in their steps. */
#define LEAST 0x1p-100
#define SMALL_ULPS 1.75

/* Numbers all over the place (xorshift; Marsaglia, 2003). */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* In units of the last place; what has no finite value must be just so, and 0
 * has a sign. */
static double error_of(float y, double exact)
{
    const float rounded = (float)exact;
    if (isnan(rounded) || isnan(y))
        return isnan(rounded) && isnan(y) ? 0 : INFINITY;
    if (isinf(rounded) || isinf(y))
        return y == rounded ? 0 : INFINITY;
    if (y == 0 && !signbit(y) != !signbit(rounded))
        return INFINITY;
    return fabs((double)y - exact) / test_unit_at(exact);
}

static void divide(const mg_vector_set *set, const float *a, int64_t step_a,
                   const float *b, int64_t step_b, float y[BLOCK])
{
    const mg_block block = {.n = BLOCK,
                            .source = {a, b},
                            .step = {step_a, step_b},
                            .target = y,
                            .target_step = 1};
    mg_block_find(set, &mg_op_div, MG_F32, MG_F32)->run(&block);
}

static void check_quotient(const char *set, float a, float b, float y)
{
    const double exact = (double)a / (double)b;
    const bool small = fabs((double)a) < LEAST || fabs(exact) < 0x1p-126;
    if (!(error_of(y, exact) <= (small ? SMALL_ULPS : QUOTIENT_ULPS)))
        fail_msg("%s, %a / %a: %a is %g units off", set, (double)a, (double)b,
                 (double)y, error_of(y, exact));
}

static void quotients_of_all_sizes_are_near(void **state)
{
    (void)state;
    static float a[BLOCK], b[BLOCK], y[BLOCK];
    uint64_t random = 88172645463325252;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < BLOCK; i++) {
            const uint64_t bits = draw(&random);
            const uint32_t near = round % 2 ? 0x407FFFFF : UINT32_MAX;
            a[i] = test_float_of((uint32_t)bits & near);
            b[i] = test_float_of((uint32_t)(bits >> 32) & near);
        }
        for (int set = 0; mg_vector_at(set); set++) {
            const char *const name = mg_vector_at(set)->name;
            divide(mg_vector_at(set), a, 1, b, 1, y);
            for (int i = 0; i < BLOCK; i++)
                check_quotient(name, a[i], b[i], y[i]);
            divide(mg_vector_at(set), a, 1, b, 0, y);
            for (int i = 0; i < BLOCK; i++)
                check_quotient(name, a[i], b[0], y[i]);
            divide(mg_vector_at(set), a, 0, b, 1, y);
            for (int i = 0; i < BLOCK; i++)
                check_quotient(name, a[0], b[i], y[i]);
        }
    }
}

static void quotients_that_are_floats_are_exact(void **state)
{
    (void)state;
    static float a[BLOCK], b[BLOCK], y[BLOCK];
    uint64_t random = 1;
    for (int i = 0; i < BLOCK; i++) {
        const uint64_t bits = draw(&random);
        b[i] = (float)(1 + (bits & 0xFFF));
        a[i] = b[i] * (float)(bits >> 32 & 0xFFF);
    }
    for (int set = 0; mg_vector_at(set); set++) {
        divide(mg_vector_at(set), a, 1, b, 1, y);
        for (int i = 0; i < BLOCK; i++)
            assert_true((double)y[i] == (double)a[i] / (double)b[i]);
    }
}

static void quotients_of_edges_are_exact(void **state)
{
    (void)state;
    static const float edge[] = {0,          -0.0F,     1,         -1,
                                 INFINITY,   -INFINITY, NAN,       0x1p-149F,
                                 -0x1p-126F, 0x1p-101F, 0x1p-100F, 0x1p126F,
                                 0x1p127F,   0x1.8p127F};
    enum { EDGES = sizeof edge / sizeof *edge };
    static float b[BLOCK], y[BLOCK];
    for (int i = 0; i < BLOCK; i++)
        b[i] = edge[i % EDGES];
    for (int set = 0; mg_vector_at(set); set++)
        for (int k = 0; k < EDGES; k++) {
            divide(mg_vector_at(set), &edge[k], 0, b, 1, y);
            for (int i = 0; i < BLOCK; i++)
                check_quotient(mg_vector_at(set)->name, edge[k], b[i], y[i]);
        }
}

static void roots_of_all_floats_are_near(void **state)
{
    (void)state;
    static float x[BLOCK], y[BLOCK];
    const mg_block block = {
        .n = BLOCK, .source = {x}, .step = {1}, .target = y, .target_step = 1};
    for (int set = 0; mg_vector_at(set); set++)
        for (uint64_t bits = 0; bits <= UINT32_MAX;) {
            for (int i = 0; i < BLOCK; i++, bits += APART)
                x[i] = test_float_of((uint32_t)bits);
            x[0] = -0.0F;
            x[1] = INFINITY;
            mg_block_find(mg_vector_at(set), &mg_op_sqrt, MG_F32, MG_F32)
                ->run(&block);
            for (int i = 0; i < BLOCK; i++)
                if (!(error_of(y[i], sqrt((double)x[i])) <= ROOT_ULPS))
                    fail_msg("%s, root of %a: %a", mg_vector_at(set)->name,
                             (double)x[i], (double)y[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotients_of_all_sizes_are_near),
        cmocka_unit_test(quotients_that_are_floats_are_exact),
        cmocka_unit_test(quotients_of_edges_are_exact),
        cmocka_unit_test(roots_of_all_floats_are_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
