/* test: what cmocka wants included before it, in its order. */
#ifndef MG_TESTS_TEST_H
#define MG_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
