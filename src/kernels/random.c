/* random: uniform and normal numbers of f32. An element's number depends on
 * its index alone, so threads share blocks of them. Layer kernels. */
#include <math.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/take.h"
#include "ops/draw.h"

/* Blocks of four numbers that are worth a thread's start. */
#define UNIFORM_GRAIN 1024
#define NORMAL_GRAIN 16

typedef struct {
    const mg_vector_set *set;
    int64_t n;
} draw;

typedef struct {
    const draw *d;
    mg_stream stream;
    float *y;
} job;

static void share_uniform(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const int64_t first = begin * 4;
    const int64_t last = end * 4 < j->d->n ? end * 4 : j->d->n;
    j->d->set->draw_uniform(&j->stream, first, last - first, j->y + first);
}

static void share_normal(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const int64_t last = end * 4 < j->d->n ? end * 4 : j->d->n;
    for (int64_t i = begin * 4; i < last; i++)
        j->y[i] = (float)mg_random_normal(&j->stream, (uint64_t)i);
}

static void run_uniform(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const draw *const d = step->data;
    job j = {d, mg_draw_stream(frame, step->node->attr[0]), arg[0]};
    mg_parallel_for(frame->pool, (d->n + 3) / 4, UNIFORM_GRAIN, share_uniform,
                    &j);
}

static void run_normal(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const draw *const d = step->data;
    job j = {d, mg_draw_stream(frame, step->node->attr[0]), arg[0]};
    mg_parallel_for(frame->pool, (d->n + 3) / 4, NORMAL_GRAIN, share_normal,
                    &j);
}

mg_status mg_random_take(const mg_vector_set *set, mg_arena *arena,
                         mg_step *step, bool *taken)
{
    const mg_node *const node = step->node;
    const bool uniform = node->op == &mg_op_random;
    if ((!uniform && node->op != &mg_op_normal) || node->type.dtype != MG_F32 ||
        !mg_tensor_is_dense(&step->operand[0].tensor))
        return MG_OK;
    draw *const d = mg_arena_alloc(arena, 1, sizeof *d);
    if (!d)
        return MG_NO_MEMORY;
    *d = (draw){set, mg_shape_size(&node->type.shape)};
    step->data = d;
    step->run = uniform ? run_uniform : run_normal;
    *taken = true;
    return MG_OK;
}

static mg_status take_best(mg_arena *arena, const mg_graph *g, mg_step *step,
                           bool *taken)
{
    (void)g;
    return mg_random_take(mg_vector_best(), arena, step, taken);
}

static mg_status take_baseline(mg_arena *arena, const mg_graph *g,
                               mg_step *step, bool *taken)
{
    (void)g;
    return mg_random_take(mg_vector_baseline(), arena, step, taken);
}

const mg_kernel mg_kernel_random = {.name = "random", .take = take_best};
const mg_kernel mg_kernel_random_baseline = {.name = "random-baseline",
                                             .take = take_baseline};
