/* matmul_f64: products of f64 by plain loops over rows. Layer kernels. */
#include "base/parallel.h"
#include "kernels/plain/matmul.h"

/* Multiplications that are worth a thread's start. */
#define GRAIN 10000

typedef struct {
    const mg_product *product;
    const double *a, *b;
    double *y;
} job;

/* y_row = sum over p of a[p] b_row[p]: along the rows of b. */
static void add_rows(const mg_product *p, const double *a, const double *b,
                     double *y)
{
    for (int64_t j = 0; j < p->n; j++)
        y[j] = 0;
    for (int64_t l = 0; l < p->k; l++) {
        const double x = a[l * p->a.column];
        const double *const row = b + l * p->b.row;
        for (int64_t j = 0; j < p->n; j++)
            y[j] += x * row[j];
    }
}

static void sum_columns(const mg_product *p, const double *a, const double *b,
                        double *y)
{
    for (int64_t j = 0; j < p->n; j++) {
        double sum = 0;
        for (int64_t l = 0; l < p->k; l++)
            sum += a[l * p->a.column] * b[l * p->b.row + j * p->b.column];
        y[j * p->y.column] = sum;
    }
}

static void share(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_product *const p = j->product;
    const bool along = p->b.column == 1 && p->y.column == 1;
    for (int64_t item = begin; item < end; item++) {
        const int64_t l = item / p->m, i = item % p->m;
        const double *const a =
            j->a + mg_product_offset(p, &p->a, l) + i * p->a.row;
        const double *const b = j->b + mg_product_offset(p, &p->b, l);
        double *const y = j->y + mg_product_offset(p, &p->y, l) + i * p->y.row;
        if (along)
            add_rows(p, a, b, y);
        else
            sum_columns(p, a, b, y);
    }
}

void mg_run_product_f64(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    job j = {.product = p, .a = arg[0], .b = arg[1], .y = arg[2]};
    mg_parallel_for(frame->pool, p->count * p->m, GRAIN / (p->n * p->k + 1) + 1,
                    share, &j);
}
