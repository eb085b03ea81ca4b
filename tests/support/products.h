/* products: a kernel for matmul on many random products. */
#ifndef MG_TESTS_SUPPORT_PRODUCTS_H
#define MG_TESTS_SUPPORT_PRODUCTS_H

#include "support/steps.h"

/* Small and large sizes, vectors, leading axes, strides, no elements, threads
 * 1 to 4. All products of dense f32 operands with more multiplications than
 * `refused` must be taken, but for those of a vector; with -1 all products, and
 * the bits must not depend on the threads. */
void test_products(const mg_kernel *kernel, int64_t refused);

#endif
