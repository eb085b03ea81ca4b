/* matmul: products of f32 by oneDNN: by its matmul primitive, which takes
 * either storage order, but gradients of weights (a stored by columns, a few
 * large matrices) by its sgemm, which is faster there. What oneDNN refuses,
 * small products and products by a vector that own code does by dots (three
 * times faster: 8.6 against 30 us at 1 x 256 x 784) are not taken. A primitive
 * is made for the plan's number of threads; a session with another one
 * multiplies by own code. Layer kernels. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/onednn/api.h"
#include "kernels/product.h"
#include "kernels/take.h"

/* Own code is faster up to so many multiplications. */
#define SMALL (48 * 48 * 48)
#define ARGUMENTS 4

typedef struct {
    mg_product product;
    int threads;
    mg_step own; /* the same step by own code */
    dnnl_engine_t engine;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
} plan;

/* A session's handles: a, b, y, scratch memory. */
typedef struct {
    mg_ctx *ctx;
    dnnl_stream_t stream;
    dnnl_exec_arg_t argument[ARGUMENTS];
    void *address[ARGUMENTS]; /* what the handles hold */
} handles;

/* ---- Running ---- */

static void run_own(const plan *p, const mg_step *step, void *const arg[],
                    mg_frame *frame)
{
    void *own_arg[5] = {arg[0], arg[1], arg[2], arg[step->n_operands], NULL};
    p->own.run(&p->own, own_arg, frame);
}

/* y = a^T b, where a is stored as [k][m]. */
static void run_sgemm(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const plan *const p = step->data;
    const mg_product *const q = &p->product;
    const int former = mg_set_library_threads(frame->threads);
    const dnnl_status_t status =
        dnnl_sgemm('T', 'N', q->m, q->n, q->k, 1, arg[0], q->a.column, arg[1],
                   q->b.row, 0, arg[2], q->y.row);
    mg_set_library_threads(former);
    if (status != dnnl_success)
        run_own(p, step, arg, frame);
}

static bool move_handles(handles *h, void *const arg[])
{
    for (int i = 0; i < ARGUMENTS; i++) {
        if (h->address[i] == arg[i])
            continue;
        if (dnnl_memory_set_data_handle(h->argument[i].memory, arg[i]) !=
            dnnl_success)
            return false;
        h->address[i] = arg[i];
    }
    return true;
}

static void run_primitive(const mg_step *step, void *const arg[],
                          mg_frame *frame)
{
    const plan *const p = step->data;
    handles *const h = arg[step->n_operands + 1];
    if (frame->threads != p->threads || !move_handles(h, arg)) {
        run_own(p, step, arg, frame);
        return;
    }
    const int former = mg_set_library_threads(p->threads);
    const dnnl_status_t status =
        dnnl_primitive_execute(p->primitive, h->stream, ARGUMENTS, h->argument);
    dnnl_stream_wait(h->stream);
    mg_set_library_threads(former);
    if (status != dnnl_success)
        run_own(p, step, arg, frame);
}

/* ---- A session's handles ---- */

static void unbind(const mg_step *step, void *bound)
{
    (void)step;
    handles *const h = bound;
    if (!h)
        return;
    for (int i = 0; i < ARGUMENTS; i++)
        dnnl_memory_destroy(h->argument[i].memory);
    dnnl_stream_destroy(h->stream);
    mg_free(h->ctx, h);
}

static bool make_handles(const plan *p, handles *h)
{
    static const struct {
        dnnl_query_t layout;
        int argument;
    } kind[ARGUMENTS] = {
        {dnnl_query_src_md, DNNL_ARG_SRC},
        {dnnl_query_weights_md, DNNL_ARG_WEIGHTS},
        {dnnl_query_dst_md, DNNL_ARG_DST},
        {dnnl_query_scratchpad_md, DNNL_ARG_SCRATCHPAD},
    };
    if (dnnl_stream_create(&h->stream, p->engine, dnnl_stream_default_flags) !=
        dnnl_success)
        return false;
    for (int i = 0; i < ARGUMENTS; i++) {
        h->argument[i].arg = kind[i].argument;
        const mg_onednn_layout layout =
            mg_onednn_layout_of(p->description, kind[i].layout);
        if (dnnl_memory_create(&h->argument[i].memory, layout, p->engine,
                               DNNL_MEMORY_NONE) != dnnl_success)
            return false;
    }
    return true;
}

static mg_status bind(mg_ctx *ctx, const mg_step *step, void **bound)
{
    const plan *const p = step->data;
    if (!p->primitive)
        return MG_OK;
    handles *const h = mg_alloc(ctx, 1, sizeof *h);
    if (!h)
        return MG_NO_MEMORY;
    h->ctx = ctx;
    if (!make_handles(p, h)) {
        unbind(step, h);
        return mg_fail(ctx, MG_NO_MEMORY, "matmul: oneDNN has no memory");
    }
    *bound = h;
    return MG_OK;
}

/* ---- Taking ---- */

static void end(mg_step *step)
{
    plan *const p = step->data;
    if (!p)
        return;
    dnnl_primitive_destroy(p->primitive);
    dnnl_primitive_desc_destroy(p->description);
    dnnl_engine_destroy(p->engine);
    step->data = NULL;
}

/* Stored without overlap, along rows or along columns. */
static bool is_stored(const mg_matrix *x, int64_t rows, int64_t columns)
{
    return (x->column == 1 && x->row >= columns) ||
           (x->row == 1 && x->column >= rows);
}

/* A vector's missing stride is as good as any. */
static void settle_strides(mg_matrix *x, int64_t rows, int64_t columns)
{
    if (columns == 1 && x->row != 1)
        x->column = 1;
    else if (columns == 1)
        x->column = rows;
    if (rows == 1)
        x->row = x->column == 1 ? columns : 1;
}

static bool accepts(mg_product *p)
{
    if (p->count == 0 || p->m == 0 || p->n == 0 || p->k == 0 ||
        mg_product_is_dots(p))
        return false;
    settle_strides(&p->a, p->m, p->k);
    settle_strides(&p->b, p->k, p->n);
    settle_strides(&p->y, p->m, p->n);
    return p->m * p->n * p->k > SMALL && is_stored(&p->a, p->m, p->k) &&
           is_stored(&p->b, p->k, p->n) && is_stored(&p->y, p->m, p->n);
}

/* A leading axis along which a matrix stays has size 1 there. */
static bool describe_operand(const mg_product *p, const mg_matrix *x,
                             int64_t rows, int64_t columns,
                             mg_onednn_operand *out)
{
    const int lead = p->lead.rank;
    memset(out, 0, sizeof *out);
    out->rank = lead + 2;
    for (int i = 0; i < lead; i++) {
        if (x->lead[i] < 0)
            return false;
        out->dim[i] = x->lead[i] == 0 ? 1 : p->lead.dim[i];
        out->stride[i] = x->lead[i] == 0 ? rows * columns : x->lead[i];
    }
    out->dim[lead] = rows;
    out->dim[lead + 1] = columns;
    out->stride[lead] = x->row;
    out->stride[lead + 1] = x->column;
    return true;
}

static bool make_primitive(plan *p)
{
    const mg_product *const q = &p->product;
    mg_onednn_operand operand[3];
    if (!describe_operand(q, &q->a, q->m, q->k, &operand[0]) ||
        !describe_operand(q, &q->b, q->k, q->n, &operand[1]) ||
        !describe_operand(q, &q->y, q->m, q->n, &operand[2]))
        return false;
    return dnnl_engine_create(&p->engine, dnnl_cpu, 0) == dnnl_success &&
           mg_onednn_describe_product(p->engine, operand, &p->description) ==
               dnnl_success &&
           dnnl_primitive_create(&p->primitive, p->description) == dnnl_success;
}

static bool suits_sgemm(const mg_product *p)
{
    return p->count == 1 && p->a.row == 1 && p->a.column >= p->m &&
           p->b.column == 1 && p->y.column == 1 && p->m > 1;
}

/* Fills p for the step, or leaves *taken false. */
static void try_step(plan *p, mg_step *step, bool *taken)
{
    step->data = p;
    if (suits_sgemm(&p->product)) {
        step->run = run_sgemm;
        *taken = true;
        return;
    }
    const int former = mg_set_library_threads(p->threads);
    *taken = make_primitive(p);
    mg_set_library_threads(former);
    if (!*taken) {
        end(step);
        return;
    }
    step->run = run_primitive;
    const size_t scratch = mg_onednn_scratch(p->description);
    if (scratch > step->scratch)
        step->scratch = scratch;
}

static mg_status take(mg_arena *arena, const mg_graph *g, mg_step *step,
                      bool *taken)
{
    if (step->node->op != &mg_op_matmul || step->node->type.dtype != MG_F32)
        return MG_OK;
    plan *const p = mg_arena_alloc(arena, 1, sizeof *p);
    if (!p)
        return MG_NO_MEMORY;
    mg_product_of(step, &p->product);
    if (!accepts(&p->product))
        return MG_OK;
    p->threads = mg_graph_ctx(g)->threads;
    p->own = *step;
    bool own = false;
    MG_TRY(mg_matmul_take(mg_vector_best(), arena, &p->own, &own));
    if (own)
        try_step(p, step, taken);
    return MG_OK;
}

const mg_kernel mg_kernel_matmul_onednn = {
    .name = "matmul-onednn",
    .take = take,
    .bind = bind,
    .unbind = unbind,
    .end = end,
};
