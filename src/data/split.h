/* split: which examples train, which are held out, and in which order an
 * epoch takes them: functions of the seed alone, in memory of about a bit a
 * row. Layer data. */
#ifndef MG_DATA_SPLIT_H
#define MG_DATA_SPLIT_H

#include "base/memory.h"
#include "base/philox.h"

/* Streams of random numbers: random calls and parameters count from 0, data
 * from the top. The epoch is the order's step. */
#define MG_STREAM_HELD_OUT UINT32_C(0xFFFFFFFF)
#define MG_STREAM_ORDER UINT32_C(0xFFFFFFFE)
#define MG_STREAM_BLOCKS UINT32_C(0xFFFFFFFD)

/* Rows that train are numbered 0 to n_train - 1, ascending; so are those that
 * are held out. */
typedef struct mg_split mg_split;

/* How rows are held out. */
typedef enum {
    MG_SPLIT_RANDOM, /* any */
    MG_SPLIT_END,    /* the last ones, for data in order */
    MG_SPLIT_CLASSES /* of each class its share, largest remainders first */
} mg_split_kind;

/* Holds out the share `fraction` of the rows, 0 <= fraction < 1, rounded to
 * the nearest number; at least one row trains. label: the class of each row,
 * 0 <= label < classes; only for MG_SPLIT_CLASSES, else NULL. */
mg_status mg_split_create(mg_ctx *ctx, int64_t rows, double fraction,
                          uint64_t seed, mg_split_kind kind, int64_t classes,
                          const int32_t label[], mg_split **out);
void mg_split_destroy(mg_split *split);

int64_t mg_split_train_count(const mg_split *split);
int64_t mg_split_held_out_count(const mg_split *split);

/* The rows of n held-out examples from the number `from` on. */
void mg_split_held_out(const mg_split *split, int64_t from, int64_t n,
                       int64_t rows[]);

/* The rows of n training examples from `position` on in the order of that
 * epoch, counted from 0. Up to 2^20 of them are shuffled as a whole; more in
 * blocks of 2^10 that are shuffled, of which 2^10 at a time are shuffled row
 * by row, so that a file is read in large pieces. MG_NO_MEMORY only. */
mg_status mg_split_order(mg_split *split, uint64_t seed, uint32_t epoch,
                         int64_t position, int64_t n, int64_t rows[]);

#endif
