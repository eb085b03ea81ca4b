/* program: the interpreter of loops. Layer kernels. */
#include "kernels/program.h"

#include <string.h>

#include "base/parallel.h"

/* One call of mg_program_run, as its threads see it. */
typedef struct {
    const mg_program *program;
    void *const *arg;
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
    for (int k = 0; k < only->op.op->n_inputs; k++) {
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

/* What a thread works in. */
typedef struct {
    _Alignas(MG_ALIGNMENT) double element[MG_LOOP_REGISTERS][MG_PROGRAM_BLOCK];
    _Alignas(MG_ALIGNMENT) double written[MG_PROGRAM_WRITTEN][MG_PROGRAM_BLOCK];
    mg_block block[MG_LOOP_INSTRUCTIONS];
} workplace;

/* Blocks with the addresses of registers. */
static void prepare(const mg_program *p, workplace *w)
{
    memcpy(w->block, p->block, (size_t)p->n_instructions * sizeof *w->block);
    for (int i = 0; i < p->n_instructions; i++) {
        const mg_program_instruction *const in = &p->instruction[i];
        for (int k = 0; k < in->op.op->n_inputs; k++)
            if (in->source[k].in_register)
                w->block[i].source[k] = w->element[in->source[k].number];
        if (in->target.in_register)
            w->block[i].target = w->element[in->target.number];
    }
}

/* Runs all instructions over n elements from those addresses on. */
static void run_block(const mg_program *p, void *const base[], int64_t n,
                      workplace *w)
{
    for (int i = 0; i < p->n_instructions; i++) {
        const mg_program_instruction *const in = &p->instruction[i];
        mg_block *const block = &w->block[i];
        for (int k = 0; k < in->op.op->n_inputs; k++)
            if (!in->source[k].in_register)
                block->source[k] = base[in->source[k].number];
        if (!in->target.in_register)
            block->target = base[in->target.number];
        block->n = n;
        in->run(block);
    }
}

static void do_blocks(const mg_program *p, void *const base[], int64_t begin,
                      int64_t end, workplace *w)
{
    void *address[MG_LOOP_OPERANDS];
    for (int64_t i = begin; i < end; i += MG_PROGRAM_BLOCK) {
        for (int k = 0; k < p->n_operands; k++)
            address[k] =
                at(base[k], i * p->operand[k].step * p->operand[k].size);
        const int64_t left = end - i;
        run_block(p, address, left < MG_PROGRAM_BLOCK ? left : MG_PROGRAM_BLOCK,
                  w);
    }
}

static void share_row(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    workplace w;
    prepare(j->program, &w);
    do_blocks(j->program, j->arg, begin, end, &w);
}

static void share_rows(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_program *const p = j->program;
    workplace w;
    cursor c;
    prepare(p, &w);
    move_to_row(p, j->arg, begin, &c);
    for (int64_t row = begin; row < end; row++) {
        do_blocks(p, c.base, 0, p->length, &w);
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

static void do_tile(const mg_program *p, const cursor *c, int64_t rows,
                    bool first, workplace *w)
{
    void *address[MG_LOOP_OPERANDS];
    for (int k = 0; k < p->n_operands; k++) {
        const mg_program_operand *const x = &p->operand[k];
        address[k] = x->written < 0 ? c->base[k] : w->written[x->written];
        if (x->written >= 0 && (first || !x->fixed))
            write_rows(p, x, c->base[k], x->fixed ? p->tile : rows, address[k]);
    }
    run_block(p, address, rows * p->length, w);
}

static void share_tiles(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_program *const p = j->program;
    const int last = p->outer.rank - 1;
    workplace w;
    cursor c;
    prepare(p, &w);
    move_to_row(p, j->arg, begin, &c);
    for (int64_t row = begin; row < end;) {
        int64_t rows = p->outer.dim[last] - c.index[last];
        rows = rows < p->tile ? rows : p->tile;
        rows = rows < end - row ? rows : end - row;
        do_tile(p, &c, rows, row == begin, &w);
        move_on(p, &c, rows);
        row += rows;
    }
}

/* ---- The whole ---- */

void mg_program_run(const mg_program *p, void *const arg[], mg_pool *pool)
{
    const bool alone = p->n_instructions == 1;
    job j = {p, arg};
    if (p->rows == 1 && alone && p->length <= p->grain)
        do_alone(p, arg, 0, p->length);
    else if (p->rows == 1)
        mg_parallel_for(pool, p->length, p->grain,
                        alone ? share_alone_row : share_row, &j);
    else if (p->tile > 1)
        mg_parallel_for(pool, p->rows, p->grain, share_tiles, &j);
    else
        mg_parallel_for(pool, p->rows, p->grain,
                        alone ? share_alone : share_rows, &j);
}

bool mg_program_reads_first(const mg_program *p, int i, int o)
{
    bool is_written = false;
    for (int place = 0; place < p->n_instructions; place++) {
        const mg_program_instruction *const in = &p->instruction[place];
        for (int k = 0; k < in->op.op->n_inputs; k++)
            if (!in->source[k].in_register && in->source[k].number == i &&
                is_written)
                return false;
        is_written =
            is_written || (!in->target.in_register && in->target.number == o);
    }
    return true;
}
