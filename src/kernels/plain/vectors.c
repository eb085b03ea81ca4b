/* vectors: products with a vector by rows of the matrix. Dots where rows meet
 * the vector; rows where nothing is summed (the update of a batch of one, which
 * reads and writes W once, in order). Layer kernels. */
#include "base/parallel.h"
#include "kernels/plain/matmul.h"

/* Multiplications that are worth a thread's start. */
#define WORTH_A_THREAD 12000

typedef mg_product_job job;

int64_t mg_vector_grain(int64_t rows, int64_t work, int threads)
{
    const int64_t worth = rows * work / WORTH_A_THREAD;
    const int64_t wanted = worth < threads ? worth : threads;
    return wanted > 1 ? (rows + wanted - 1) / wanted : rows;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Items are the rows of y, through all leading axes; `rows` does some of one
 * product. */
static void share(const job *all, int64_t begin, int64_t end,
                  void (*rows)(const job *j, int64_t begin, int64_t end))
{
    const mg_product *const p = &all->plan->product;
    while (begin < end) {
        const int64_t first = begin % p->m;
        const int64_t last = smaller(p->m, first + end - begin);
        const job j = mg_product_job_at(all, begin / p->m);
        rows(&j, first, last);
        begin += last - first;
    }
}

/* ---- Dots ---- */

/* Sums that are made before they go where they belong, if that is not side by
 * side. */
#define SUMS_AT_ONCE 64
/* Elements that the nearest cache keeps until they are read again. */
#define NEAR 8192

/* Rows [begin, end) of a product with column c of b. */
static void dots_of_column(const job *j, int64_t begin, int64_t end, int64_t c)
{
    const mg_product *const p = &j->plan->product;
    float sum[SUMS_AT_ONCE];
    const bool direct = !j->c && p->y.row == 1;
    const int64_t most = direct ? end - begin : SUMS_AT_ONCE;
    for (int64_t i = begin; i < end; i += most) {
        const mg_dots one = {.a = j->a + i * p->a.row,
                             .b = j->b + c * p->b.column,
                             .y = direct ? j->y + i + c * p->y.column : sum,
                             .a_row = p->a.row,
                             .n = smaller(end - i, most),
                             .k = p->k};
        j->plan->set->dots(&one);
        for (int64_t r = 0; !direct && r < one.n; r++)
            mg_product_finish(j, i + r, c, sum[r]);
    }
}

/* The same with all of b: of a few rows at a time (fours, as dots has them), so
 * that each column but the first finds them in the nearest cache. */
static void dots(const job *j, int64_t begin, int64_t end)
{
    const mg_product *const p = &j->plan->product;
    const int64_t near =
        p->n == 1 ? end - begin : (NEAR / (p->k + 1) / 4 + 1) * 4;
    for (int64_t i = begin; i < end; i += near)
        for (int64_t c = 0; c < p->n; c++)
            dots_of_column(j, i, smaller(end, i + near), c);
}

static void share_dots(void *data, int64_t begin, int64_t end)
{
    share(data, begin, end, dots);
}

void mg_run_dots(const mg_step *step, void *const arg[], mg_frame *frame)
{
    job j = mg_product_job_of(step, arg);
    const mg_product *const p = &j.plan->product;
    const int64_t rows = p->count * p->m;
    mg_parallel_for(
        frame->pool, rows,
        mg_vector_grain(rows, p->n * p->k, mg_pool_threads(frame->pool)),
        share_dots, &j);
}

/* ---- Rows ---- */

/* Rows [begin, end) of y: c + factor a[i] b. */
static void add_rows(const job *j, int64_t begin, int64_t end)
{
    const mg_product *const p = &j->plan->product;
    for (int64_t i = begin; i < end; i++)
        j->plan->set->add_row(j->c ? j->c + i * p->c.row : NULL,
                              j->factor * j->a[i * p->a.row], j->b,
                              j->y + i * p->y.row, p->n);
}

static void share_rows(void *data, int64_t begin, int64_t end)
{
    share(data, begin, end, add_rows);
}

void mg_run_rows(const mg_step *step, void *const arg[], mg_frame *frame)
{
    job j = mg_product_job_of(step, arg);
    const mg_product *const p = &j.plan->product;
    const int64_t rows = p->count * p->m;
    mg_parallel_for(frame->pool, rows,
                    mg_vector_grain(rows, p->n, mg_pool_threads(frame->pool)),
                    share_rows, &j);
}

bool mg_product_is_rows(const mg_product *p)
{
    return p->k == 1 && p->b.column == 1 && p->y.column == 1 &&
           (!p->adds || p->c.column == 1);
}
