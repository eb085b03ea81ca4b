/* matmul: products of f32 by oneDNN: by its matmul primitive, which takes
 * either storage order, but gradients of weights (a stored by columns, a few
 * large matrices) by its sgemm, which is faster there. What oneDNN refuses,
 * small products and products by a vector that own code does by dots (three
 * times faster: 8.6 against 30 us at 1 x 256 x 784) are not taken. oneDNN gets
 * one thread: parts of the product, as many as the plan's threads, are shares
 * of our own loop. Layer kernels. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "kernels/onednn/matmul.h"
#include "kernels/plain/matmul.h"

/* Own code is faster up to so many multiplications. */
#define SMALL (48 * 48 * 48)
/* Own code is faster where so few products are summed (a batch of one). */
#define SHORT 8
/* b that is stored against the order of memory (x met by W) oneDNN copies, own
 * code does not: it is faster up to so many rows of x and from so long sums
 * on. */
#define FEW_ROWS 96
#define LONG_SUMS 512
/* Own code is faster where so few rows are updated (15 for 20 us at
 * 10 x 1024 x 256). */
#define FEW_UPDATED 16
/* Multiplications that are worth a thread's start. */
#define GRAIN 100000
/* Rows and columns of the smallest tiles that oneDNN does at full speed: parts
 * are whole multiples. */
#define TILE_ROWS 8
#define TILE_COLUMNS 16

/* One run, as its threads see it. */
typedef struct {
    const mg_onednn_plan *plan;
    const float *a, *b;
    const float *c; /* NULL: the product alone */
    float factor;
    float *y;
    const void *narrow_a, *narrow_b; /* in bf16, with the factor; or NULL */
    unsigned char *scratch;
    mg_onednn_handles *handles; /* NULL: by sgemm */
    mg_then_fn *then;           /* or NULL */
    void *data;
} job;

/* ---- Running ---- */

/* A part of the given product. */
typedef struct {
    int64_t m, n;
    const float *a, *b, *c;
    float *y;
} part_of;

static part_of find_part(const job *j, int64_t number)
{
    const mg_onednn_plan *const p = j->plan;
    const mg_product *const q = &p->given;
    const int64_t begin = p->part[number].begin, size = p->part[number].size;
    if (p->size == &p->product.m)
        return (part_of){size,
                         q->n,
                         j->a + begin * q->a.row,
                         j->b,
                         j->c ? j->c + begin * q->c.row : NULL,
                         j->y + begin * q->y.row};
    return (part_of){q->m,
                     size,
                     j->a,
                     j->b + begin * q->b.column,
                     j->c ? j->c + begin * q->c.column : NULL,
                     j->y + begin * q->y.column};
}

/* y = c, where that is other memory. */
static void copy_rows(const mg_product *q, const part_of *part)
{
    if (!part->c || part->c == part->y)
        return;
    for (int64_t i = 0; i < part->m; i++)
        memcpy(part->y + i * q->y.row, part->c + i * q->c.row,
               (size_t)part->n * sizeof *part->y);
}

/* The part of a product where oneDNN had no memory: slow, but right. */
static void multiply_plainly(const mg_product *q, const part_of *part,
                             float factor)
{
    copy_rows(q, part);
    for (int64_t i = 0; i < part->m; i++)
        for (int64_t c = 0; c < part->n; c++) {
            float *const y = part->y + i * q->y.row + c * q->y.column;
            float sum = 0;
            for (int64_t l = 0; l < q->k; l++)
                sum += part->a[i * q->a.row + l * q->a.column] *
                       part->b[l * q->b.row + c * q->b.column];
            *y = part->c ? *y + factor * sum : factor * sum;
        }
}

/* A part of all products, or some products whole. */
static void multiply_all_plainly(const job *j, int64_t number)
{
    const mg_onednn_plan *const p = j->plan;
    const mg_product *const q = &p->given;
    const bool cut = p->size == &p->product.m || p->size == &p->product.n;
    const int64_t each = cut ? q->count : q->count / q->lead.dim[0];
    const int64_t first = cut ? 0 : p->part[number].begin * each;
    const int64_t count = cut ? each : p->part[number].size * each;
    for (int64_t l = first; l < first + count; l++) {
        part_of part = {q->m, q->n, j->a, j->b, j->c, j->y};
        if (cut)
            part = find_part(j, number);
        part.a += mg_product_offset(q, &q->a, l);
        part.b += mg_product_offset(q, &q->b, l);
        part.y += mg_product_offset(q, &q->y, l);
        multiply_plainly(q, &part, j->factor);
    }
}

/* y = factor a b, or that added to c, with either storage order of a and b. */
static bool multiply_sgemm(const job *j, int64_t number)
{
    const mg_product *const q = &j->plan->given;
    const part_of part = find_part(j, number);
    const bool a_by_rows = q->a.column == 1, b_by_rows = q->b.column == 1;
    copy_rows(q, &part);
    const dnnl_status_t status = dnnl_sgemm(
        a_by_rows ? 'N' : 'T', b_by_rows ? 'N' : 'T', part.m, part.n, q->k,
        j->factor, part.a, a_by_rows ? q->a.row : q->a.column, part.b,
        b_by_rows ? q->b.row : q->b.column, j->c ? 1 : 0, part.y, q->y.row);
    return status == dnnl_success;
}

static bool move_handles(mg_onednn_handles *h, void *const address[])
{
    for (int i = 0; i < MG_ONEDNN_ARGUMENTS; i++) {
        if (h->address[i] == address[i])
            continue;
        if (dnnl_memory_set_data_handle(h->argument[i].memory, address[i]) !=
            dnnl_success)
            return false;
        h->address[i] = address[i];
    }
    return true;
}

static void *element(const void *base, int64_t index, size_t size)
{
    return (unsigned char *)base + (size_t)index * size;
}

static bool multiply_primitive(const job *j, int64_t number)
{
    const mg_onednn_plan *const p = j->plan;
    const mg_onednn_piece *const piece = &p->part[number];
    mg_onednn_handles *const h = &j->handles[number];
    const size_t size = p->narrow ? sizeof(uint16_t) : sizeof(float);
    const void *const a = p->narrow ? j->narrow_a : j->a;
    const void *const b = p->narrow ? j->narrow_b : j->b;
    void *const address[MG_ONEDNN_ARGUMENTS] = {
        element(a, piece->begin * p->a_step, size),
        element(b, piece->begin * p->b_step, size),
        j->y + piece->begin * p->y_step,
        j->scratch + (size_t)number * p->scratch};
    if (j->c) {
        const part_of part = find_part(j, number);
        copy_rows(&p->given, &part);
    }
    return move_handles(h, address) &&
           dnnl_primitive_execute(piece->primitive, h->stream,
                                  MG_ONEDNN_ARGUMENTS,
                                  h->argument) == dnnl_success &&
           dnnl_stream_wait(h->stream) == dnnl_success;
}

/* With the rows of a part, counted through all products. */
static void go_on_with(const job *j, int64_t number)
{
    const mg_onednn_plan *const p = j->plan;
    const mg_product *const q = &p->given;
    int64_t begin = p->part[number].begin, size = p->part[number].size;
    if (p->n_parts == 1) {
        begin = 0;
        size = q->count * q->m;
    } else if (p->size != &p->product.m) {
        begin *= q->count / q->lead.dim[0] * q->m;
        size *= q->count / q->lead.dim[0] * q->m;
    }
    j->then(j->data, begin, begin + size);
}

/* Items are parts. */
static void share(void *data, int64_t begin, int64_t end)
{
    job *const j = data;
    const int former = mg_set_library_threads(1);
    for (int64_t i = begin; i < end; i++) {
        if (!(j->handles ? multiply_primitive(j, i) : multiply_sgemm(j, i)))
            multiply_all_plainly(j, i);
        if (j->then)
            go_on_with(j, i);
    }
    mg_set_library_threads(former);
}

static void run_then(const mg_step *step, void *const arg[], mg_frame *frame,
                     mg_then_fn *then, void *data)
{
    const mg_onednn_plan *const p = step->data;
    unsigned char *const scratch = arg[step->n_operands];
    mg_onednn_session *const s = arg[step->n_operands + 1];
    job j = {.plan = p,
             .a = arg[0],
             .b = arg[1],
             .c = p->given.adds ? arg[MG_PRODUCT_C] : NULL,
             .factor = (float)mg_product_factor(step, arg),
             .y = arg[step->n_operands - 1],
             .scratch = scratch,
             .handles = s ? s->part : NULL,
             .then = then,
             .data = data};
    if (p->narrow)
        mg_onednn_narrow_operands(p, arg, j.factor,
                                  scratch + (size_t)p->n_parts * p->scratch,
                                  frame->pool, &j.narrow_a, &j.narrow_b);
    mg_parallel_for(frame->pool, p->n_parts, 1, share, &j);
}

static void run(const mg_step *step, void *const arg[], mg_frame *frame)
{
    run_then(step, arg, frame, NULL, NULL);
}

/* ---- Taking ---- */

static void end(mg_step *step)
{
    mg_onednn_plan *const p = step->data;
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
                             dnnl_data_type_t type, mg_onednn_operand *out)
{
    const int lead = p->lead.rank;
    memset(out, 0, sizeof *out);
    out->type = type;
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

/* The axis that is cut: a leading one that gives each part as much; the rows of
 * what is added to, since they are what a thread read when W met x (226 for
 * 242 us a step at batch 64); else the longer one of y, so that the parts share
 * the smaller matrix. Returns its tile. */
static int64_t choose_axis(mg_onednn_plan *p, bool by_rows, int64_t wanted)
{
    mg_product *const q = &p->product;
    if (q->count > 1 && q->lead.dim[0] > 1 && q->lead.dim[0] % wanted == 0) {
        p->size = &q->lead.dim[0];
        p->a_step = q->a.lead[0];
        p->b_step = q->b.lead[0];
        p->y_step = q->y.lead[0];
        return 1;
    }
    if (q->adds || by_rows || q->m >= q->n) {
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

static mg_status cut(mg_onednn_plan *p, mg_arena *arena, bool by_rows,
                     int threads)
{
    const mg_product *const q = &p->product;
    const int64_t worth = q->count * q->m * q->n * q->k / GRAIN;
    const int64_t wanted = worth < threads ? (worth > 1 ? worth : 1) : threads;
    const int64_t tile = choose_axis(p, by_rows, wanted);
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

static bool make_primitive(mg_onednn_plan *p, mg_onednn_piece *part)
{
    mg_onednn_operand operand[3];
    mg_product *const q = &p->product;
    const dnnl_data_type_t type = p->narrow ? dnnl_bf16 : dnnl_f32;
    const int64_t whole = *p->size;
    *p->size = part->size;
    const bool described =
        describe_operand(q, &q->a, q->m, q->k, type, &operand[0]) &&
        describe_operand(q, &q->b, q->k, q->n, type, &operand[1]) &&
        describe_operand(q, &q->y, q->m, q->n, dnnl_f32, &operand[2]);
    *p->size = whole;
    part->owns = true;
    return described &&
           mg_onednn_describe_product(p->engine, operand, q->adds,
                                      &part->description) == dnnl_success &&
           dnnl_primitive_create(&part->primitive, part->description) ==
               dnnl_success;
}

static bool make_primitives(mg_onednn_plan *p)
{
    if (dnnl_engine_create(&p->engine, dnnl_cpu, 0) != dnnl_success)
        return false;
    for (int64_t i = 0; i < p->n_parts; i++) {
        mg_onednn_piece *const part = &p->part[i];
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
static void try_step(mg_onednn_plan *p, mg_step *step, bool *taken)
{
    step->data = p;
    if (p->narrow || !suits_sgemm(&p->product)) {
        const int former = mg_set_library_threads(1);
        const bool made = make_primitives(p);
        mg_set_library_threads(former);
        if (!made) {
            end(step);
            return;
        }
        const size_t scratch =
            (size_t)p->n_parts * p->scratch + mg_onednn_narrow_bytes(p);
        if (scratch > step->scratch)
            step->scratch = scratch;
    }
    const bool by_rows = p->size == &p->product.m;
    step->run = run;
    if (p->n_parts == 1 || (by_rows && p->given.count == 1) ||
        (!by_rows && p->size != &p->product.n))
        step->run_then = run_then;
    step->parts = p->n_parts;
    *taken = true;
}

/* What sums into c goes by sgemm, or over narrow operands. */
static bool suits(mg_onednn_plan *p, const mg_graph *g, const mg_step *step)
{
    p->product = p->given;
    if (!accepts(&p->product))
        return false;
    p->given = p->product; /* with strides of vectors settled */
    if (p->narrow)
        return mg_onednn_narrow(p);
    if (p->given.adds)
        return p->given.m > FEW_UPDATED && suits_sgemm(&p->given);
    return !mg_product_keeps_b(g, step, &p->given) &&
           (p->given.m > FEW_ROWS || p->given.k < LONG_SUMS ||
            p->given.b.column == 1 || p->given.y.column != 1);
}

static mg_status take_as(bool narrow, mg_arena *arena, const mg_graph *g,
                         mg_step *step, bool *taken)
{
    if (!mg_is_product(step, MG_F32) || (narrow && !mg_onednn_has_bf16()))
        return MG_OK;
    mg_onednn_plan *const p = mg_arena_alloc(arena, 1, sizeof *p);
    if (!p)
        return MG_NO_MEMORY;
    p->narrow = narrow;
    mg_product_of(step, &p->given);
    if (!suits(p, g, step))
        return MG_OK;
    MG_TRY(cut(p, arena, step->by_rows, mg_graph_ctx(g)->threads));
    try_step(p, step, taken);
    return MG_OK;
}

static mg_status take(mg_arena *arena, const mg_graph *g, mg_step *step,
                      bool *taken)
{
    return take_as(false, arena, g, step, taken);
}

static mg_status take_narrow(mg_arena *arena, const mg_graph *g, mg_step *step,
                             bool *taken)
{
    return take_as(true, arena, g, step, taken);
}

const mg_kernel mg_kernel_matmul_onednn = {
    .name = "matmul-onednn",
    .take = take,
    .bind = mg_onednn_bind,
    .unbind = mg_onednn_unbind,
    .end = end,
    .in_place = mg_product_in_place,
};

const mg_kernel mg_kernel_matmul_bf16 = {
    .name = "matmul-bf16",
    .take = take_narrow,
    .bind = mg_onednn_bind,
    .unbind = mg_onednn_unbind,
    .end = end,
    .in_place = mg_product_in_place,
};
