/* Own matrix products against three plain loops in f64. */
#include "tests/test.h"

#include <math.h>

#include "kernels/take.h"
#include "support/products.h"

static mg_status take_at_0(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_matmul_take(mg_vector_at(0), arena, g, step, taken);
}

static mg_status take_at_1(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_matmul_take(mg_vector_at(1), arena, g, step, taken);
}

static mg_status take_at_2(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    return mg_matmul_take(mg_vector_at(2), arena, g, step, taken);
}

static const mg_kernel set_kernel[] = {
    {.name = "set 0", .take = take_at_0},
    {.name = "set 1", .take = take_at_1},
    {.name = "set 2", .take = take_at_2},
};

static void own_products_agree_with_plain_loops(void **state)
{
    (void)state;
    for (int set = 0; mg_vector_at(set); set++)
        test_products(&set_kernel[set], -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_products_agree_with_plain_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
