/* memory: an allocator for tests that counts its blocks and can refuse the
 * n-th request, so that every allocation of a call can be made to fail in
 * turn. */
#ifndef MG_TESTS_SUPPORT_MEMORY_H
#define MG_TESTS_SUPPORT_MEMORY_H

#include "matgrad/matgrad.h"

typedef struct {
    size_t live;     /* blocks not yet freed */
    size_t requests; /* so far */
    size_t refuse;   /* the number of the request to refuse; 0: none */
    bool for_good;   /* and all after it */
} test_memory;

/* A context over that allocator with one thread, or NULL if the request for
 * the context itself was refused. Zeroes live and requests. */
mg_ctx *test_memory_ctx(test_memory *memory);

/* Makes a call under test: what it made, it ends itself. */
typedef mg_status test_call(mg_ctx *ctx, void *data);

/* Calls once for every request that the call makes, with that one refused,
 * until it succeeds: each failure must be MG_NO_MEMORY with a message, and
 * leave no block behind. Returns the number of refusals tried. */
size_t test_every_refusal(test_call *call, void *data);

/* The same for every stride-th request from the first on, of a call that makes
 * many; for_good: everything after it is refused too. */
size_t test_many_refusals(test_call *call, void *data, size_t first,
                          size_t stride, bool for_good);

#endif
