/* program: the interpreter of loops. Layer kernels. */
#include "kernels/program.h"

#include "base/parallel.h"

/* One call of mg_program_run, as its threads see it. */
typedef struct {
    const mg_program *program;
    void *const *arg;
} job;

typedef struct {
    _Alignas(
        MG_ALIGNMENT) double element[MG_PROGRAM_REGISTERS][MG_PROGRAM_BLOCK];
} register_file;

static void *at(void *base, int64_t bytes)
{
    return (unsigned char *)base + bytes;
}

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

/* To the next row in C order; behind the last, to the first. */
static void move_on(const mg_program *p, cursor *c)
{
    for (int axis = p->outer.rank - 1; axis >= 0; axis--) {
        const bool wraps = ++c->index[axis] == p->outer.dim[axis];
        const int64_t steps = wraps ? 1 - p->outer.dim[axis] : 1;
        for (int i = 0; i < p->n_operands; i++)
            c->base[i] = at(c->base[i], steps * p->operand[i].outer[axis]);
        if (!wraps)
            return;
        c->index[axis] = 0;
    }
}

/* ---- One instruction: whole rows, no registers ---- */

/* Elements [begin, end) of a row. */
static void do_alone(const mg_program *p, void *const base[], int64_t begin,
                     int64_t end)
{
    mg_block block = p->block;
    const mg_program_instruction *const only = &p->instruction[0];
    const int n_sources = p->n_operands - 1;
    for (int k = 0; k < n_sources; k++) {
        const mg_program_operand *const x = &p->operand[only->source[k].number];
        block.source[k] =
            at(base[only->source[k].number], begin * x->step * x->size);
    }
    const mg_program_operand *const y = &p->operand[n_sources];
    block.target = at(base[n_sources], begin * y->step * y->size);
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
        move_on(p, &c);
    }
}

/* ---- Several instructions ---- */

static void *address(const mg_program *p, mg_program_place place,
                     void *const base[], int64_t begin, register_file *file)
{
    if (place.in_register)
        return file->element[place.number];
    const mg_program_operand *const x = &p->operand[place.number];
    return at(base[place.number], begin * x->step * x->size);
}

static int64_t step_of(const mg_program *p, mg_program_place place)
{
    return place.in_register ? 1 : p->operand[place.number].step;
}

static void do_block(const mg_program *p, void *const base[], int64_t begin,
                     int64_t n, register_file *file)
{
    for (int i = 0; i < p->n_instructions; i++) {
        const mg_program_instruction *const instruction = &p->instruction[i];
        mg_block block = {.n = n, .op = &instruction->op};
        for (int k = 0; k < instruction->op.op->n_inputs; k++) {
            const mg_program_place place = instruction->source[k];
            block.source[k] = address(p, place, base, begin, file);
            block.step[k] = step_of(p, place);
        }
        block.target = address(p, instruction->target, base, begin, file);
        block.target_step = step_of(p, instruction->target);
        instruction->run(&block);
    }
}

static void do_blocks(const mg_program *p, void *const base[], int64_t begin,
                      int64_t end, register_file *file)
{
    for (int64_t i = begin; i < end; i += MG_PROGRAM_BLOCK) {
        const int64_t left = end - i;
        do_block(p, base, i, left < MG_PROGRAM_BLOCK ? left : MG_PROGRAM_BLOCK,
                 file);
    }
}

static void share_row(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    register_file file;
    do_blocks(j->program, j->arg, begin, end, &file);
}

static void share_rows(void *data, int64_t begin, int64_t end)
{
    const job *const j = data;
    const mg_program *const p = j->program;
    register_file file;
    cursor c;
    move_to_row(p, j->arg, begin, &c);
    for (int64_t row = begin; row < end; row++) {
        do_blocks(p, c.base, 0, p->length, &file);
        move_on(p, &c);
    }
}

void mg_program_run(const mg_program *p, void *const arg[], mg_pool *pool)
{
    const bool alone = p->n_instructions == 1;
    job j = {p, arg};
    if (p->rows == 1 && alone && p->length <= p->grain)
        do_alone(p, arg, 0, p->length);
    else if (p->rows == 1)
        mg_parallel_for(pool, p->length, p->grain,
                        alone ? share_alone_row : share_row, &j);
    else
        mg_parallel_for(pool, p->rows, p->grain,
                        alone ? share_alone : share_rows, &j);
}
