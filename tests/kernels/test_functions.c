/* The errors of exp, log and their kin over floats of all sizes: the
 * bounds that kernels/vector states. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "kernels/vector/set.h"
#include "support/floats.h"

#define BLOCK 4096
/* Bit patterns are a prime apart: each exponent gets a sample of fractions. */
#define APART 1009

typedef struct {
    const mg_op *op;
    double ulps;
} bound;

static const bound bounds[] = {
    {&mg_op_exp, 1.1},     {&mg_op_log, 1},    {&mg_op_tanh, 1.5},
    {&mg_op_sigmoid, 2.5}, {&mg_op_erf, 1.75}, {&mg_op_expm1, 1.6},
    {&mg_op_log1p, 2},     {&mg_op_sin, 1.75}, {&mg_op_cos, 1.75},
};

/* The error of y in units of the last place of the exact value. */
static double error_of(float y, double exact)
{
    const float rounded = (float)exact;
    if ((isnan(y) && isnan(exact)) || y == rounded)
        return isfinite(rounded) ? fabs((double)y - exact) / test_unit_at(exact)
                                 : 0;
    if (!isfinite(y) || !isfinite(rounded))
        return INFINITY;
    return fabs((double)y - exact) / test_unit_at(exact);
}

static void check_block(const bound *b, const mg_block_entry *entry,
                        const char *set, const float x[BLOCK], double *worst)
{
    float y[BLOCK];
    const mg_block block = {
        .n = BLOCK, .source = {x}, .step = {1}, .target = y, .target_step = 1};
    entry->run(&block);
    for (int i = 0; i < BLOCK; i++) {
        const double value = (double)x[i];
        const double error = error_of(y[i], b->op->scalar(&value));
        if (!(error <= b->ulps))
            fail_msg("%s, %s of %a: %a is %g units off", set, b->op->name,
                     (double)x[i], (double)y[i], error);
        if (error > *worst)
            *worst = error;
    }
}

static double worst_of(const bound *b, const mg_vector_set *set)
{
    const mg_block_entry *const entry =
        mg_block_find(set, b->op, MG_F32, MG_F32);
    assert_non_null(entry);
    float x[BLOCK];
    double worst = 0;
    uint64_t bits = 0;
    while (bits <= UINT32_MAX) {
        for (int i = 0; i < BLOCK; i++, bits += APART)
            x[i] = test_float_of((uint32_t)bits);
        check_block(b, entry, set->name, x, &worst);
    }
    return worst;
}

static void errors_stay_within_the_stated_bounds(void **state)
{
    (void)state;
    for (int i = 0; mg_vector_at(i); i++)
        for (size_t k = 0; k < sizeof bounds / sizeof *bounds; k++)
            print_message("%s, %s: %.3f units of %.3f\n", mg_vector_at(i)->name,
                          bounds[k].op->name,
                          worst_of(&bounds[k], mg_vector_at(i)),
                          bounds[k].ulps);
}

static void edges_are_exact(void **state)
{
    (void)state;
    static const struct {
        const mg_op *op;
        float x, y;
    } edges[] = {
        {&mg_op_exp, 0, 1},
        {&mg_op_exp, -INFINITY, 0},
        {&mg_op_exp, INFINITY, INFINITY},
        {&mg_op_exp, 88.8F, INFINITY},
        {&mg_op_log, 1, 0},
        {&mg_op_log, 0, -INFINITY},
        {&mg_op_log, INFINITY, INFINITY},
        {&mg_op_tanh, INFINITY, 1},
        {&mg_op_expm1, INFINITY, INFINITY},
        {&mg_op_expm1, -INFINITY, -1},
        {&mg_op_expm1, 0, 0},
        {&mg_op_log1p, -1, -INFINITY},
        {&mg_op_log1p, INFINITY, INFINITY},
        {&mg_op_log1p, 0, 0},
        {&mg_op_tanh, -20, -1},
        {&mg_op_sigmoid, 0, 0.5F},
        {&mg_op_sigmoid, INFINITY, 1},
        {&mg_op_sigmoid, -INFINITY, 0},
        {&mg_op_erf, 5, 1},
        {&mg_op_erf, -INFINITY, -1},
        {&mg_op_sin, 0, 0},
        {&mg_op_cos, 0, 1},
    };
    for (int i = 0; mg_vector_at(i); i++)
        for (size_t k = 0; k < sizeof edges / sizeof *edges; k++) {
            float y = -7;
            const mg_block block = {.n = 1,
                                    .source = {&edges[k].x},
                                    .step = {1},
                                    .target = &y,
                                    .target_step = 1};
            mg_block_find(mg_vector_at(i), edges[k].op, MG_F32, MG_F32)
                ->run(&block);
            assert_true(y == edges[k].y);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_stay_within_the_stated_bounds),
        cmocka_unit_test(edges_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
