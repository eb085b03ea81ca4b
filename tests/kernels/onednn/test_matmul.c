/* Products by oneDNN against three plain loops in f64. */
#include "tests/test.h"

#include "support/products.h"

static void library_products_agree_with_plain_loops(void **state)
{
    (void)state;
    test_products(&mg_kernel_matmul_onednn, 48 * 48 * 48);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(library_products_agree_with_plain_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
