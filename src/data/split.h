/* split: which examples train, which are held out, and in which order an
 * epoch takes them: functions of the seed alone. Layer data. */
#ifndef MG_DATA_SPLIT_H
#define MG_DATA_SPLIT_H

#include "base/philox.h"
#include "base/memory.h"

/* Streams of random numbers: random calls and parameters count from 0, data
 * from the top. The epoch is the order's step. */
#define MG_STREAM_HELD_OUT UINT32_C(0xFFFFFFFF)
#define MG_STREAM_ORDER UINT32_C(0xFFFFFFFE)

/* Row numbers, both lists ascending. */
typedef struct {
    mg_ctx *ctx;
    int64_t n_train, n_val;
    int64_t *train; /* [n_train] */
    int64_t *val;   /* [n_val] */
} mg_split;

/* Holds out the share `fraction` of the rows, 0 <= fraction < 1, rounded to
 * the nearest number; at least one row trains. Ended by mg_split_clear. */
mg_status mg_split_init(mg_split *split, mg_ctx *ctx, int64_t rows,
                        double fraction, uint64_t seed);
void mg_split_clear(mg_split *split);

/* The rows of train in the order of that epoch, counted from 0, into
 * order[n_train]. */
void mg_split_order(const mg_split *split, uint64_t seed, uint32_t epoch,
                    int64_t *order);

#endif
