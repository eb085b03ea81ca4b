/* program_create: binding a loop's instructions to block functions, and its
 * results to registers. Layer kernels. */
#include "kernels/program.h"

#include "kernels/reduction.h"

/* A share of less work than this is not worth a thread's start. */
#define SHARE_PICOSECONDS 1000000
/* Of an element by a scalar function in doubles, and by a fold. */
#define ANY_PICOSECONDS 15000
#define FOLD_PICOSECONDS 100
#define DRAW_PICOSECONDS 500

#define NUMBERS (MG_LOOP_OPERANDS + MG_LOOP_INSTRUCTIONS)

/* Registers while they are given out: until which instruction each is taken,
 * -1 for a free one. */
typedef struct {
    int taken_until[MG_LOOP_REGISTERS];
} registers;

typedef struct {
    const mg_vector_set *set;
    const mg_loop *loop;
    mg_program *p;
    registers element, row;
    mg_program_place place[NUMBERS]; /* of results */
    mg_level level[NUMBERS];         /* of results; 0: of operands alone */
    int spread[NUMBERS];             /* where a number is written out, or -1 */
    int64_t picoseconds;             /* of an element */
} binder;

/* ---- Operands and tiles ---- */

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

/* Elements of the widest type that fit into a block. */
static int64_t block_elements(const mg_loop *loop)
{
    size_t widest = 4;
    for (int i = 0; i < loop->n_instructions; i++) {
        const size_t size = mg_dtype_size(loop->instruction[i].dtype);
        widest = size > widest ? size : widest;
    }
    for (int i = 0; i < loop->n_operands; i++) {
        const size_t size = mg_dtype_size(loop->operand[i].dtype);
        widest = size > widest ? size : widest;
    }
    return MG_PROGRAM_BLOCK / (int64_t)widest;
}

static bool is_full(const mg_loop_instruction *in)
{
    return in->level == MG_LEVEL_FULL || in->folds;
}

/* Whether elements are computed from the operand. */
static bool is_read_by_elements(const mg_loop *loop, int operand)
{
    for (int i = 0; i < loop->n_instructions; i++)
        for (int k = 0; k < loop->instruction[i].n_sources; k++)
            if (loop->instruction[i].source[k] == operand &&
                is_full(&loop->instruction[i]))
                return true;
    return false;
}

/* The instruction that writes the operand, or NULL. */
static const mg_loop_instruction *writer_of(const mg_loop *loop, int operand)
{
    for (int i = 0; i < loop->n_instructions; i++)
        if (loop->instruction[i].target == operand)
            return &loop->instruction[i];
    return NULL;
}

/* Whether its rows stand one behind the other, or it is one number for them
 * all. */
static bool walks_on(const mg_program *p, const mg_program_operand *x)
{
    const int64_t stride = x->outer[p->outer.rank - 1];
    return (x->step == 1 && stride == p->length * x->size) ||
           (x->step == 0 && stride == 0);
}

/* Short rows are done several at a time, where their targets allow it. */
static void choose_tile(const mg_loop *loop, mg_program *p)
{
    p->tile = 1;
    if (p->rows == 1 || p->length < 1 || p->length > p->elements / 2)
        return;
    for (int i = 0; i < p->n_operands; i++) {
        const mg_loop_instruction *const writer = writer_of(loop, i);
        const bool by_rows = writer && writer->level == MG_LEVEL_ROW;
        if (by_rows || (!writer && !is_read_by_elements(loop, i)) ||
            walks_on(p, &p->operand[i]))
            continue;
        if (writer || p->n_written == MG_PROGRAM_WRITTEN)
            return;
        p->operand[i].written = p->n_written++;
    }
    p->tile = p->elements / p->length;
}

/* ---- Places ---- */

/* The instruction that reads result `number` last, or the one that makes it. */
static int last_use(const mg_loop *loop, int number)
{
    int last = 0;
    for (int i = 0; i < loop->n_instructions; i++) {
        const mg_loop_instruction *const in = &loop->instruction[i];
        bool used = in->target == number;
        for (int k = 0; k < in->n_sources; k++)
            used = used || in->source[k] == number;
        last = used ? i : last;
    }
    return last;
}

static bool place_target(binder *b, int at, mg_program_place *out)
{
    const mg_loop_instruction *const in = &b->loop->instruction[at];
    const int number = in->target;
    const bool by_rows = in->level == MG_LEVEL_ROW;
    registers *const r = by_rows ? &b->row : &b->element;
    b->level[number] = in->level;
    if (number < b->loop->n_operands) {
        *out = b->place[number] = (mg_program_place){MG_IN_OPERAND, number};
        return true;
    }
    for (int i = 0; i < MG_LOOP_REGISTERS; i++) {
        if (r->taken_until[i] >= at)
            continue;
        r->taken_until[i] = last_use(b->loop, number);
        *out = b->place[number] =
            (mg_program_place){by_rows ? MG_IN_ROWS : MG_IN_REGISTER, i};
        return true;
    }
    return false;
}

static mg_program_place place_source(const binder *b, int number, bool full)
{
    const bool in_tile = b->p->tile > 1 && full;
    if (in_tile && b->spread[number] >= 0)
        return (mg_program_place){MG_IN_WRITTEN, b->spread[number]};
    if (b->level[number] != MG_LEVEL_NONE)
        return b->place[number];
    if (in_tile && b->p->operand[number].written >= 0)
        return (mg_program_place){MG_IN_WRITTEN, b->p->operand[number].written};
    return (mg_program_place){MG_IN_OPERAND, number};
}

/* Elements between neighbours: within a row, or from row to row. */
static int64_t step_of(const mg_program *p, mg_program_place place, bool full)
{
    if (place.space == MG_IN_ROWS)
        return full ? 0 : 1;
    if (place.space != MG_IN_OPERAND)
        return 1;
    const mg_program_operand *const x = &p->operand[place.number];
    if (full)
        return x->step;
    return p->outer.rank ? x->outer[p->outer.rank - 1] / x->size : 1;
}

/* ---- Instructions ---- */

static mg_dtype dtype_of(const mg_loop *loop, int number)
{
    if (number < loop->n_operands)
        return loop->operand[number].dtype;
    for (int i = 0; i < loop->n_instructions; i++)
        if (loop->instruction[i].target == number)
            return loop->instruction[i].dtype;
    return MG_F32;
}

/* Of the operations by place only random is in loops so far. */
static bool bind_draw(binder *b, const int64_t attr[],
                      mg_program_instruction *in)
{
    in->work = MG_DO_DRAW;
    in->draw = b->set->draw_uniform;
    in->call = attr[0];
    b->picoseconds += DRAW_PICOSECONDS;
    return step_of(b->p, in->target, true) == 1;
}

/* The block function; adds to the cost of an element. */
static mg_block_fn *choose(binder *b, const mg_program_instruction *in,
                           int64_t target_step)
{
    const mg_block_op *const op = &in->op;
    const int last = in->n_sources - 1;
    const mg_block_entry *const entry =
        mg_block_find(b->set, op->op, op->from[last], op->to);
    bool fits = entry && target_step == 1;
    for (int k = 0; k < last; k++) {
        const bool condition = op->op == &mg_op_where && k == 0;
        fits = fits && op->from[k] == (condition ? MG_BOOL : op->from[last]);
    }
    if (in->level == MG_LEVEL_FULL)
        b->picoseconds += fits ? entry->picoseconds : ANY_PICOSECONDS;
    return fits ? entry->run : mg_block_any;
}

/* extent.h lets in only operations of one fold. */
static void bind_fold(binder *b, mg_program_instruction *in)
{
    const mg_reducing *const how = mg_reducing_of(in->op.op);
    in->work = MG_DO_FOLD;
    in->fold = &b->set->fold[how->fold];
    in->divisor = how->divides ? (double)b->p->length : 1;
    b->picoseconds += FOLD_PICOSECONDS;
}

static void set_block(binder *b, bool full)
{
    mg_program *const p = b->p;
    const mg_program_instruction *const in = &p->instruction[p->n_instructions];
    mg_block *const block = &p->block[p->n_instructions++];
    *block = (mg_block){.op = &in->op};
    for (int k = 0; k < in->n_sources; k++)
        block->step[k] = step_of(p, in->source[k], full);
    block->target_step = step_of(p, in->target, in->level == MG_LEVEL_FULL);
}

/* Writes out a number a row, if elements are computed with it in a tile. */
static bool bind_spread(binder *b, int number)
{
    if (b->p->tile == 1 || b->level[number] != MG_LEVEL_ROW ||
        !is_read_by_elements(b->loop, number))
        return true;
    if (b->p->n_written == MG_PROGRAM_WRITTEN)
        return false;
    b->spread[number] = b->p->n_written++;
    mg_program_instruction *const in = &b->p->instruction[b->p->n_instructions];
    *in =
        (mg_program_instruction){.work = MG_DO_SPREAD,
                                 .spread = b->set->spread,
                                 .level = MG_LEVEL_FULL,
                                 .n_sources = 1,
                                 .source = {b->place[number]},
                                 .target = {MG_IN_WRITTEN, b->spread[number]}};
    set_block(b, false);
    return dtype_of(b->loop, number) == MG_F32;
}

static bool bind_instruction(binder *b, int at)
{
    const mg_loop_instruction *const from = &b->loop->instruction[at];
    mg_program_instruction *const in = &b->p->instruction[b->p->n_instructions];
    const bool full = is_full(from);
    *in = (mg_program_instruction){.level = from->level,
                                   .n_sources = from->n_sources};
    in->op = (mg_block_op){.op = from->op, .to = from->dtype};
    for (int k = 0; k < from->n_sources; k++) {
        in->source[k] = place_source(b, from->source[k], full);
        in->op.from[k] = dtype_of(b->loop, from->source[k]);
    }
    if (!place_target(b, at, &in->target))
        return false;
    if (from->op->by_place && !bind_draw(b, from->attr, in))
        return false;
    if (from->folds)
        bind_fold(b, in);
    else if (!from->op->by_place)
        in->run = choose(
            b, in, step_of(b->p, in->target, from->level == MG_LEVEL_FULL));
    set_block(b, full);
    return bind_spread(b, from->target);
}

static bool bind_instructions(binder *b)
{
    for (int i = 0; i < MG_LOOP_REGISTERS; i++)
        b->element.taken_until[i] = b->row.taken_until[i] = -1;
    for (int i = 0; i < NUMBERS; i++)
        b->spread[i] = -1;
    for (int i = 0; i < b->loop->n_instructions; i++)
        if (!bind_instruction(b, i))
            return false;
    return true;
}

/* ---- The whole ---- */

/* Whole cache lines, or whole rows, worth a thread's start. */
static int64_t grain_of(const mg_program *p, int64_t picoseconds)
{
    const int64_t elements = SHARE_PICOSECONDS / (picoseconds + 1) + 1;
    if (p->rows == 1 && !p->whole)
        return (elements + 63) / 64 * 64;
    return p->length > 0 ? elements / p->length + 1 : p->rows;
}

mg_status mg_program_create(mg_arena *arena, const mg_vector_set *set,
                            const mg_loop *loop, mg_program **out)
{
    mg_program *const p = mg_arena_alloc(arena, 1, sizeof *p);
    const size_t n = (size_t)loop->n_instructions + MG_LOOP_SPREADS;
    mg_program_instruction *const instruction =
        mg_arena_alloc(arena, n, sizeof *instruction);
    mg_block *const block = mg_arena_alloc(arena, n, sizeof *block);
    if (!p || !instruction || !block)
        return MG_NO_MEMORY;
    p->rows = loop->rows;
    p->length = loop->length;
    p->whole = loop->whole;
    p->elements = block_elements(loop);
    p->outer = loop->outer;
    p->instruction = instruction;
    p->block = block;
    set_operands(loop, p);
    choose_tile(loop, p);
    binder b = {.set = set, .loop = loop, .p = p};
    if ((p->whole && p->length > p->elements) || !bind_instructions(&b))
        return MG_OK;
    p->grain = grain_of(p, b.picoseconds);
    *out = p;
    return MG_OK;
}
