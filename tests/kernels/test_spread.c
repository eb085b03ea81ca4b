/* Numbers of rows along their rows, by every instruction set: all elements,
 * and none behind them. */
#include "test.h"

#include "kernels/vector/set.h"

#include <string.h>

#define ROWS 9
#define LONGEST 70
#define STEP 3

static void every_row_is_full_of_its_number(void **state)
{
    (void)state;
    uint32_t x[ROWS * STEP], y[ROWS * LONGEST + 1];
    for (uint32_t i = 0; i < ROWS * STEP; i++)
        x[i] = UINT32_C(0x80000001) * (i + 1);
    for (int set = 0; mg_vector_at(set); set++)
        for (int64_t rows = 0; rows <= ROWS; rows++)
            for (int64_t length = 0; length <= LONGEST; length++) {
                memset(y, 0x55, sizeof y);
                mg_vector_at(set)->spread(x, STEP, rows, length, y);
                for (int64_t i = 0; i < rows * length; i++)
                    assert_int_equal(y[i], x[i / length * STEP]);
                assert_int_equal(y[rows * length], 0x55555555);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_full_of_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
