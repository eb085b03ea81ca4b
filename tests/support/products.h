/* products: a kernel for matmul on many random products. */
#ifndef MG_TESTS_SUPPORT_PRODUCTS_H
#define MG_TESTS_SUPPORT_PRODUCTS_H

#include "support/steps.h"

/* Small and large sizes, vectors, leading axes, strides, no elements, threads
 * 1 to 4. With `takes_all` no product may be refused, and the bits must not
 * depend on the threads; else at least some must be taken. */
void test_products(const mg_kernel *kernel, bool takes_all);

#endif
