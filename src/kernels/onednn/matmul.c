/* matmul: products of f32 by oneDNN: by its matmul primitive, which takes
 * either storage order, but gradients of weights (a stored by columns, a few
 * large matrices) by its sgemm, which is faster there. What oneDNN refuses,
 * small products and products by a vector that own code does by dots (three
 * times faster: 8.6 against 30 us at 1 x 256 x 784) are not taken. oneDNN gets
 * one thread: parts of the product, as many as the plan's threads, are shares
 * of our own loop. Layer kernels. */
#include <stdatomic.h>
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/onednn/api.h"
#include "kernels/product.h"
#include "kernels/take.h"

/* Own code is faster up to so many multiplications. */
#define SMALL (48 * 48 * 48)
/* Own code is faster where so few products are summed (a batch of one). */
#define SHORT 8
/* Multiplications that are worth a thread's start. */
#define GRAIN 100000
/* Rows and columns of the smallest tiles that oneDNN does at full speed: parts
 * are whole multiples. */
#define TILE_ROWS 8
#define TILE_COLUMNS 16
#define ARGUMENTS 4

/* A part of the product; those of one size share a primitive. */
typedef struct {
    int64_t begin, size; /* along the axis that is cut */
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    bool owns; /* the two above */
} piece;

typedef struct {
    mg_product product;
    mg_step own; /* the same step by own code */
    dnnl_engine_t engine;
    int64_t *size;                          /* of the product that is cut */
    int64_t a_step, b_step, c_step, y_step; /* along it, in elements */
    int64_t n_parts;
    piece *part;
    size_t scratch; /* bytes of a part */
} plan;

/* A session's handles for a part: a, b, y, scratch memory. */
typedef struct {
    dnnl_stream_t stream;
    dnnl_exec_arg_t argument[ARGUMENTS];
    void *address[ARGUMENTS]; /* what the handles hold */
} handles;

typedef struct {
    mg_ctx *ctx;
    handles part[];
} session;

/* One run, as its threads see it. */
typedef struct {
    const plan *plan;
    const float *a, *b;
    const float *c; /* NULL: the product alone */
    float factor;
    float *y;
    unsigned char *scratch;
    handles *handles;
    atomic_bool failed;
} job;

/* ---- Running ---- */

static void copy_rows(const mg_product *q, int64_t rows, int64_t columns,
                      const float *c, float *y)
{
    for (int64_t i = 0; i < rows; i++)
        memcpy(y + i * q->y.row, c + i * q->c.row, (size_t)columns * sizeof *y);
}

/* y += factor a b where oneDNN had no memory: slow, but right. */
static bool add_plainly(const job *j, const float *a, const float *b, float *y,
                        int64_t m, int64_t n)
{
    const mg_product *const q = &j->plan->product;
    for (int64_t i = 0; i < m; i++)
        for (int64_t l = 0; l < q->k; l++) {
            const float x = j->factor * a[i * q->a.row + l * q->a.column];
            for (int64_t c = 0; c < n; c++)
                y[i * q->y.row + c] += x * b[l * q->b.row + c * q->b.column];
        }
    return true;
}

/* y = factor a b, or that added to c, with either storage order of a and b. */
static bool multiply_sgemm(job *j, int64_t number)
{
    const plan *const p = j->plan;
    const piece *const part = &p->part[number];
    const mg_product *const q = &p->product;
    const bool by_rows = p->size == &q->m;
    const int64_t m = by_rows ? part->size : q->m;
    const int64_t n = by_rows ? q->n : part->size;
    const bool a_by_rows = q->a.column == 1, b_by_rows = q->b.column == 1;
    const float *const a = j->a + part->begin * p->a_step;
    const float *const b = j->b + part->begin * p->b_step;
    float *const y = j->y + part->begin * p->y_step;
    if (j->c && j->c != j->y)
        copy_rows(q, m, n, j->c + part->begin * p->c_step, y);
    const dnnl_status_t status = dnnl_sgemm(
        a_by_rows ? 'N' : 'T', b_by_rows ? 'N' : 'T', m, n, q->k, j->factor, a,
        a_by_rows ? q->a.row : q->a.column, b,
        b_by_rows ? q->b.row : q->b.column, j->c ? 1 : 0, y, q->y.row);
    return status == dnnl_success || (j->c && add_plainly(j, a, b, y, m, n));
}

static bool move_handles(handles *h, void *const address[])
{
    for (int i = 0; i < ARGUMENTS; i++) {
        if (h->address[i] == address[i])
            continue;
        if (dnnl_memory_set_data_handle(h->argument[i].memory, address[i]) !=
            dnnl_success)
            return false;
        h->address[i] = address[i];
    }
    return true;
}

static bool multiply_primitive(job *j, int64_t number)
{
    const plan *const p = j->plan;
    const piece *const part = &p->part[number];
    handles *const h = &j->handles[number];
    void *const address[ARGUMENTS] = {(void *)(j->a + part->begin * p->a_step),
                                      (void *)(j->b + part->begin * p->b_step),
                                      j->y + part->begin * p->y_step,
                                      j->scratch + (size_t)number * p->scratch};
    return move_handles(h, address) &&
           dnnl_primitive_execute(part->primitive, h->stream, ARGUMENTS,
                                  h->argument) == dnnl_success &&
           dnnl_stream_wait(h->stream) == dnnl_success;
}

/* Items are parts. */
static void share(void *data, int64_t begin, int64_t end)
{
    job *const j = data;
    const int former = mg_set_library_threads(1);
    for (int64_t i = begin; i < end; i++)
        if (!(j->handles ? multiply_primitive(j, i) : multiply_sgemm(j, i)))
            atomic_store(&j->failed, true);
    mg_set_library_threads(former);
}

static void run(const mg_step *step, void *const arg[], mg_frame *frame)
{
    const plan *const p = step->data;
    void *const scratch = arg[step->n_operands];
    session *const s = arg[step->n_operands + 1];
    job j = {.plan = p,
             .a = arg[0],
             .b = arg[1],
             .c = p->product.adds ? arg[MG_PRODUCT_C] : NULL,
             .factor = (float)mg_product_factor(step, arg),
             .y = arg[step->n_operands - 1],
             .scratch = scratch,
             .handles = s ? s->part : NULL};
    mg_parallel_for(frame->pool, p->n_parts, 1, share, &j);
    if (!atomic_load(&j.failed))
        return;
    p->own.run(&p->own, arg, frame);
}

/* ---- A session's handles ---- */

static void unbind(const mg_step *step, void *bound)
{
    const plan *const p = step->data;
    session *const s = bound;
    if (!s)
        return;
    for (int64_t k = 0; k < p->n_parts; k++) {
        for (int i = 0; i < ARGUMENTS; i++)
            dnnl_memory_destroy(s->part[k].argument[i].memory);
        dnnl_stream_destroy(s->part[k].stream);
    }
    mg_free(s->ctx, s);
}

static bool make_handles(const plan *p, const piece *part, handles *h)
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
            mg_onednn_layout_of(part->description, kind[i].layout);
        if (dnnl_memory_create(&h->argument[i].memory, layout, p->engine,
                               DNNL_MEMORY_NONE) != dnnl_success)
            return false;
    }
    return true;
}

static mg_status bind(mg_ctx *ctx, const mg_step *step, void **bound)
{
    const plan *const p = step->data;
    if (!p->engine)
        return MG_OK;
    session *const s =
        mg_alloc(ctx, 1, sizeof *s + (size_t)p->n_parts * sizeof s->part[0]);
    if (!s)
        return MG_NO_MEMORY;
    s->ctx = ctx;
    for (int64_t i = 0; i < p->n_parts; i++)
        if (!make_handles(p, &p->part[i], &s->part[i])) {
            unbind(step, s);
            return mg_fail(ctx, MG_NO_MEMORY, "matmul: oneDNN has no memory");
        }
    *bound = s;
    return MG_OK;
}

/* ---- Taking ---- */

static void end(mg_step *step)
{
    plan *const p = step->data;
    if (!p)
        return;
    for (int64_t i = 0; i < p->n_parts; i++)
        if (p->part[i].owns) {
            dnnl_primitive_destroy(p->part[i].primitive);
            dnnl_primitive_desc_destroy(p->part[i].description);
        }
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
    if (p->count == 0 || p->m == 0 || p->n == 0 || p->k < SHORT ||
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

/* ---- Parts ---- */

/* The axis that is cut: a leading one that gives each part as much, else the
 * longer one of y, so that the parts share the smaller matrix. Returns its
 * tile. */
static int64_t choose_axis(plan *p, int64_t wanted)
{
    mg_product *const q = &p->product;
    if (q->count > 1 && q->lead.dim[0] > 1 && q->lead.dim[0] % wanted == 0) {
        p->size = &q->lead.dim[0];
        p->a_step = q->a.lead[0];
        p->b_step = q->b.lead[0];
        p->y_step = q->y.lead[0];
        return 1;
    }
    if (q->m >= q->n) {
        p->size = &q->m;
        p->a_step = q->a.row;
        p->c_step = q->c.row;
        p->y_step = q->y.row;
        return TILE_ROWS;
    }
    p->size = &q->n;
    p->b_step = q->b.column;
    p->c_step = q->c.column;
    p->y_step = q->y.column;
    return TILE_COLUMNS;
}

static mg_status cut(plan *p, mg_arena *arena, int threads)
{
    const mg_product *const q = &p->product;
    const int64_t worth = q->count * q->m * q->n * q->k / GRAIN;
    const int64_t wanted = worth < threads ? (worth > 1 ? worth : 1) : threads;
    const int64_t tile = choose_axis(p, wanted);
    const int64_t tiles = (*p->size + tile - 1) / tile;
    p->n_parts = wanted < tiles ? wanted : tiles;
    p->part = mg_arena_alloc(arena, (size_t)p->n_parts, sizeof *p->part);
    if (!p->part)
        return MG_NO_MEMORY;
    for (int64_t i = 0; i < p->n_parts; i++) {
        const int64_t begin = tiles * i / p->n_parts * tile;
        const int64_t next = tiles * (i + 1) / p->n_parts * tile;
        p->part[i].begin = begin;
        p->part[i].size = (next < *p->size ? next : *p->size) - begin;
    }
    return MG_OK;
}

static bool make_primitive(plan *p, piece *part)
{
    mg_onednn_operand operand[3];
    mg_product *const q = &p->product;
    const int64_t whole = *p->size;
    *p->size = part->size;
    const bool described =
        describe_operand(q, &q->a, q->m, q->k, &operand[0]) &&
        describe_operand(q, &q->b, q->k, q->n, &operand[1]) &&
        describe_operand(q, &q->y, q->m, q->n, &operand[2]);
    *p->size = whole;
    part->owns = true;
    return described &&
           mg_onednn_describe_product(p->engine, operand, &part->description) ==
               dnnl_success &&
           dnnl_primitive_create(&part->primitive, part->description) ==
               dnnl_success;
}

static bool make_primitives(plan *p)
{
    if (dnnl_engine_create(&p->engine, dnnl_cpu, 0) != dnnl_success)
        return false;
    for (int64_t i = 0; i < p->n_parts; i++) {
        piece *const part = &p->part[i];
        int64_t like = 0;
        while (p->part[like].size != part->size)
            like++;
        if (like < i) {
            part->description = p->part[like].description;
            part->primitive = p->part[like].primitive;
        } else if (!make_primitive(p, part)) {
            return false;
        }
        const size_t bytes = mg_onednn_scratch(part->description);
        const size_t lines = (bytes + MG_ALIGNMENT - 1) / MG_ALIGNMENT;
        if (lines * MG_ALIGNMENT > p->scratch)
            p->scratch = lines * MG_ALIGNMENT;
    }
    return true;
}

static bool suits_sgemm(const mg_product *p)
{
    if (p->adds)
        return p->count == 1 && p->y.column == 1 && p->c.column == 1;
    return p->count == 1 && p->a.row == 1 && p->a.column >= p->m &&
           p->b.column == 1 && p->y.column == 1 && p->m > 1;
}

/* Fills p for the step, or leaves *taken false. */
static void try_step(plan *p, mg_step *step, bool *taken)
{
    step->data = p;
    if (!suits_sgemm(&p->product)) {
        const int former = mg_set_library_threads(1);
        const bool made = make_primitives(p);
        mg_set_library_threads(former);
        if (!made) {
            end(step);
            return;
        }
        const size_t scratch = (size_t)p->n_parts * p->scratch;
        if (scratch > step->scratch)
            step->scratch = scratch;
    }
    step->run = run;
    *taken = true;
}

static mg_status take(mg_arena *arena, const mg_graph *g, mg_step *step,
                      bool *taken)
{
    if (!mg_is_product(step, MG_F32))
        return MG_OK;
    plan *const p = mg_arena_alloc(arena, 1, sizeof *p);
    if (!p)
        return MG_NO_MEMORY;
    mg_product_of(step, &p->product);
    if (!accepts(&p->product) || (p->product.adds && !suits_sgemm(&p->product)))
        return MG_OK;
    p->own = *step;
    bool own = false;
    MG_TRY(mg_matmul_take(mg_vector_best(), arena, &p->own, &own));
    if (!own)
        return MG_OK;
    MG_TRY(cut(p, arena, mg_graph_ctx(g)->threads));
    try_step(p, step, taken);
    return MG_OK;
}

const mg_kernel mg_kernel_matmul_onednn = {
    .name = "matmul-onednn",
    .take = take,
    .bind = bind,
    .unbind = unbind,
    .end = end,
    .in_place = mg_product_in_place,
};
