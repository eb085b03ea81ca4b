/* narrow: operands of a product as bf16, for processors that multiply those
 * faster. Sums stay f32. Layer kernels. */
#include "kernels/onednn/matmul.h"
#include "kernels/vector/set.h"

/* Elements whose rounding is worth a thread's start. */
#define GRAIN 16384

/* Updates by sums of fewer products are done faster in f32, by sgemm: 69 for
 * 77 us at 256 x 784 x 64. */
#define LONG 128

/* An operand: lines of elements side by side, as it is and as it becomes. */
typedef struct {
    const float *x;
    uint16_t *y;
    int64_t lines, length, stride; /* stride: from line to line of x */
    float factor;
    mg_narrow_fn *narrow;
} operand;

static operand lines_of(const mg_matrix *x, int64_t rows, int64_t columns)
{
    const bool by_rows = x->column == 1;
    return (operand){.lines = by_rows ? rows : columns,
                     .length = by_rows ? columns : rows,
                     .stride = by_rows ? x->row : x->column,
                     .factor = 1,
                     .narrow = mg_vector_best()->narrow};
}

static void make_dense(mg_matrix *x, int64_t rows, int64_t columns)
{
    if (x->column == 1)
        x->row = columns;
    else
        x->column = rows;
}

bool mg_onednn_narrow(mg_onednn_plan *p)
{
    mg_product *const q = &p->product;
    if (q->count != 1 || q->y.column != 1 ||
        (q->adds && (q->c.column != 1 || q->k < LONG)))
        return false;
    make_dense(&q->a, q->m, q->k);
    make_dense(&q->b, q->k, q->n);
    return true;
}

/* Of one operand, whole cache lines. */
static size_t bytes_of(int64_t rows, int64_t columns)
{
    const size_t bytes = (size_t)rows * (size_t)columns * sizeof(uint16_t);
    return (bytes + MG_ALIGNMENT - 1) / MG_ALIGNMENT * MG_ALIGNMENT;
}

size_t mg_onednn_narrow_bytes(const mg_onednn_plan *p)
{
    const mg_product *const q = &p->given;
    return p->narrow ? bytes_of(q->m, q->k) + bytes_of(q->k, q->n) : 0;
}

static void share(void *data, int64_t begin, int64_t end)
{
    const operand *const o = data;
    for (int64_t i = begin; i < end; i++)
        o->narrow(o->x + i * o->stride, o->factor, o->y + i * o->length,
                  o->length);
}

void mg_onednn_narrow_operands(const mg_onednn_plan *p, void *const arg[],
                               float factor, void *memory, mg_pool *pool,
                               const void **a, const void **b)
{
    const mg_product *const q = &p->given;
    operand o[] = {lines_of(&q->a, q->m, q->k), lines_of(&q->b, q->k, q->n)};
    o[0].factor = factor;
    o[0].y = memory;
    o[1].y = (void *)((unsigned char *)memory + bytes_of(q->m, q->k));
    for (int i = 0; i < 2; i++) {
        o[i].x = arg[i];
        mg_parallel_for(pool, o[i].lines, GRAIN / (o[i].length + 1) + 1, share,
                        &o[i]);
    }
    *a = o[0].y;
    *b = o[1].y;
}
