/* split: a bit a row says who is held out, and counts a few hundred bits apart
 * find the row of a number. Rows are held out by selection sampling (Fan,
 * Muller and Rezucha, 1962), which needs no list of them. The order of an
 * epoch exists for one window of rows at a time. Layer data. */
#include "data/split.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK INT64_C(1024)            /* rows that stay together in a file */
#define WINDOW (INT64_C(1024) * BLOCK) /* rows that are shuffled as a whole */
#define GROUP INT64_C(512)             /* bits between two counts */
#define WORDS ((size_t)(GROUP / 64))

struct mg_split {
    mg_ctx *ctx;
    int64_t rows, n_train, n_held;
    uint64_t *held;  /* a bit a row, whole groups; behind the last row 0 */
    int64_t *before; /* [groups + 1]: held rows before each group */
    size_t groups;

    /* The window that the order is known of. */
    bool known;
    uint64_t seed;
    uint32_t epoch;
    int64_t window;
    int64_t *order;   /* [rows of a window]: rows */
    int64_t *blocks;  /* [n_blocks]: the epoch's order of them */
    int64_t n_blocks; /* 1 window or less: not used */
    int64_t short_at; /* where in it the last block stands */
    uint64_t blocks_seed;
    uint32_t blocks_epoch;
    bool blocks_known;
};

/* ---- Bits ---- */

static int count_bits(uint64_t word)
{
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) +
           (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (int)(word * UINT64_C(0x0101010101010101) >> 56);
}

/* The place of the number-th bit that is set, from 0. */
static int find_bit(uint64_t word, int number)
{
    int place = 0;
    for (int half = 32; half > 0; half /= 2) {
        const uint64_t low = word & ((UINT64_C(1) << half) - 1);
        const int count = count_bits(low);
        if (number >= count) {
            number -= count;
            place += half;
            word >>= half;
        } else {
            word = low;
        }
    }
    return place;
}

static void hold(mg_split *s, int64_t row)
{
    s->held[row / 64] |= UINT64_C(1) << row % 64;
}

static void count_groups(mg_split *s)
{
    for (size_t g = 0; g < s->groups; g++) {
        int64_t count = s->before[g];
        for (size_t w = 0; w < WORDS; w++)
            count += count_bits(s->held[g * WORDS + w]);
        s->before[g + 1] = count;
    }
}

/* How many rows of that kind stand before a group. */
static int64_t rows_before(const mg_split *s, bool held, size_t group)
{
    const int64_t count = s->before[group];
    return held ? count : (int64_t)group * GROUP - count;
}

/* The row of the number-th that is held out, or that trains. */
static int64_t find_row(const mg_split *s, bool held, int64_t number)
{
    size_t low = 0, high = s->groups;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (rows_before(s, held, middle) <= number)
            low = middle;
        else
            high = middle;
    }
    int64_t left = number - rows_before(s, held, low);
    size_t w = low * WORDS;
    for (;; w++) {
        const uint64_t word = held ? s->held[w] : ~s->held[w];
        const int count = count_bits(word);
        if (left < count)
            return (int64_t)w * 64 + find_bit(word, (int)left);
        left -= count;
    }
}

/* ---- Who is held out ---- */

/* Whether the row is one of the `needed` of those that are left. */
static bool is_drawn(const mg_stream *stream, int64_t row, int64_t needed,
                     int64_t left)
{
    return mg_random_below(stream, (uint64_t)row, (uint64_t)left) <
           (uint64_t)needed;
}

static void hold_any(mg_split *s, const mg_stream *stream)
{
    int64_t needed = s->n_held;
    for (int64_t i = 0; needed > 0; i++)
        if (is_drawn(stream, i, needed, s->rows - i)) {
            hold(s, i);
            needed--;
        }
}

static void hold_end(mg_split *s)
{
    for (int64_t i = s->n_train; i < s->rows; i++)
        hold(s, i);
}

/* Of one class. */
typedef struct {
    int64_t number;
    int64_t rows;   /* later: those that are left */
    int64_t needed; /* to be held out */
    int64_t remainder;
} share;

/* a b / c rounded down, and what remains; 0 <= a <= c, b >= 0, 0 < c < 2^61:
 * by doubling, since the product may need 128 bits. */
static int64_t scale(int64_t a, int64_t b, int64_t c, int64_t *remainder)
{
    int64_t quotient = 0, rest = 0;
    for (int bit = 62; bit >= 0; bit--) {
        quotient *= 2;
        rest *= 2;
        if (b >> bit & 1)
            rest += a;
        quotient += rest / c;
        rest %= c;
    }
    *remainder = rest;
    return quotient;
}

/* The largest remainder first, then the lowest number. */
static int compare_shares(const void *left, const void *right)
{
    const share *a = left, *b = right;
    if (a->remainder != b->remainder)
        return a->remainder < b->remainder ? 1 : -1;
    return a->number < b->number ? -1 : 1;
}

static int compare_numbers(const void *left, const void *right)
{
    const share *a = left, *b = right;
    return a->number < b->number ? -1 : 1;
}

/* Largest remainders (Hamilton, 1792). A class keeps a row for training as
 * long as others can give one. */
static void fix_shares(const mg_split *s, size_t n, share *shares)
{
    int64_t left = s->n_held;
    for (size_t c = 0; c < n; c++) {
        share *const one = &shares[c];
        one->needed = scale(one->rows, s->n_held, s->rows, &one->remainder);
        left -= one->needed;
    }
    qsort(shares, n, sizeof *shares, compare_shares);
    for (int keep = 1; keep >= 0; keep--)
        for (size_t c = 0; c < n && left > 0; c++)
            if (shares[c].needed + keep < shares[c].rows) {
                shares[c].needed++;
                left--;
            }
    qsort(shares, n, sizeof *shares, compare_numbers);
}

static mg_status hold_classes(mg_split *s, const mg_stream *stream,
                              int64_t classes, const int32_t label[])
{
    const size_t n = (size_t)classes;
    share *shares = mg_alloc(s->ctx, n, sizeof *shares);
    if (!shares)
        return MG_NO_MEMORY;
    for (size_t c = 0; c < n; c++)
        shares[c].number = (int64_t)c;
    for (int64_t i = 0; i < s->rows; i++)
        shares[label[i]].rows++;
    fix_shares(s, n, shares);
    for (int64_t i = 0; i < s->rows; i++) {
        share *const one = &shares[label[i]];
        if (one->needed > 0 && is_drawn(stream, i, one->needed, one->rows)) {
            hold(s, i);
            one->needed--;
        }
        one->rows--;
    }
    mg_free(s->ctx, shares);
    return MG_OK;
}

/* ---- Making and ending ---- */

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

static mg_status make_bits(mg_split *s)
{
    const uint64_t groups = ((uint64_t)s->rows + GROUP - 1) / GROUP;
    if (groups > SIZE_MAX / WORDS - 1)
        return mg_no_memory(s->ctx);
    s->groups = (size_t)groups;
    s->held = mg_alloc(s->ctx, s->groups * WORDS, sizeof *s->held);
    s->before = mg_alloc(s->ctx, s->groups + 1, sizeof *s->before);
    return s->held && s->before ? MG_OK : MG_NO_MEMORY;
}

mg_status mg_split_create(mg_ctx *ctx, int64_t rows, double fraction,
                          uint64_t seed, mg_split_kind kind, int64_t classes,
                          const int32_t label[], mg_split **out)
{
    MG_TRY(check(ctx, rows, fraction));
    mg_split *s = mg_alloc(ctx, 1, sizeof *s);
    if (!s)
        return MG_NO_MEMORY;
    s->ctx = ctx;
    s->rows = rows;
    s->n_held = (int64_t)(fraction * (double)rows + 0.5);
    if (s->n_held > rows - 1)
        s->n_held = rows - 1;
    s->n_train = rows - s->n_held;
    const mg_stream stream = {.seed = seed, .stream = MG_STREAM_HELD_OUT};
    mg_status status = make_bits(s);
    if (status == MG_OK && kind == MG_SPLIT_CLASSES)
        status = hold_classes(s, &stream, classes, label);
    else if (status == MG_OK && kind == MG_SPLIT_END)
        hold_end(s);
    else if (status == MG_OK)
        hold_any(s, &stream);
    if (status != MG_OK) {
        mg_split_destroy(s);
        return status;
    }
    count_groups(s);
    *out = s;
    return MG_OK;
}

void mg_split_destroy(mg_split *split)
{
    if (!split)
        return;
    mg_free(split->ctx, split->held);
    mg_free(split->ctx, split->before);
    mg_free(split->ctx, split->order);
    mg_free(split->ctx, split->blocks);
    mg_free(split->ctx, split);
}

int64_t mg_split_train_count(const mg_split *split)
{
    return split->n_train;
}

int64_t mg_split_held_out_count(const mg_split *split)
{
    return split->n_held;
}

void mg_split_held_out(const mg_split *split, int64_t from, int64_t n,
                       int64_t rows[])
{
    assert(from >= 0 && n >= 0 && from + n <= split->n_held);
    for (int64_t i = 0; i < n; i++)
        rows[i] = find_row(split, true, from + i);
}

/* ---- The order of an epoch ---- */

/* A permutation of list[0..n) (Fisher and Yates); `first` keeps the random
 * numbers of several lists apart. */
static void shuffle(const mg_stream *stream, uint64_t first, int64_t n,
                    int64_t *list)
{
    for (int64_t i = n - 1; i > 0; i--) {
        const uint64_t j =
            mg_random_below(stream, first + (uint64_t)i, (uint64_t)i + 1);
        const int64_t kept = list[i];
        list[i] = list[j];
        list[j] = kept;
    }
}

static mg_status know_blocks(mg_split *s, uint64_t seed, uint32_t epoch)
{
    const mg_stream stream = {
        .seed = seed, .stream = MG_STREAM_BLOCKS, .step = epoch};
    if (s->blocks_known && s->blocks_seed == seed && s->blocks_epoch == epoch)
        return MG_OK;
    s->n_blocks = (s->n_train + BLOCK - 1) / BLOCK;
    if (!s->blocks)
        s->blocks = mg_alloc(s->ctx, (size_t)s->n_blocks, sizeof *s->blocks);
    if (!s->blocks)
        return MG_NO_MEMORY;
    for (int64_t b = 0; b < s->n_blocks; b++)
        s->blocks[b] = b;
    if (s->n_train > WINDOW)
        shuffle(&stream, 0, s->n_blocks, s->blocks);
    for (int64_t b = 0; b < s->n_blocks; b++)
        if (s->blocks[b] == s->n_blocks - 1)
            s->short_at = b;
    s->blocks_known = true;
    s->blocks_seed = seed;
    s->blocks_epoch = epoch;
    return MG_OK;
}

/* The position in the order where the rows of a window begin: the last block,
 * wherever it stands, may lack some. */
static int64_t window_begin(const mg_split *s, int64_t window)
{
    const int64_t block = window * (WINDOW / BLOCK);
    if (block >= s->n_blocks)
        return s->n_train;
    const int64_t lacking = s->n_blocks * BLOCK - s->n_train;
    return block * BLOCK - (block > s->short_at ? lacking : 0);
}

static int64_t find_window(const mg_split *s, int64_t position)
{
    int64_t window = position / WINDOW;
    if (window_begin(s, window + 1) <= position)
        window++;
    return window;
}

/* The training rows of a block, ascending. */
static int64_t list_block(const mg_split *s, int64_t block, int64_t *out)
{
    const int64_t left = s->n_train - block * BLOCK;
    const int64_t n = left < BLOCK ? left : BLOCK;
    int64_t row = find_row(s, false, block * BLOCK);
    for (int64_t i = 0; i < n; row++)
        if ((s->held[row / 64] >> row % 64 & 1) == 0)
            out[i++] = row;
    return n;
}

/* Lists the rows of the window's blocks and shuffles them. Up to one window of
 * rows it lists all, ascending: the order is that of a permutation of all. */
static mg_status know_window(mg_split *s, uint64_t seed, uint32_t epoch,
                             int64_t window)
{
    const mg_stream stream = {
        .seed = seed, .stream = MG_STREAM_ORDER, .step = epoch};
    const int64_t room = s->n_train < WINDOW ? s->n_train : WINDOW;
    if (!s->order)
        s->order = mg_alloc(s->ctx, (size_t)room, sizeof *s->order);
    if (!s->order)
        return MG_NO_MEMORY;
    int64_t n = 0;
    for (int64_t i = 0; i < WINDOW / BLOCK; i++) {
        const int64_t block = window * (WINDOW / BLOCK) + i;
        if (block >= s->n_blocks)
            break;
        n += list_block(s, s->blocks[block], s->order + n);
    }
    shuffle(&stream, (uint64_t)window * WINDOW, n, s->order);
    s->known = true;
    s->seed = seed;
    s->epoch = epoch;
    s->window = window;
    return MG_OK;
}

mg_status mg_split_order(mg_split *split, uint64_t seed, uint32_t epoch,
                         int64_t position, int64_t n, int64_t rows[])
{
    mg_split *s = split;
    assert(position >= 0 && n >= 0 && position + n <= s->n_train);
    MG_TRY(know_blocks(s, seed, epoch));
    while (n > 0) {
        const int64_t window = find_window(s, position);
        if (!s->known || s->seed != seed || s->epoch != epoch ||
            s->window != window)
            MG_TRY(know_window(s, seed, epoch, window));
        const int64_t begin = window_begin(s, window);
        const int64_t left = window_begin(s, window + 1) - position;
        const int64_t some = n < left ? n : left;
        memcpy(rows, s->order + (position - begin),
               (size_t)some * sizeof *rows);
        rows += some;
        position += some;
        n -= some;
    }
    return MG_OK;
}
