/* program_create: binding a loop's instructions to block functions, and its
 * results to registers. Layer kernels. */
#include "kernels/program.h"

/* A share of less work than this is not worth a thread's start. */
#define SHARE_PICOSECONDS 1000000
/* Of an element by a scalar function in doubles. */
#define ANY_PICOSECONDS 15000

/* The instruction that reads result `number` last, or the one that makes it. */
static int last_use(const mg_loop *loop, int number)
{
    int last = 0;
    for (int i = 0; i < loop->n_instructions; i++) {
        const mg_loop_instruction *const in = &loop->instruction[i];
        bool used = in->target == number;
        for (int k = 0; k < in->op->n_inputs; k++)
            used = used || in->source[k] == number;
        last = used ? i : last;
    }
    return last;
}

/* Registers while they are given out: until which instruction each is taken,
 * -1 for a free one. */
typedef struct {
    int taken_until[MG_LOOP_REGISTERS];
    int of_result[MG_LOOP_OPERANDS + MG_LOOP_INSTRUCTIONS];
} registers;

static bool place_target(const mg_loop *loop, int at, registers *r,
                         mg_program_place *out)
{
    const int number = loop->instruction[at].target;
    if (number < loop->n_operands) {
        *out = (mg_program_place){false, number};
        return true;
    }
    for (int i = 0; i < MG_LOOP_REGISTERS; i++) {
        if (r->taken_until[i] >= at)
            continue;
        r->taken_until[i] = last_use(loop, number);
        r->of_result[number] = i;
        *out = (mg_program_place){true, i};
        return true;
    }
    return false;
}

static mg_program_place place_source(const mg_loop *loop, int number,
                                     const registers *r)
{
    if (number < loop->n_operands)
        return (mg_program_place){false, number};
    return (mg_program_place){true, r->of_result[number]};
}

static mg_dtype dtype_of(const mg_loop *loop, int number)
{
    if (number < loop->n_operands)
        return loop->operand[number].dtype;
    for (int i = 0; i < loop->n_instructions; i++)
        if (loop->instruction[i].target == number)
            return loop->instruction[i].dtype;
    return MG_F32;
}

/* The block function; sets also the cost of an element. */
static mg_block_fn *choose(const mg_vector_set *set, const mg_block_op *op,
                           int64_t target_step, int64_t *picoseconds)
{
    const int last = op->op->n_inputs - 1;
    const mg_block_entry *const entry =
        mg_block_find(set, op->op, op->from[last], op->to);
    bool fits = entry && target_step == 1;
    for (int k = 0; k < last; k++) {
        const bool condition = op->op == &mg_op_where && k == 0;
        fits = fits && op->from[k] == (condition ? MG_BOOL : op->from[last]);
    }
    *picoseconds += fits ? entry->picoseconds : ANY_PICOSECONDS;
    return fits ? entry->run : mg_block_any;
}

static bool bind_instruction(const mg_vector_set *set, const mg_loop *loop,
                             int at, registers *r, int64_t *picoseconds,
                             mg_program_instruction *out)
{
    const mg_loop_instruction *const in = &loop->instruction[at];
    out->op = (mg_block_op){.op = in->op, .to = in->dtype};
    for (int k = 0; k < in->op->n_inputs; k++) {
        out->source[k] = place_source(loop, in->source[k], r);
        out->op.from[k] = dtype_of(loop, in->source[k]);
    }
    if (!place_target(loop, at, r, &out->target))
        return false;
    const int64_t step =
        out->target.in_register ? 1 : loop->operand[out->target.number].stride;
    out->run = choose(set, &out->op, step, picoseconds);
    return true;
}

static bool bind_instructions(const mg_vector_set *set, const mg_loop *loop,
                              mg_program *p, int64_t *picoseconds)
{
    registers r = {{0}, {0}};
    for (int i = 0; i < MG_LOOP_REGISTERS; i++)
        r.taken_until[i] = -1;
    *picoseconds = 0;
    for (int i = 0; i < loop->n_instructions; i++)
        if (!bind_instruction(set, loop, i, &r, picoseconds,
                              &p->instruction[i]))
            return false;
    return true;
}

static void set_operands(const mg_loop *loop, mg_program *p)
{
    p->n_operands = loop->n_operands;
    for (int i = 0; i < loop->n_operands; i++) {
        const mg_loop_operand *const from = &loop->operand[i];
        mg_program_operand *const to = &p->operand[i];
        to->step = from->stride;
        to->size = (int64_t)mg_dtype_size(from->dtype);
        to->written = -1;
        to->fixed = true;
        for (int axis = 0; axis < loop->outer.rank; axis++) {
            to->outer[axis] = from->outer[axis] * to->size;
            to->fixed = to->fixed && from->outer[axis] == 0;
        }
    }
}

/* ---- Tiles ---- */

/* Whether its rows stand one behind the other, or it is one number for them
 * all. */
static bool walks_on(const mg_program *p, const mg_program_operand *x)
{
    const int64_t stride = x->outer[p->outer.rank - 1];
    return (x->step == 1 && stride == p->length * x->size) ||
           (x->step == 0 && stride == 0);
}

static bool is_target(const mg_loop *loop, int operand)
{
    for (int i = 0; i < loop->n_instructions; i++)
        if (loop->instruction[i].target == operand)
            return true;
    return false;
}

/* Short rows are done several at a time, where their targets allow it. */
static void choose_tile(const mg_loop *loop, mg_program *p)
{
    int written = 0;
    p->tile = 1;
    if (p->rows == 1 || p->length < 1 || p->length > MG_PROGRAM_BLOCK / 2)
        return;
    for (int i = 0; i < p->n_operands; i++) {
        if (walks_on(p, &p->operand[i]))
            continue;
        if (is_target(loop, i) || written == MG_PROGRAM_WRITTEN)
            return;
        p->operand[i].written = written++;
    }
    p->tile = MG_PROGRAM_BLOCK / p->length;
}

/* ---- Blocks ---- */

static int64_t step_of(const mg_program *p, mg_program_place place)
{
    if (place.in_register ||
        (p->tile > 1 && p->operand[place.number].written >= 0))
        return 1;
    return p->operand[place.number].step;
}

static void set_blocks(mg_program *p)
{
    for (int i = 0; i < p->n_instructions; i++) {
        const mg_program_instruction *const in = &p->instruction[i];
        p->block[i] = (mg_block){.op = &in->op};
        for (int k = 0; k < in->op.op->n_inputs; k++)
            p->block[i].step[k] = step_of(p, in->source[k]);
        p->block[i].target_step = step_of(p, in->target);
    }
}

/* Whole cache lines, or whole rows, worth a thread's start. */
static int64_t grain_of(const mg_program *p, int64_t picoseconds)
{
    const int64_t elements = SHARE_PICOSECONDS / picoseconds + 1;
    if (p->rows == 1)
        return (elements + 63) / 64 * 64;
    return p->length > 0 ? elements / p->length + 1 : p->rows;
}

mg_status mg_program_create(mg_arena *arena, const mg_vector_set *set,
                            const mg_loop *loop, mg_program **out)
{
    mg_program *const p = mg_arena_alloc(arena, 1, sizeof *p);
    const size_t n = (size_t)loop->n_instructions;
    mg_program_instruction *const instruction =
        mg_arena_alloc(arena, n, sizeof *instruction);
    mg_block *const block = mg_arena_alloc(arena, n, sizeof *block);
    if (!p || !instruction || !block)
        return MG_NO_MEMORY;
    p->rows = loop->rows;
    p->length = loop->length;
    p->outer = loop->outer;
    p->n_instructions = loop->n_instructions;
    p->instruction = instruction;
    p->block = block;
    set_operands(loop, p);
    int64_t picoseconds = 0;
    if (!bind_instructions(set, loop, p, &picoseconds))
        return MG_OK;
    choose_tile(loop, p);
    set_blocks(p);
    p->grain = grain_of(p, picoseconds);
    *out = p;
    return MG_OK;
}
