/* scatter: adding rows at an index, and ones at an index; f32. Threads share
 * the products of the leading axes, or else the columns of the rows, so that
 * every sum is made in the order of the index. Layer kernels. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/indexed.h"
#include "kernels/kernels.h"

/* Additions that are worth a thread's start. */
#define GRAIN 8192

/* y[l][index[l][i]] += x[l][i], rows of `width` elements. */
typedef struct {
    int64_t lead, picks, count, width;
    mg_dtype index;
} scatter;

typedef struct {
    const scatter *s;
    const float *x;
    const void *index;
    float *y;
} job;

/* Columns [begin, end) of the rows of product l. */
static void add_rows(const job *j, int64_t l, int64_t begin, int64_t end)
{
    const scatter *const s = j->s;
    for (int64_t i = l * s->picks; i < (l + 1) * s->picks; i++) {
        const int64_t at = mg_indexed_within(j->index, s->index, i, s->count);
        const float *const x = j->x + i * s->width;
        float *const y = j->y + (l * s->count + at) * s->width;
        for (int64_t column = begin; column < end; column++)
            y[column] += x[column];
    }
}

static void share_lead(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    for (int64_t l = begin; l < end; l++)
        add_rows(j, l, 0, j->s->width);
}

static void share_columns(void *data, int64_t begin, int64_t end)
{
    add_rows(data, 0, begin, end);
}

static void run_scatter(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const scatter *const s = step->data;
    job j = {s, arg[0], arg[1], arg[2]};
    const int64_t n = s->lead * s->picks;
    mg_index_check(frame, step->node, arg[1], s->index, n, s->count);
    memset(arg[2], 0, (size_t)(s->lead * s->count * s->width) * sizeof *j.y);
    const int64_t each = s->picks * (s->lead > 1 ? s->width : 1);
    mg_parallel_for(frame->pool, s->lead > 1 ? s->lead : s->width,
                    GRAIN / (each + 1) + 1,
                    s->lead > 1 ? share_lead : share_columns, &j);
}

static mg_status take_scatter(mg_arena *arena, const mg_graph *g, mg_step *step,
                              bool *taken)
{
    (void)g;
    const mg_node *const node = step->node;
    if (node->op != &mg_op_scatter_add || node->type.dtype != MG_F32 ||
        step->operand[0].tensor.type.dtype != MG_F32 ||
        !mg_index_is_plain(step, 1) || node->attr[1] == 0)
        return MG_OK;
    scatter *const s = mg_arena_alloc(arena, 1, sizeof *s);
    if (!s)
        return MG_NO_MEMORY;
    const mg_type *const index = &step->operand[1].tensor.type;
    const int common = (int)node->attr[0];
    const mg_shape lead = mg_shape_of(common, index->shape.dim);
    *s = (scatter){.lead = mg_shape_size(&lead),
                   .count = node->attr[1],
                   .width = 1,
                   .index = index->dtype};
    s->picks = mg_shape_size(&index->shape) / s->lead;
    for (int i = common + 1; i < node->type.shape.rank; i++)
        s->width *= node->type.shape.dim[i];
    step->data = s;
    step->run = run_scatter;
    *taken = true;
    return MG_OK;
}

/* ---- Ones ---- */

static void run_one_hot(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const mg_type *const index = &step->operand[0].tensor.type;
    const int64_t count = step->node->attr[0];
    const int64_t picks = mg_shape_size(&index->shape);
    float *const y = arg[1];
    mg_index_check(frame, step->node, arg[0], index->dtype, picks, count);
    memset(y, 0, (size_t)(picks * count) * sizeof *y);
    for (int64_t i = 0; i < picks; i++)
        y[i * count + mg_indexed_within(arg[0], index->dtype, i, count)] = 1;
}

static mg_status take_one_hot(mg_arena *arena, const mg_graph *g, mg_step *step,
                              bool *taken)
{
    (void)arena;
    (void)g;
    const mg_node *const node = step->node;
    if (node->op != &mg_op_one_hot || node->type.dtype != MG_F32 ||
        !mg_index_is_plain(step, 0) || node->attr[0] == 0)
        return MG_OK;
    step->run = run_one_hot;
    *taken = true;
    return MG_OK;
}

const mg_kernel mg_kernel_scatter_add = {.name = "scatter_add",
                                         .take = take_scatter};
const mg_kernel mg_kernel_one_hot = {.name = "one_hot", .take = take_one_hot};
