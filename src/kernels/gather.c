/* gather: rows of x by an index, and rows of a data set, which become another
 * element type on the way. Rows lie scattered in memory that no cache holds:
 * each is asked for some rows before its turn, and so is its place: the last
 * batch is in the caches of all threads. Layer kernels. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/indexed.h"
#include "kernels/kernels.h"
#include "kernels/vector/set.h"

/* Bytes that are worth a thread's start. */
#define GRAIN_BYTES 65536
/* Bytes that are asked for before their turn: more than the processor has
 * misses under way, less than its first cache holds. */
#define AHEAD_BYTES 4096
#define LINE_BYTES 64
/* Elements of narrow rows that are converted at once. */
#define PIECE 64

/* y[l][i] = x[l][index[l][i]], rows of `width` elements. */
typedef struct {
    int64_t lead, picks, count, width;
    mg_dtype index;
    mg_block_fn *convert; /* NULL: a plain copy */
    mg_block_op op;
    mg_claim_fn *claim;
    size_t from, to; /* bytes of an element */
} gather;

typedef struct {
    const gather *g;
    const unsigned char *x;
    const void *index;
    unsigned char *y;
} job;

static void convert(const gather *g, const void *x, int64_t n, void *y)
{
    const mg_block block = {.n = n,
                            .source = {x},
                            .step = {1},
                            .target = y,
                            .target_step = 1,
                            .op = &g->op};
    g->convert(&block);
}

static const unsigned char *row_of(const job *j, int64_t i)
{
    const gather *const g = j->g;
    const int64_t at = mg_indexed_within(j->index, g->index, i, g->count);
    const int64_t row = g->lead == 1 ? at : i / g->picks * g->count + at;
    return j->x + row * g->width * (int64_t)g->from;
}

static unsigned char *place_of(const job *j, int64_t i)
{
    return j->y + i * j->g->width * (int64_t)j->g->to;
}

static void ask_for(const unsigned char *row, int64_t bytes)
{
    for (int64_t at = 0; at < bytes; at += LINE_BYTES)
        __builtin_prefetch(row + at);
    if (bytes > 0) /* rows need not begin with a line */
        __builtin_prefetch(row + bytes - 1);
}

static void pick_wide(const job *j, int64_t i)
{
    const gather *const g = j->g;
    unsigned char *const y = place_of(j, i);
    if (g->convert)
        convert(g, row_of(j, i), g->width, y);
    else
        memcpy(y, row_of(j, i), (size_t)g->width * g->to);
}

/* Elements from begin on, one behind the other; inlined for each size. */
static inline void pick_elements(const job *j, int64_t begin, int64_t n,
                                 size_t size, unsigned char *out)
{
    for (int64_t i = 0; i < n; i++)
        memcpy(out + (size_t)i * size, row_of(j, begin + i), size);
}

/* Rows of one element, e.g. labels: n at most PIECE. */
static void pick_narrow(const job *j, int64_t begin, int64_t n)
{
    const gather *const g = j->g;
    unsigned char *const y = place_of(j, begin);
    _Alignas(8) unsigned char piece[PIECE * 8];
    unsigned char *const out = g->convert ? piece : y;
    if (g->from == 8)
        pick_elements(j, begin, n, 8, out);
    else if (g->from == 4)
        pick_elements(j, begin, n, 4, out);
    else
        pick_elements(j, begin, n, g->from, out);
    if (g->convert)
        convert(g, piece, n, y);
}

static void share_narrow(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    for (int64_t at = begin; at < end; at += PIECE) {
        const int64_t n = end - at < PIECE ? end - at : PIECE;
        for (int64_t i = 0; i < n; i++)
            __builtin_prefetch(row_of(j, at + i));
        pick_narrow(j, at, n);
    }
}

static void share_wide(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const int64_t bytes = j->g->width * (int64_t)j->g->from;
    const int64_t written = j->g->width * (int64_t)j->g->to;
    int64_t asked = begin;
    for (int64_t i = begin; i < end; i++) {
        for (; asked < end && (asked - i) * bytes < AHEAD_BYTES; asked++) {
            ask_for(row_of(j, asked),
                    bytes < AHEAD_BYTES ? bytes : AHEAD_BYTES);
            j->g->claim(place_of(j, asked),
                        written < AHEAD_BYTES ? written : AHEAD_BYTES);
        }
        pick_wide(j, i);
    }
}

static void run_gather(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const gather *const g = step->data;
    job j = {g, arg[0], arg[1], arg[2]};
    const int64_t n = g->lead * g->picks;
    mg_index_check(frame, step->node, arg[1], g->index, n, g->count);
    const int64_t each = g->width * (int64_t)g->to;
    mg_share_fn *const share = g->width == 1 ? share_narrow : share_wide;
    if (n == 1) {
        pick_wide(&j, 0); /* nothing to ask for ahead */
        return;
    }
    mg_parallel_for(frame->pool, n, GRAIN_BYTES / (each + 1) + 1, share, &j);
}

/* The sizes of x [lead.., count, rest..] and index [lead.., picks..]. */
static void set_sizes(const mg_step *step, int common, gather *g)
{
    const mg_type *const x = &step->operand[0].tensor.type;
    const mg_type *const index = &step->operand[1].tensor.type;
    const mg_type *const y = &step->operand[2].tensor.type;
    const mg_shape lead = mg_shape_of(common, x->shape.dim);
    g->lead = mg_shape_size(&lead);
    g->count = x->shape.dim[common];
    g->picks = mg_shape_size(&index->shape) / g->lead;
    g->width = 1;
    for (int i = common + 1; i < x->shape.rank; i++)
        g->width *= x->shape.dim[i];
    g->index = index->dtype;
    g->from = mg_dtype_size(x->dtype);
    g->to = mg_dtype_size(y->dtype);
}

static void set_conversion(const mg_vector_set *set, mg_dtype from, mg_dtype to,
                           gather *g)
{
    if (from == to)
        return;
    const mg_block_entry *const entry =
        mg_block_find(set, &mg_op_cast, from, to);
    g->convert = entry ? entry->run : mg_block_any;
    g->op = (mg_block_op){.op = &mg_op_cast, .from = {from}, .to = to};
}

static mg_status take(mg_arena *arena, mg_step *step, int common, bool *taken)
{
    if (!mg_index_is_plain(step, 1) ||
        step->operand[0].tensor.type.shape.dim[common] == 0)
        return MG_OK;
    gather *const g = mg_arena_alloc(arena, 1, sizeof *g);
    if (!g)
        return MG_NO_MEMORY;
    set_sizes(step, common, g);
    g->claim = mg_vector_best()->claim;
    set_conversion(mg_vector_best(), step->operand[0].tensor.type.dtype,
                   step->node->type.dtype, g);
    step->data = g;
    step->run = run_gather;
    *taken = true;
    return MG_OK;
}

static mg_status take_gather(mg_arena *arena, const mg_graph *g, mg_step *step,
                             bool *taken)
{
    (void)g;
    if (step->node->op != &mg_op_gather)
        return MG_OK;
    return take(arena, step, (int)step->node->attr[0], taken);
}

static mg_status take_rows(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return step->node->op == &mg_op_rows ? take(arena, step, 0, taken) : MG_OK;
}

const mg_kernel mg_kernel_gather = {.name = "gather", .take = take_gather};
const mg_kernel mg_kernel_rows = {.name = "rows", .take = take_rows};
