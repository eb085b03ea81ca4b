/* pick: argmax and argmin of f32, any and all, over axes that walk as one.
 * Layer kernels. */
#include "base/parallel.h"
#include "kernels/reduction.h"

/* Work that is worth a thread's start. */
#define GRAIN_ELEMENTS 1000

typedef struct pick pick;

struct pick {
    mg_reduction shape;
    int64_t grain;
    void (*run)(const pick *p, const void *x, int64_t offset, void *y,
                int64_t y_offset);
};

typedef struct {
    const pick *p;
    const void *x;
    void *y;
} job;

/* The first of several; the first NaN above all. */
static void find_largest(const pick *p, const void *x, int64_t offset, void *y,
                         int64_t y_offset)
{
    const float *const row = (const float *)x + offset;
    float value = row[0];
    int64_t best = 0;
    for (int64_t i = 1; i < p->shape.n && value == value; i++) {
        const float item = row[i * p->shape.step];
        if (item > value || item != item) {
            best = i;
            value = item;
        }
    }
    ((int64_t *)y)[y_offset] = best;
}

static void find_smallest(const pick *p, const void *x, int64_t offset, void *y,
                          int64_t y_offset)
{
    const float *const row = (const float *)x + offset;
    float value = row[0];
    int64_t best = 0;
    for (int64_t i = 1; i < p->shape.n && value == value; i++) {
        const float item = row[i * p->shape.step];
        if (item < value || item != item) {
            best = i;
            value = item;
        }
    }
    ((int64_t *)y)[y_offset] = best;
}

/* Whether an element of the row is `wanted`. */
static bool has(const pick *p, const uint8_t *row, bool wanted)
{
    for (int64_t i = 0; i < p->shape.n; i++)
        if ((row[i * p->shape.step] != 0) == wanted)
            return true;
    return false;
}

static void find_true(const pick *p, const void *x, int64_t offset, void *y,
                      int64_t y_offset)
{
    ((uint8_t *)y)[y_offset] = has(p, (const uint8_t *)x + offset, true);
}

static void find_no_false(const pick *p, const void *x, int64_t offset, void *y,
                          int64_t y_offset)
{
    ((uint8_t *)y)[y_offset] = !has(p, (const uint8_t *)x + offset, false);
}

static void share(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_axes *const kept = &j->p->shape.kept;
    for (int64_t i = begin; i < end; i++)
        j->p->run(j->p, j->x, mg_axes_offset(kept, i, 0), j->y,
                  mg_axes_offset(kept, i, 1));
}

static void run_pick(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const pick *const p = step->data;
    job j = {p, arg[0], arg[1]};
    mg_parallel_for(frame->pool, p->shape.rows, p->grain, share, &j);
}

static const struct {
    const mg_op *op;
    mg_dtype dtype;
    void (*run)(const pick *p, const void *x, int64_t offset, void *y,
                int64_t y_offset);
} picks[] = {
    {&mg_op_argmax, MG_F32, find_largest},
    {&mg_op_argmin, MG_F32, find_smallest},
    {&mg_op_any, MG_BOOL, find_true},
    {&mg_op_all, MG_BOOL, find_no_false},
};

/* Puts a width back: here every element is a row. */
static void forget_width(mg_reduction *shape)
{
    if (shape->width == 0)
        return;
    const int at = shape->kept.rank++;
    shape->kept.dim[at] = shape->width;
    shape->kept.stride[0][at] = shape->kept.stride[1][at] = 1;
    shape->rows *= shape->width;
    shape->width = 0;
}

mg_status mg_pick_take(mg_arena *arena, mg_step *step, bool *taken)
{
    const mg_dtype dtype = step->operand[0].tensor.type.dtype;
    for (size_t i = 0; i < sizeof picks / sizeof *picks; i++) {
        if (picks[i].op != step->node->op || picks[i].dtype != dtype)
            continue;
        pick *const p = mg_arena_alloc(arena, 1, sizeof *p);
        if (!p)
            return MG_NO_MEMORY;
        mg_reduction_of(step, &p->shape);
        if (p->shape.reduced.rank > 0)
            return MG_OK;
        forget_width(&p->shape);
        p->run = picks[i].run;
        p->grain =
            p->shape.n > 0 ? GRAIN_ELEMENTS / p->shape.n + 1 : GRAIN_ELEMENTS;
        step->data = p;
        step->run = run_pick;
        *taken = true;
    }
    return MG_OK;
}
