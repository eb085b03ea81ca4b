/* library: see library.h. */
#include "bench/library.h"
#include "kernels/onednn/api.h"
#include "train/trainer.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64
/* Short rounds: where other programs run, few of them are disturbed. */
#define ROUNDS 50
#define ROUND_SECONDS 0.001

/* A product with its memory, and for the primitive what it needs. */
typedef struct {
    bench_product product;
    float *a, *b, *y;
    void *scratch;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t argument[4];
} call;

typedef bool call_fn(call *c);

/* ---- Memory ---- */

static float *make_floats(int64_t n)
{
    const size_t bytes = (size_t)n * sizeof(float);
    const size_t lines = (bytes + ALIGNMENT - 1) / ALIGNMENT;
    float *const x = aligned_alloc(ALIGNMENT, lines * ALIGNMENT);
    for (int64_t i = 0; x && i < n; i++)
        x[i] = (float)(i % 17) / 17 - 0.5F;
    return x;
}

static void clear(call *c)
{
    for (int i = 0; i < 4; i++)
        dnnl_memory_destroy(c->argument[i].memory);
    dnnl_primitive_destroy(c->primitive);
    dnnl_primitive_desc_destroy(c->description);
    dnnl_stream_destroy(c->stream);
    dnnl_engine_destroy(c->engine);
    free(c->scratch);
    free(c->a);
    free(c->b);
    free(c->y);
}

static bool init(call *c, const bench_product *p)
{
    *c = (call){.product = *p,
                .a = make_floats(p->count * p->m * p->k),
                .b = make_floats(p->count * p->k * p->n),
                .y = make_floats(p->count * p->m * p->n)};
    return c->a && c->b && c->y;
}

/* ---- The entries ---- */

static bool call_sgemm(call *c)
{
    const bench_product *const p = &c->product;
    dnnl_status_t status = dnnl_success;
    for (int64_t i = 0; i < p->count && status == dnnl_success; i++)
        status = dnnl_sgemm(p->a_turned ? 'T' : 'N', p->b_turned ? 'T' : 'N',
                            p->m, p->n, p->k, 1, c->a + i * p->m * p->k,
                            p->a_turned ? p->m : p->k, c->b + i * p->k * p->n,
                            p->b_turned ? p->k : p->n, 0,
                            c->y + i * p->m * p->n, p->n);
    return status == dnnl_success;
}

static mg_onednn_operand operand(int64_t count, int64_t rows, int64_t columns,
                                 bool turned)
{
    mg_onednn_operand o = {.type = dnnl_f32, .rank = 2};
    int axis = 0;
    if (count > 1) {
        o.rank = 3;
        o.dim[0] = count;
        o.stride[0] = rows * columns;
        axis = 1;
    }
    o.dim[axis] = rows;
    o.dim[axis + 1] = columns;
    o.stride[axis] = turned ? 1 : columns;
    o.stride[axis + 1] = turned ? rows : 1;
    return o;
}

static bool add_argument(call *c, int i, int argument, dnnl_query_t what,
                         void *address)
{
    c->argument[i].arg = argument;
    return dnnl_memory_create(&c->argument[i].memory,
                              mg_onednn_layout_of(c->description, what),
                              c->engine, address) == dnnl_success;
}

static bool make_primitive(call *c)
{
    const bench_product *const p = &c->product;
    const mg_onednn_operand all[3] = {
        operand(p->count, p->m, p->k, p->a_turned),
        operand(p->count, p->k, p->n, p->b_turned),
        operand(p->count, p->m, p->n, false)};
    if (dnnl_engine_create(&c->engine, dnnl_cpu, 0) != dnnl_success ||
        dnnl_stream_create(&c->stream, c->engine, dnnl_stream_default_flags) !=
            dnnl_success ||
        mg_onednn_describe_product(c->engine, all, false, &c->description) !=
            dnnl_success ||
        dnnl_primitive_create(&c->primitive, c->description) != dnnl_success)
        return false;
    const size_t lines = mg_onednn_scratch(c->description) / ALIGNMENT + 1;
    c->scratch = aligned_alloc(ALIGNMENT, lines * ALIGNMENT);
    return c->scratch &&
           add_argument(c, 0, DNNL_ARG_SRC, dnnl_query_src_md, c->a) &&
           add_argument(c, 1, DNNL_ARG_WEIGHTS, dnnl_query_weights_md, c->b) &&
           add_argument(c, 2, DNNL_ARG_DST, dnnl_query_dst_md, c->y) &&
           add_argument(c, 3, DNNL_ARG_SCRATCHPAD, dnnl_query_scratchpad_md,
                        c->scratch);
}

static bool call_primitive(call *c)
{
    return dnnl_primitive_execute(c->primitive, c->stream, 4, c->argument) ==
               dnnl_success &&
           dnnl_stream_wait(c->stream) == dnnl_success;
}

/* ---- Timing ---- */

/* Seconds of n calls; below 0: one failed. */
static double time_calls(call_fn *run, call *c, int64_t n)
{
    const double start = mg_now();
    for (int64_t i = 0; i < n; i++)
        if (!run(c))
            return -1;
    return mg_now() - start;
}

static void time_entry(call_fn *run, call *c, const char *entry,
                       bench_time *least)
{
    double seconds = time_calls(run, c, 3);
    int64_t n = 1;
    while (seconds >= 0 && seconds < ROUND_SECONDS) {
        n *= 2;
        seconds = time_calls(run, c, n);
    }
    for (int round = 0; seconds >= 0 && round < ROUNDS; round++) {
        if (seconds / (double)n < least->seconds)
            *least = (bench_time){seconds / (double)n, entry};
        seconds = time_calls(run, c, n);
    }
}

static void time_both(const bench_product *p, const char *sgemm,
                      const char *matmul, bench_time *least)
{
    call c;
    if (init(&c, p)) {
        time_entry(call_sgemm, &c, sgemm, least);
        if (make_primitive(&c))
            time_entry(call_primitive, &c, matmul, least);
    }
    clear(&c);
}

bool bench_time_product(const bench_product *product, bench_time *out)
{
    bench_time least = {1e30, NULL};
    bench_product p = *product;
    for (int order = 0; order < 2; order++) {
        if (p.b_turned == (order == 1) || p.either_order) {
            p.b_turned = order == 1;
            time_both(&p, order ? "sgemm ba" : "sgemm ab",
                      order ? "matmul ba" : "matmul ab", &least);
            p.b_turned = product->b_turned;
        }
    }
    if (p.a_turned && !p.b_turned) {
        p.m = product->n;
        p.n = product->m;
        time_both(&p, "sgemm, y turned", "matmul, y turned", &least);
    }
    *out = least;
    return least.entry != NULL;
}
