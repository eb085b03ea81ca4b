/* program: the interpreter of loops. Layer kernels. */
#include "kernels/program.h"

#include <string.h>

#include "ops/draw.h"

/* One call of mg_program_run, as its threads see it. */
typedef struct {
    const mg_program *program;
    void *const *arg;
    const mg_frame *frame;
} job;

static void *at(const void *base, int64_t bytes)
{
    return (unsigned char *)base + bytes;
}

/* ---- Walking the rows ---- */

/* The addresses of a row's operands, and the row's index in the outer axes. */
typedef struct {
    void *base[MG_LOOP_OPERANDS];
    int64_t index[MG_MAX_RANK];
} cursor;

static void move_to_row(const mg_program *p, void *const arg[], int64_t row,
                        cursor *c)
{
    for (int i = 0; i < p->n_operands; i++)
        c->base[i] = arg[i];
    for (int axis = p->outer.rank - 1; axis >= 0; axis--) {
        c->index[axis] = row % p->outer.dim[axis];
        row /= p->outer.dim[axis];
        for (int i = 0; i < p->n_operands; i++)
            c->base[i] =
                at(c->base[i], c->index[axis] * p->operand[i].outer[axis]);
    }
}

/* Some rows on in C order, within the last axis or to its end; behind the last
 * row, to the first. */
static void move_on(const mg_program *p, cursor *c, int64_t rows)
{
    for (int axis = p->outer.rank - 1; axis >= 0; axis--) {
        c->index[axis] += rows;
        const bool wraps = c->index[axis] == p->outer.dim[axis];
        const int64_t steps = wraps ? rows - p->outer.dim[axis] : rows;
        for (int i = 0; i < p->n_operands; i++)
            c->base[i] = at(c->base[i], steps * p->operand[i].outer[axis]);
        if (!wraps)
            return;
        c->index[axis] = 0;
        rows = 1;
    }
}

/* ---- One instruction: whole rows, no registers ---- */

/* Elements [begin, end) of a row. */
static void do_alone(const mg_program *p, void *const base[], int64_t begin,
                     int64_t end)
{
    mg_block block = p->block[0];
    const mg_program_instruction *const only = &p->instruction[0];
    for (int k = 0; k < only->n_sources; k++) {
        const mg_program_operand *const x = &p->operand[only->source[k].number];
        block.source[k] =
            at(base[only->source[k].number], begin * x->step * x->size);
    }
    const mg_program_operand *const y = &p->operand[only->target.number];
    block.target = at(base[only->target.number], begin * y->step * y->size);
    block.n = end - begin;
    only->run(&block);
}

static void share_alone_row(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    do_alone(j->program, j->arg, begin, end);
}

static void share_alone(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_program *const p = j->program;
    cursor c;
    move_to_row(p, j->arg, begin, &c);
    for (int64_t row = begin; row < end; row++) {
        do_alone(p, c.base, 0, p->length);
        move_on(p, &c, 1);
    }
}

/* ---- Blocks ---- */

/* Where a thread works: blocks ready but for n and operands, and registers. */
typedef struct {
    mg_block *block;
    unsigned char *element, *row, *written;
    size_t bytes; /* of a register of elements, and of what is written out */
} workplace;

/* What the instructions are run over at a time. */
typedef struct {
    void *const *base; /* the operands' addresses */
    int64_t first;     /* element, counted through all rows */
    int64_t n, rows;   /* elements, of so many rows */
    const mg_frame *frame;
} portion;

/* Room for one on the stack. Vectors may read a little behind a block. */
typedef struct {
    mg_block block[MG_PROGRAM_INSTRUCTIONS];
    _Alignas(MG_ALIGNMENT) unsigned char registers
        [(2 * MG_LOOP_REGISTERS + MG_PROGRAM_WRITTEN) *
         (MG_PROGRAM_BLOCK + MG_ALIGNMENT)];
} desk;

static size_t registers_bytes(const mg_program *p, size_t bytes)
{
    return (size_t)(2 * MG_LOOP_REGISTERS + p->n_written) * bytes;
}

static void *address_of(const workplace *w, mg_program_place place)
{
    const size_t offset = (size_t)place.number * w->bytes;
    switch (place.space) {
    case MG_IN_REGISTER:
        return w->element + offset;
    case MG_IN_ROWS:
        return w->row + offset;
    case MG_IN_WRITTEN:
        return w->written + offset;
    case MG_IN_OPERAND:
        break;
    }
    return NULL;
}

/* Sets it up in that memory. */
static void prepare(const mg_program *p, mg_block *block,
                    unsigned char *registers, size_t bytes, workplace *w)
{
    *w = (workplace){.block = block,
                     .element = registers,
                     .row = registers + MG_LOOP_REGISTERS * bytes,
                     .written = registers + 2 * MG_LOOP_REGISTERS * bytes,
                     .bytes = bytes};
    memcpy(block, p->block, (size_t)p->n_instructions * sizeof *block);
    for (int i = 0; i < p->n_instructions; i++) {
        const mg_program_instruction *const in = &p->instruction[i];
        for (int k = 0; k < in->n_sources; k++)
            block[i].source[k] = address_of(w, in->source[k]);
        block[i].target = address_of(w, in->target);
    }
}

static void sit_down(const mg_program *p, desk *d, workplace *w)
{
    prepare(p, d->block, d->registers, MG_PROGRAM_BLOCK + MG_ALIGNMENT, w);
}

static void draw(const mg_program_instruction *in, const portion *at,
                 void *target)
{
    const mg_stream stream = mg_draw_stream(at->frame, in->call);
    in->draw(&stream, at->first, at->n, target);
}

static void run_block(const mg_program *p, const portion *at,
                      const workplace *w)
{
    for (int i = 0; i < p->n_instructions; i++) {
        const mg_program_instruction *const in = &p->instruction[i];
        mg_block *const block = &w->block[i];
        for (int k = 0; k < in->n_sources; k++)
            if (in->source[k].space == MG_IN_OPERAND)
                block->source[k] = at->base[in->source[k].number];
        if (in->target.space == MG_IN_OPERAND)
            block->target = at->base[in->target.number];
        block->n = in->level == MG_LEVEL_ROW ? at->rows : at->n;
        if (in->work == MG_DO_BLOCK)
            in->run(block);
        else if (in->work == MG_DO_FOLD)
            in->fold->rows(block, p->length, in->divisor);
        else if (in->work == MG_DO_DRAW)
            draw(in, at, block->target);
        else
            in->spread(block->source[0], block->step[0], at->rows, p->length,
                       block->target);
    }
}

/* Elements [begin, end) of a row. */
static void do_blocks(const job *j, void *const base[], int64_t row,
                      int64_t begin, int64_t end, const workplace *w)
{
    const mg_program *const p = j->program;
    void *address[MG_LOOP_OPERANDS];
    for (int64_t i = begin; i < end; i += p->elements) {
        for (int k = 0; k < p->n_operands; k++)
            address[k] =
                at(base[k], i * p->operand[k].step * p->operand[k].size);
        const int64_t left = end - i;
        const portion part = {address, row * p->length + i,
                              left < p->elements ? left : p->elements, 1,
                              j->frame};
        run_block(p, &part, w);
    }
}

static void share_row(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    desk d;
    workplace w;
    sit_down(j->program, &d, &w);
    do_blocks(j, j->arg, 0, begin, end, &w);
}

static void share_rows(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_program *const p = j->program;
    desk d;
    workplace w;
    cursor c;
    sit_down(p, &d, &w);
    move_to_row(p, j->arg, begin, &c);
    for (int64_t row = begin; row < end; row++) {
        do_blocks(j, c.base, row, 0, p->length, &w);
        move_on(p, &c, 1);
    }
}

/* ---- Tiles ---- */

static void write_rows_4(const mg_program *p, const mg_program_operand *x,
                         const void *base, int64_t rows, uint32_t *out)
{
    const int64_t stride = x->outer[p->outer.rank - 1];
    for (int64_t r = 0; r < rows; r++) {
        const uint32_t *const row = at(base, r * stride);
        for (int64_t i = 0; i < p->length; i++)
            *out++ = row[i * x->step];
    }
}

/* Writes an operand's rows one behind the other, whatever its strides. */
static void write_rows(const mg_program *p, const mg_program_operand *x,
                       const void *base, int64_t rows, void *out)
{
    if (x->size == 4) {
        write_rows_4(p, x, base, rows, out);
        return;
    }
    unsigned char *to = out;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < p->length; i++) {
            memcpy(to,
                   at(base,
                      r * x->outer[p->outer.rank - 1] + i * x->step * x->size),
                   (size_t)x->size);
            to += x->size;
        }
}

static void do_tile(const job *j, const cursor *c, int64_t row, int64_t rows,
                    bool first, const workplace *w)
{
    const mg_program *const p = j->program;
    for (int k = 0; k < p->n_operands && p->tile > 1; k++) {
        const mg_program_operand *const x = &p->operand[k];
        if (x->written >= 0 && (first || !x->fixed))
            write_rows(p, x, c->base[k], x->fixed ? p->tile : rows,
                       w->written + (size_t)x->written * w->bytes);
    }
    const portion part = {c->base, row * p->length, rows * p->length, rows,
                          j->frame};
    run_block(p, &part, w);
}

static void share_tiles(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_program *const p = j->program;
    const int last = p->outer.rank - 1;
    desk d;
    workplace w;
    cursor c = {{NULL}, {0}};
    sit_down(p, &d, &w);
    move_to_row(p, j->arg, begin, &c);
    for (int64_t row = begin; row < end;) {
        int64_t rows = last < 0 ? 1 : p->outer.dim[last] - c.index[last];
        rows = rows < p->tile ? rows : p->tile;
        rows = rows < end - row ? rows : end - row;
        do_tile(j, &c, row, rows, row == begin, &w);
        move_on(p, &c, rows);
        row += rows;
    }
}

/* ---- Few elements ---- */

/* At most so many are done by the calling thread at a place that the session
 * keeps, so that a run has nothing to prepare. */
#define FEW 16
#define FEW_BYTES (FEW * 8)

struct mg_program_bound {
    mg_ctx *ctx;
    workplace w;
    unsigned char *registers;
    mg_block block[];
};

mg_status mg_program_bind(mg_ctx *ctx, const mg_program *p,
                          mg_program_bound **out)
{
    const bool one_tile =
        p->rows == 1 || (p->outer.rank == 1 && p->rows <= p->tile);
    if (p->rows * p->length > FEW || !one_tile || p->n_instructions == 1)
        return MG_OK;
    mg_program_bound *const bound = mg_alloc(
        ctx, 1,
        sizeof *bound + (size_t)p->n_instructions * sizeof bound->block[0]);
    unsigned char *const registers =
        mg_alloc(ctx, registers_bytes(p, FEW_BYTES), 1);
    if (!bound || !registers) {
        mg_free(ctx, registers);
        mg_free(ctx, bound);
        return MG_NO_MEMORY;
    }
    bound->ctx = ctx;
    bound->registers = registers;
    prepare(p, bound->block, registers, FEW_BYTES, &bound->w);
    *out = bound;
    return MG_OK;
}

void mg_program_unbind(mg_program_bound *bound)
{
    if (!bound)
        return;
    mg_free(bound->ctx, bound->registers);
    mg_free(bound->ctx, bound);
}

static void do_few(const mg_program *p, void *const arg[],
                   const mg_program_bound *bound, const mg_frame *frame)
{
    const portion all = {arg, 0, p->rows * p->length, p->rows, frame};
    if (p->tile > 1)
        for (int k = 0; k < p->n_operands; k++)
            if (p->operand[k].written >= 0)
                write_rows(p, &p->operand[k], arg[k], p->rows,
                           bound->w.written +
                               (size_t)p->operand[k].written * FEW_BYTES);
    run_block(p, &all, &bound->w);
}

/* ---- The whole ---- */

void mg_program_run(const mg_program *p, void *const arg[],
                    const mg_program_bound *bound, const mg_frame *frame)
{
    const bool alone = p->n_instructions == 1;
    mg_pool *const pool = frame->pool;
    job j = {p, arg, frame};
    if (bound)
        do_few(p, arg, bound, frame);
    else if (p->whole || p->tile > 1)
        mg_parallel_for(pool, p->rows, p->grain, share_tiles, &j);
    else if (p->rows == 1 && alone && p->length <= p->grain)
        do_alone(p, arg, 0, p->length);
    else if (p->rows == 1)
        mg_parallel_for(pool, p->length, p->grain,
                        alone ? share_alone_row : share_row, &j);
    else
        mg_parallel_for(pool, p->rows, p->grain,
                        alone ? share_alone : share_rows, &j);
}

void mg_program_run_rows(const mg_program *p, void *const arg[],
                         const mg_frame *frame, int64_t begin, int64_t end)
{
    job j = {p, arg, frame};
    if (p->whole || p->tile > 1)
        share_tiles(&j, begin, end);
    else if (p->n_instructions == 1)
        share_alone(&j, begin, end);
    else
        share_rows(&j, begin, end);
}

static bool is_operand(mg_program_place place, int number)
{
    return place.space == MG_IN_OPERAND && place.number == number;
}

bool mg_program_reads_first(const mg_program *p, int i, int o)
{
    bool is_written = false;
    for (int n = 0; n < p->n_instructions; n++) {
        const mg_program_instruction *const in = &p->instruction[n];
        for (int k = 0; k < in->n_sources; k++)
            if (is_operand(in->source[k], i) && is_written)
                return false;
        is_written = is_written || is_operand(in->target, o);
    }
    return true;
}
