/* philox: counter-based random numbers, Philox4x32-10 (Salmon, Moraes, Dror,
 * Shaw: Parallel random numbers: as easy as 1, 2, 3; 2011). A number depends
 * on (seed, stream, step, index) alone, never on threads or order.
 * Layer base. */
#ifndef MG_BASE_PHILOX_H
#define MG_BASE_PHILOX_H

#include <stdint.h>

/* The bijection itself: ten rounds. */
void mg_philox(const uint32_t counter[4], const uint32_t key[2],
               uint32_t out[4]);

/* Where a sequence of random numbers is taken from. */
typedef struct {
    uint64_t seed;
    uint32_t stream; /* who draws: a random call's or a parameter's number */
    uint32_t step;   /* training step; 0 for what is drawn once */
} mg_stream;

/* The index-th uniform number in [0, 1): 24 bits, so exact in f32 too. */
double mg_random_uniform(const mg_stream *stream, uint64_t index);

/* The index-th standard normal number (Box and Muller, 1958). */
double mg_random_normal(const mg_stream *stream, uint64_t index);

/* The index-th integer of 0..n-1, n > 0. */
uint64_t mg_random_below(const mg_stream *stream, uint64_t index, uint64_t n);

/* A permutation of 0..n-1 (Fisher and Yates) into order[]. */
void mg_random_permutation(const mg_stream *stream, int64_t n, int64_t *order);

#endif
