/* split: the held-out rows are the first of a random order of all rows.
 * Layer data. */
#include "data/split.h"
#include "base/text.h"

#include <inttypes.h>

static mg_status check(mg_ctx *ctx, int64_t rows, double fraction)
{
    char number[MG_REAL_SIZE];
    if (rows < 1)
        return mg_fail(ctx, MG_BAD_DATA, "split: %" PRId64 " examples", rows);
    if (!(fraction >= 0 && fraction < 1)) {
        mg_format_real(number, fraction, 17);
        return mg_fail(ctx, MG_BAD_ARGUMENT,
                       "split: the share held out is %s, not from 0 to below 1",
                       number);
    }
    return MG_OK;
}

/* Marks n rows in held, by the seed. */
static mg_status hold_out(mg_ctx *ctx, int64_t rows, int64_t n, uint64_t seed,
                          bool *held)
{
    const mg_stream stream = {.seed = seed, .stream = MG_STREAM_HELD_OUT};
    int64_t *order = mg_alloc(ctx, (size_t)rows, sizeof *order);
    if (!order)
        return MG_NO_MEMORY;
    mg_random_permutation(&stream, rows, order);
    for (int64_t i = 0; i < n; i++)
        held[order[i]] = true;
    mg_free(ctx, order);
    return MG_OK;
}

mg_status mg_split_init(mg_split *split, mg_ctx *ctx, int64_t rows,
                        double fraction, uint64_t seed)
{
    MG_TRY(check(ctx, rows, fraction));
    mg_split s = {.ctx = ctx};
    s.n_val = (int64_t)(fraction * (double)rows + 0.5);
    if (s.n_val > rows - 1)
        s.n_val = rows - 1;
    s.n_train = rows - s.n_val;
    s.train = mg_alloc(ctx, (size_t)s.n_train, sizeof *s.train);
    s.val = mg_alloc(ctx, (size_t)s.n_val, sizeof *s.val);
    bool *held = mg_alloc(ctx, (size_t)rows, sizeof *held);
    mg_status status = s.train && s.val && held ? MG_OK : MG_NO_MEMORY;
    if (status == MG_OK && s.n_val > 0)
        status = hold_out(ctx, rows, s.n_val, seed, held);
    if (status == MG_OK) {
        int64_t in_train = 0, in_val = 0;
        for (int64_t i = 0; i < rows; i++)
            if (held[i])
                s.val[in_val++] = i;
            else
                s.train[in_train++] = i;
    }
    mg_free(ctx, held);
    if (status == MG_OK)
        *split = s;
    else
        mg_split_clear(&s);
    return status;
}

void mg_split_clear(mg_split *split)
{
    mg_free(split->ctx, split->train);
    mg_free(split->ctx, split->val);
    *split = (mg_split){0};
}

void mg_split_order(const mg_split *split, uint64_t seed, uint32_t epoch,
                    int64_t *order)
{
    const mg_stream stream = {
        .seed = seed, .stream = MG_STREAM_ORDER, .step = epoch};
    mg_random_permutation(&stream, split->n_train, order);
    for (int64_t i = 0; i < split->n_train; i++)
        order[i] = split->train[order[i]];
}
