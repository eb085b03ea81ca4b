/* matmul_f64: products of f64 by plain loops over rows. Layer kernels. */
#include "base/parallel.h"
#include "kernels/plain/matmul.h"

/* Multiplications that are worth a thread's start. */
#define GRAIN 10000

typedef struct {
    const mg_product *product;
    const double *a, *b;
    const double *c; /* NULL: the product alone */
    double factor;
    double *y;
} job;

/* y_row = c_row + factor times the sum over p of a[p] b_row[p]: along the rows
 * of b. */
static void add_rows(const mg_product *p, const job *j)
{
    for (int64_t i = 0; i < p->n; i++)
        j->y[i] = j->c ? j->c[i * p->c.column] : 0;
    for (int64_t l = 0; l < p->k; l++) {
        const double x = j->factor * j->a[l * p->a.column];
        const double *const row = j->b + l * p->b.row;
        for (int64_t i = 0; i < p->n; i++)
            j->y[i] += x * row[i];
    }
}

static void sum_columns(const mg_product *p, const job *j)
{
    for (int64_t i = 0; i < p->n; i++) {
        const double *const column = j->b + i * p->b.column;
        double sum = 0;
        for (int64_t l = 0; l < p->k; l++)
            sum += j->a[l * p->a.column] * column[l * p->b.row];
        j->y[i * p->y.column] =
            j->c ? j->c[i * p->c.column] + j->factor * sum : sum;
    }
}

static void share(void *data, int64_t begin, int64_t end)
{
    const job *const all = data;
    const mg_product *const p = all->product;
    const bool along = p->b.column == 1 && p->y.column == 1;
    for (int64_t item = begin; item < end; item++) {
        const int64_t l = item / p->m, i = item % p->m;
        job j = *all;
        j.a += mg_product_offset(p, &p->a, l) + i * p->a.row;
        j.b += mg_product_offset(p, &p->b, l);
        j.y += mg_product_offset(p, &p->y, l) + i * p->y.row;
        if (j.c)
            j.c += mg_product_offset(p, &p->c, l) + i * p->c.row;
        if (along)
            add_rows(p, &j);
        else
            sum_columns(p, &j);
    }
}

void mg_run_product_f64(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const mg_product_plan *const plan = step->data;
    const mg_product *const p = &plan->product;
    job j = {.product = p,
             .a = arg[0],
             .b = arg[1],
             .c = p->adds ? arg[MG_PRODUCT_C] : NULL,
             .factor = mg_product_factor(step, arg),
             .y = arg[step->n_operands - 1]};
    mg_parallel_for(frame->pool, p->count * p->m, GRAIN / (p->n * p->k + 1) + 1,
                    share, &j);
}
