/* memory: when each buffer lives, which step may write over its operand, and
 * where in the arena each buffer stands. Offsets are given step by step: the
 * smallest free block that fits, else the arena grows. Layer optimise. */
#include "optimise/compile.h"

#include <string.h>

/* ---- Lifetimes ---- */

static void find_lifetimes(mg_compiler *c)
{
    const mg_plan *const plan = c->plan;
    const size_t steps = mg_plan_all_steps(plan);
    for (size_t s = 0; s < steps; s++)
        for (int i = 0; i < plan->step[s].n_operands; i++) {
            const size_t b = c->step_buffer[s][i];
            if (b != MG_NO_BUFFER)
                c->buffer[b].last = s;
        }
    for (size_t b = 0; b < c->n_buffers; b++)
        if (c->buffer[b].result || c->buffer[b].carried)
            c->buffer[b].last = steps;
}

/* The buffer whose memory b takes in the end. */
static size_t owner(const mg_compiler *c, size_t b)
{
    while (c->buffer[b].shares != MG_NO_BUFFER)
        b = c->buffer[b].shares;
    return b;
}

/* ---- Sharing ---- */

/* Whether output o of step s may stand in the memory of buffer x (an owner):
 * every operand in that memory is read, element by element, before o is
 * written there. */
static bool may_share(const mg_compiler *c, size_t s, int o, size_t x)
{
    const mg_step *const step = &c->plan->step[s];
    const mg_buffer *const memory = &c->buffer[x];
    const size_t bytes = mg_type_bytes(&step->operand[o].tensor.type);
    if (memory->last != s || memory->leaf != MG_NO_BUFFER ||
        memory->bytes != bytes || !step->kernel->in_place)
        return false;
    for (int i = 0; i < step->n_operands - step->n_outputs; i++) {
        const size_t b = c->step_buffer[s][i];
        if (b == MG_NO_BUFFER || owner(c, b) != x)
            continue;
        const mg_operand *const operand = &step->operand[i];
        if (operand->offset != 0 || !mg_tensor_is_dense(&operand->tensor) ||
            mg_type_bytes(&operand->tensor.type) != bytes ||
            !step->kernel->in_place(step, i, o))
            return false;
    }
    return true;
}

/* Gives output o of step s the memory of an input that dies there. */
static void share_buffer(mg_compiler *c, size_t s, int o)
{
    const mg_step *const step = &c->plan->step[s];
    const size_t y = c->step_buffer[s][o];
    if (y == MG_NO_BUFFER || c->buffer[y].leaf != MG_NO_BUFFER ||
        c->buffer[y].carried)
        return;
    for (int i = 0; i < step->n_operands - step->n_outputs; i++) {
        const size_t b = c->step_buffer[s][i];
        const size_t x = b == MG_NO_BUFFER ? b : owner(c, b);
        if (x == MG_NO_BUFFER || !may_share(c, s, o, x))
            continue;
        c->buffer[y].shares = x;
        c->buffer[x].last = c->buffer[y].last;
        c->buffer[x].result = c->buffer[y].result;
        return;
    }
}

static void share_buffers(mg_compiler *c)
{
    for (size_t s = 0; s < c->plan->n_steps; s++) {
        const mg_step *const step = &c->plan->step[s];
        for (int o = step->n_operands - step->n_outputs; o < step->n_operands;
             o++)
            share_buffer(c, s, o);
    }
}

/* ---- Offsets ---- */

typedef struct {
    size_t offset, bytes;
} block;

typedef struct {
    mg_ctx *ctx;
    block *free; /* by offset, never touching */
    size_t n_free, capacity;
    size_t top;        /* bytes of the arena so far */
    size_t live, most; /* bytes in use: now, at most */
} heap;

static size_t rounded(size_t bytes)
{
    if (bytes > SIZE_MAX - MG_ALIGNMENT)
        return SIZE_MAX - SIZE_MAX % MG_ALIGNMENT;
    return (bytes + MG_ALIGNMENT - 1) / MG_ALIGNMENT * MG_ALIGNMENT;
}

static void remove_block(heap *h, size_t index)
{
    memmove(h->free + index, h->free + index + 1,
            (h->n_free - index - 1) * sizeof *h->free);
    h->n_free--;
}

static mg_status take_bytes(heap *h, size_t bytes, size_t *offset)
{
    bytes = rounded(bytes);
    h->live += bytes;
    if (h->live > h->most)
        h->most = h->live;
    size_t best = h->n_free;
    for (size_t i = 0; i < h->n_free; i++)
        if (h->free[i].bytes >= bytes &&
            (best == h->n_free || h->free[i].bytes < h->free[best].bytes))
            best = i;
    if (best < h->n_free) {
        *offset = h->free[best].offset;
        h->free[best].offset += bytes;
        h->free[best].bytes -= bytes;
        if (h->free[best].bytes == 0)
            remove_block(h, best);
        return MG_OK;
    }
    /* A free block at the top grows with the arena. */
    size_t start = h->top;
    if (h->n_free) {
        const block last = h->free[h->n_free - 1];
        if (last.offset + last.bytes == h->top) {
            start = last.offset;
            h->n_free--;
        }
    }
    *offset = start;
    if (!mg_size_add(start, bytes, &h->top))
        return mg_fail(h->ctx, MG_NO_MEMORY,
                       "plan: its values need more memory than there can be");
    return MG_OK;
}

static mg_status give_bytes(heap *h, size_t offset, size_t bytes)
{
    bytes = rounded(bytes);
    h->live -= bytes;
    if (bytes == 0)
        return MG_OK;
    MG_TRY(mg_grow(h->ctx, &h->free, &h->capacity, h->n_free + 1,
                   sizeof *h->free));
    size_t at = 0;
    while (at < h->n_free && h->free[at].offset < offset)
        at++;
    memmove(h->free + at + 1, h->free + at, (h->n_free - at) * sizeof *h->free);
    h->free[at] = (block){offset, bytes};
    h->n_free++;
    if (at + 1 < h->n_free && offset + bytes == h->free[at + 1].offset) {
        h->free[at].bytes += h->free[at + 1].bytes;
        remove_block(h, at + 1);
    }
    if (at > 0 && h->free[at - 1].offset + h->free[at - 1].bytes == offset) {
        h->free[at - 1].bytes += h->free[at].bytes;
        remove_block(h, at);
    }
    return MG_OK;
}

static bool needs_memory(const mg_compiler *c, size_t b)
{
    return b != MG_NO_BUFFER && c->buffer[b].shares == MG_NO_BUFFER &&
           c->buffer[b].leaf == MG_NO_BUFFER && !c->buffer[b].carried;
}

/* Gives back what dies at step s: the owners among its operands. */
static mg_status free_dead(mg_compiler *c, heap *h, size_t s)
{
    for (int i = 0; i < c->plan->step[s].n_operands; i++) {
        const size_t b = c->step_buffer[s][i];
        if (b == MG_NO_BUFFER)
            continue;
        mg_buffer *const memory = &c->buffer[owner(c, b)];
        if (memory->leaf != MG_NO_BUFFER || memory->last != s)
            continue;
        MG_TRY(give_bytes(h, memory->offset, memory->bytes));
        memory->last = SIZE_MAX; /* given back once */
    }
    return MG_OK;
}

static mg_status give_offsets(mg_compiler *c, heap *h)
{
    mg_plan *const plan = c->plan;
    for (size_t b = 0; b < c->n_buffers; b++)
        if (c->buffer[b].carried)
            MG_TRY(take_bytes(h, c->buffer[b].bytes, &c->buffer[b].offset));
    for (size_t s = 0; s < mg_plan_all_steps(plan); s++) {
        mg_step *const step = &plan->step[s];
        for (int o = step->n_operands - step->n_outputs; o < step->n_operands;
             o++) {
            const size_t y = c->step_buffer[s][o];
            if (needs_memory(c, y))
                MG_TRY(take_bytes(h, c->buffer[y].bytes, &c->buffer[y].offset));
        }
        if (step->scratch) {
            MG_TRY(take_bytes(h, step->scratch, &step->scratch_offset));
            MG_TRY(give_bytes(h, step->scratch_offset, step->scratch));
        }
        MG_TRY(free_dead(c, h, s));
    }
    plan->arena_bytes = h->top;
    plan->live_bytes = h->most;
    return MG_OK;
}

/* ---- Filling in ---- */

static void settle(const mg_compiler *c, size_t b, mg_operand *operand)
{
    if (b == MG_NO_BUFFER)
        return;
    const mg_buffer *const memory = &c->buffer[owner(c, b)];
    operand->leaf = 0;
    if (memory->leaf != MG_NO_BUFFER) {
        operand->space = MG_SPACE_LEAF;
        operand->leaf = memory->leaf;
    } else {
        operand->offset += memory->offset;
    }
}

mg_status mg_place_buffers(mg_compiler *c)
{
    mg_plan *const plan = c->plan;
    find_lifetimes(c);
    share_buffers(c);
    heap h = {.ctx = plan->ctx};
    const mg_status status = give_offsets(c, &h);
    mg_free(plan->ctx, h.free);
    if (status != MG_OK)
        return status;
    for (size_t s = 0; s < mg_plan_all_steps(plan); s++)
        for (int i = 0; i < plan->step[s].n_operands; i++)
            settle(c, c->step_buffer[s][i], &plan->step[s].operand[i]);
    for (size_t i = 0; i < plan->n_results; i++) {
        mg_operand *const operand = &plan->result[i].operand;
        settle(c, operand->leaf, operand);
    }
    return MG_OK;
}
